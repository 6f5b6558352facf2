import { type Address, InternetAddress, numericAddress, type StreamHandle, type StreamSink } from "@omnisock/core";
import type { Socket } from "bun";

/** What Bun tells about every socket; `open` comes from whoever made it. */
export const handlers = {
  data: (socket: Socket<BunStream>, bytes: Buffer): void => socket.data.sink.data(bytes, true),
  drain: (socket: Socket<BunStream>): void => socket.data.sink.writable(),
  end: (socket: Socket<BunStream>): void => socket.data.sink.end(),
  close: (socket: Socket<BunStream>, cause?: Error): void => socket.data.sink.closed(cause),
};

/** A connection of `Bun.connect` or `Bun.listen`. Bun keeps no bytes of its own: `write()` says what the kernel took. */
export class BunStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  readonly draining = false;
  readonly sink: StreamSink;
  readonly #socket: Socket<BunStream>;

  static open(socket: Socket<BunStream>, connected: (handle: StreamHandle) => StreamSink): void {
    // At once: Bun reads ahead otherwise.
    socket.pause();
    // Bun's default is on, other runtimes' and the kernel's is off.
    socket.setNoDelay(false);
    socket.unref();
    socket.data = new BunStream(socket, connected);
  }

  constructor(socket: Socket<BunStream>, connected: (handle: StreamHandle) => StreamSink) {
    this.#socket = socket;
    this.local = addressOf(socket.localAddress, socket.localPort);
    this.remote = addressOf(socket.remoteAddress, socket.remotePort);
    this.sink = connected(this);
  }

  write(bytes: Uint8Array): number {
    // -1 when closed: `closed()` tells.
    return Math.max(this.#socket.write(bytes), 0);
  }

  shutdown(): void {
    this.#socket.shutdown();
  }

  resume(): void {
    this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.terminate();
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }
}

/** A peer that is gone already has no address any more: it is told as port 0 of any host. */
function addressOf(host: string | undefined, port: number | undefined): Address {
  return host === undefined || port === undefined ? new InternetAddress(0) : numericAddress(host, port);
}
