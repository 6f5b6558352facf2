import {
  type Address,
  busyPoll,
  CodedError,
  InternetAddress,
  numericAddress,
  type OptionSetting,
  type StreamHandle,
  type StreamSink,
  scopedAs,
  scopedHere,
} from "@omnisock/core";
import type { Socket } from "bun";
import { interfaces } from "./options.ts";

/** What Bun tells about every socket; `open` comes from whoever made it. */
export const handlers = {
  data: (socket: Socket<BunStream>, bytes: Buffer): void => {
    busyPoll();
    socket.data.sink.data(bytes, true);
  },
  drain: (socket: Socket<BunStream>): void => socket.data.sink.writable(),
  end: (socket: Socket<BunStream>): void => socket.data.sink.end(),
  close: (socket: Socket<BunStream>, cause?: Error): void => socket.data.sink.closed(brokenBy(cause)),
};

/** What broke a connection. EPIPE did not: it is a reset after the end of the stream, of which only who sends hears. */
function brokenBy(cause: (Error & { readonly code?: unknown }) | undefined): Error | undefined {
  return cause?.code === "EPIPE" ? undefined : cause;
}

/** The number of a socket's file descriptor, which Bun tells and its types do not. */
export function descriptorOf(socket: object): number {
  return (socket as { readonly fd: number }).fd;
}

/** Addresses that Bun does not tell. */
export interface Ends {
  /** Those of Unix sockets. */
  readonly local?: Address;
  readonly remote?: Address;
  /** An address that says on which interface a link-local connection is. */
  readonly on?: Address;
}

/** A connection of `Bun.connect` or `Bun.listen`. Bun keeps no bytes of its own: `write()` says what the kernel took. */
export class BunStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  readonly draining = false;
  readonly sink: StreamSink;
  readonly #socket: Socket<BunStream>;
  #hasSendFailed = false;
  #keepsAlive = false;
  #idleSeconds = 0;

  static open(socket: Socket<BunStream>, connected: (handle: StreamHandle) => StreamSink, ends: Ends): void {
    // At once: Bun reads ahead otherwise.
    socket.pause();
    // Bun's default is on, other runtimes' and the kernel's is off.
    socket.setNoDelay(false);
    socket.unref();
    socket.data = new BunStream(socket, connected, ends);
  }

  constructor(socket: Socket<BunStream>, connected: (handle: StreamHandle) => StreamSink, ends: Ends) {
    this.#socket = socket;
    this.local = ends.local ?? scopedHere(addressOf(socket.localAddress, socket.localPort, ends.on), interfaces);
    this.remote = ends.remote ?? addressOf(socket.remoteAddress, socket.remotePort, this.local);
    this.sink = connected(this);
  }

  get fd(): number {
    return descriptorOf(this.#socket);
  }

  write(bytes: Uint8Array): number {
    const taken = this.#socket.write(bytes);
    if (taken >= 0) return taken;
    // Not within `write()`; and what arrived is left to be read.
    if (!this.#hasSendFailed) queueMicrotask(() => this.#sendFailed());
    this.#hasSendFailed = true;
    return 0;
  }

  #sendFailed(): void {
    // Bun says no more than that it could not write.
    if (this.#socket.readyState > 0) this.sink.sendFailed(new CodedError("EPIPE"));
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

  setOption(...[name, value]: OptionSetting): void {
    if (name === "TCP_NODELAY") this.#socket.setNoDelay(value);
    if (name === "SO_KEEPALIVE") this.#keepsAlive = value;
    if (name === "TCP_KEEPIDLE") this.#idleSeconds = value;
    if (name === "SO_KEEPALIVE" || this.#keepsAlive)
      this.#socket.setKeepAlive(this.#keepsAlive, this.#idleSeconds * 1000);
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }
}

/** A peer that is gone already has no address any more: it is told as port 0 of any host. */
function addressOf(host: string | undefined, port: number | undefined, on: Address | undefined): Address {
  return host === undefined || port === undefined ? new InternetAddress(0) : scopedAs(numericAddress(host, port), on);
}
