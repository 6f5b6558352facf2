import { Socket } from "node:net";
import { type Address, InternetAddress, numericAddress, type StreamHandle, type StreamSink } from "@omnisock/core";

/** The most that a write copies when it may not keep the caller's buffer. */
const COPY_BYTES = 65536;

/**
 * Where every connection's reads land first: core copies them on at once, or keeps a copy. One buffer a process, so that an
 * idle connection costs none, and no read allocates.
 */
const shared = new Uint8Array(65536);

/** `node:net`'s `onread` option, and who is told. */
export interface Reads {
  readonly buffer: Uint8Array;
  readonly callback: (bytesRead: number, buffer: Uint8Array) => boolean;
  stream: NodeStream | undefined;
}

export function onread(): Reads {
  const reads: Reads = {
    buffer: shared,
    callback: (bytesRead, buffer) => {
      reads.stream?.received(buffer.subarray(0, bytesRead), false);
      return true;
    },
    stream: undefined,
  };
  return reads;
}

/**
 * The accepted socket, reading into the shared buffer.
 *
 * Node offers `onread` only to sockets that connect; for an accepted one, its handle moves to a new socket. A compatibility
 * layer whose sockets have no such handle keeps its own socket, with 'data' events.
 */
export function intoSharedBuffer(accepted: Socket): { socket: Socket; reads: Reads | undefined } {
  const { _handle: handle } = accepted as unknown as { _handle: { useUserBuffer?: unknown } | null };
  if (typeof handle?.useUserBuffer !== "function") return { socket: accepted, reads: undefined };
  Object.assign(accepted, { _handle: null });
  const reads = onread();
  const options = { handle, onread: reads, allowHalfOpen: true, pauseOnCreate: true };
  return { socket: new Socket(options as object), reads };
}

/** A connection of `node:net`. */
export class NodeStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  draining = false;
  readonly #socket: Socket;
  #sink: StreamSink | undefined;
  #failure: Error | undefined;

  /** `socket` is paused; `reads` is its `onread`, without which it gives 'data' events. */
  constructor(socket: Socket, reads: Reads | undefined) {
    this.#socket = socket;
    this.local = addressOf(socket.localAddress, socket.localPort);
    this.remote = addressOf(socket.remoteAddress, socket.remotePort);
    socket.unref();
    if (reads === undefined) socket.on("data", (bytes: Uint8Array) => this.received(bytes, true));
    else reads.stream = this;
  }

  open(connected: (handle: StreamHandle) => StreamSink): void {
    const sink = connected(this);
    this.#sink = sink;
    this.#socket.on("end", () => sink.end());
    this.#socket.on("error", (error) => {
      this.#failure = error;
    });
    this.#socket.on("close", () => sink.closed(this.#failure));
  }

  received(bytes: Uint8Array, owned: boolean): void {
    this.#sink?.data(bytes, owned);
  }

  write(bytes: Uint8Array, lent: boolean): number {
    if (this.draining) return 0;
    const taken = lent ? bytes : bytes.slice(0, COPY_BYTES);
    this.#socket.write(taken, this.#written);
    // 0 when the kernel took all within the call.
    this.draining = this.#socket.writableLength > 0;
    return taken.byteLength;
  }

  readonly #written = (): void => {
    if (!this.draining || this.#socket.writableLength > 0) return;
    this.draining = false;
    this.#sink?.writable();
  };

  shutdown(): void {
    this.#socket.end();
  }

  resume(): void {
    this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
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
