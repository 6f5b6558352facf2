import { Buffer } from "node:buffer";
import { Socket } from "node:net";
import {
  type Address,
  InternetAddress,
  numericAddress,
  type OptionSetting,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
} from "@omnisock/core";

/** The most that a write copies when it may not keep the caller's buffer. */
const COPY_BYTES = 65536;

/**
 * Where every connection's reads land first: core copies them on at once, or keeps a copy. One buffer a process, so that an
 * idle connection costs none, and no read allocates.
 */
const shared = new Uint8Array(65536);

/**
 * Where bytes are copied that a write may not keep. While it is free, one buffer serves all connections: most writes are done
 * when the call returns. One that is not keeps it.
 */
let spare: Buffer | undefined;

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

/** What was set of `SO_KEEPALIVE`, and of its times, in seconds. */
interface KeepAlive {
  readonly enable: boolean;
  readonly idle?: number;
  readonly interval?: number;
  readonly count?: number;
}

/** A connection of `node:net`. */
export class NodeStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  draining = false;
  readonly #socket: Socket;
  #isWriting = false;
  #sink: StreamSink | undefined;
  #failure: Error | undefined;
  #keepAlive: KeepAlive = { enable: false };

  /**
   * `socket` is paused; `reads` is its `onread`, without which it gives 'data' events; `ends` are the addresses that Node does
   * not tell, those of Unix sockets.
   */
  constructor(socket: Socket, reads: Reads | undefined, ends: { local: Address; remote: Address } | undefined) {
    this.#socket = socket;
    this.local = ends?.local ?? addressOf(socket.localAddress, socket.localPort);
    this.remote = ends?.remote ?? addressOf(socket.remoteAddress, socket.remotePort);
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
    this.#socket.on("close", () => {
      this.draining = false;
      sink.closed(this.#failure);
    });
  }

  received(bytes: Uint8Array, owned: boolean): void {
    this.#sink?.data(bytes, owned);
  }

  write(bytes: Uint8Array, lent: boolean): number {
    let taken = 0;
    // A connection that has failed would take all and drop it; `closed()` is about to tell.
    while (taken < bytes.byteLength && !this.draining && this.#socket.writable) {
      const part = lent ? bytes : copied(taken === 0 ? bytes : bytes.subarray(taken));
      this.draining = true;
      this.#isWriting = true;
      // What `write()` calls in the end. Its queue stays empty, for there is one write at a time, and costs a third of a small write.
      this.#socket._write(part, "buffer" as BufferEncoding, this.#written);
      this.#isWriting = false;
      if (!lent && this.draining) spare = undefined;
      taken += part.byteLength;
    }
    return taken;
  }

  /** Called within `_write()` when the kernel took all. */
  readonly #written = (error?: Error | null): void => {
    if (error) {
      this.#socket.destroy(error);
      return;
    }
    this.draining = false;
    if (!this.#isWriting) this.#sink?.writable();
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
    // Unix sockets have no reset, and Node refuses.
    if (this.remote instanceof UnixAddress) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  setOption(...[name, value]: OptionSetting): void {
    if (name === "TCP_NODELAY") this.#socket.setNoDelay(value);
    else if (name === "SO_KEEPALIVE") this.#setKeepAlive({ enable: value });
    else if (name === "TCP_KEEPIDLE") this.#setKeepAlive({ idle: value });
    else if (name === "TCP_KEEPINTVL") this.#setKeepAlive({ interval: value });
    else if (name === "TCP_KEEPCNT") this.#setKeepAlive({ count: value });
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #setKeepAlive(change: Partial<KeepAlive>): void {
    this.#keepAlive = { ...this.#keepAlive, ...change };
    const { enable, ...times } = this.#keepAlive;
    if (Object.keys(times).length === 0) {
      this.#socket.setKeepAlive(enable);
      return;
    }
    // One alone, and Node would choose the others: these are Linux's, of tcp(7).
    const { idle = 7200, interval = 75, count = 9 } = times;
    this.#socket.setKeepAlive(enable, idle * 1000, interval * 1000, count);
  }
}

/** The beginning of `bytes`, in the spare buffer. */
function copied(bytes: Uint8Array): Buffer {
  spare ??= Buffer.allocUnsafeSlow(COPY_BYTES);
  const length = Math.min(bytes.byteLength, COPY_BYTES);
  spare.set(length === bytes.byteLength ? bytes : bytes.subarray(0, length));
  return spare.subarray(0, length);
}

/** A peer that is gone already has no address any more: it is told as port 0 of any host. */
function addressOf(host: string | undefined, port: number | undefined): Address {
  return host === undefined || port === undefined ? new InternetAddress(0) : numericAddress(host, port);
}
