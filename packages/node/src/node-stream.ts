import { Buffer } from "node:buffer";
import { type OnReadOpts, Socket } from "node:net";
import process from "node:process";
import {
  type Address,
  busyPoll,
  CodedError,
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

/**
 * Whether a reset that follows bytes which were not read yet is told as the end of the stream, as libuv before 1.52 does
 * (Node before 24), which does not read again: whoever receives a file would take half of it for the whole.
 *
 * Source: https://github.com/libuv/libuv/issues/2319
 */
const TAKES_RESETS_FOR_ENDS = ((version = "") => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 1 && minor < 52;
})(process.versions["uv"]);

/** Whether the kernel has no connection any more: after the peer's end of stream it has one, until we have sent ours. */
function isGone(socket: Socket): boolean {
  const { _handle: handle } = socket as unknown as { _handle?: { getpeername?(into: object): number } | null };
  return (handle?.getpeername?.({}) ?? 0) < 0;
}

/** Whose socket it is: so that one function listens for all of them, and an idle connection has no closures. */
const owner: unique symbol = Symbol("owner");

interface OwnedSocket extends Socket {
  [owner]?: NodeStream;
}

/** `node:net`'s `onread` option for a socket that connects. */
export function onreadOf(socket: () => Socket): OnReadOpts {
  return { buffer: shared, callback: (bytesRead, buffer) => onRead.call(socket(), bytesRead, buffer) };
}

/** For one that was accepted: Node calls it as a method of the socket. */
const acceptedOnread: OnReadOpts = { buffer: shared, callback: onRead };

function onRead(this: OwnedSocket, bytesRead: number, buffer: Uint8Array): boolean {
  this[owner]?.received(buffer.subarray(0, bytesRead), false);
  return true;
}

function onData(this: OwnedSocket, bytes: Uint8Array): void {
  this[owner]?.received(bytes, true);
}

function onEnd(this: OwnedSocket): void {
  this[owner]?.ended();
}

function onError(this: OwnedSocket, error: Error): void {
  this[owner]?.broke(error);
}

function onClose(this: OwnedSocket): void {
  this[owner]?.closed();
}

function resetNow(this: OwnedSocket): void {
  this.resetAndDestroy();
}

/**
 * The accepted socket, reading into the shared buffer.
 *
 * Node offers `onread` only to sockets that connect; for an accepted one, its handle moves to a new socket. A compatibility
 * layer whose sockets have no such handle keeps its own socket, with 'data' events.
 */
export function intoSharedBuffer(accepted: Socket): Socket {
  const { _handle: handle } = accepted as unknown as { _handle: { useUserBuffer?: unknown } | null };
  if (typeof handle?.useUserBuffer !== "function") return accepted.on("data", onData);
  Object.assign(accepted, { _handle: null });
  const options = { handle, onread: acceptedOnread, allowHalfOpen: true, pauseOnCreate: true };
  return new Socket(options as object);
}

/** What addresses a connection is between. */
export interface Ends {
  readonly local: Address;
  readonly remote: Address;
}

/** As Node tells them: of Unix sockets, nothing. A peer that is gone already has no address any more: it is port 0 of any host. */
export function endsOf(socket: Socket, local: Address = addressOf(socket.localAddress, socket.localPort)): Ends {
  return { local, remote: addressOf(socket.remoteAddress, socket.remotePort) };
}

/** What was set of `SO_KEEPALIVE`, and of its times, in seconds. */
interface KeepAlive {
  readonly enable: boolean;
  readonly idle?: number;
  readonly interval?: number;
  readonly count?: number;
}

const NOT_KEPT_ALIVE: KeepAlive = { enable: false };

/** A connection of `node:net`. */
export class NodeStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  draining = false;
  readonly #socket: Socket;
  readonly #sink: StreamSink;
  #isWriting = false;
  #hasSendFailed = false;
  #failure: Error | undefined;
  #keepAlive = NOT_KEPT_ALIVE;

  /** `socket` is paused, and reads into the shared buffer or gives 'data' events. */
  constructor(socket: OwnedSocket, { local, remote }: Ends, connected: (handle: StreamHandle) => StreamSink) {
    this.#socket = socket;
    this.local = local;
    this.remote = remote;
    socket.unref();
    this.#sink = connected(this);
    socket[owner] = this;
    socket.on("end", onEnd).on("error", onError).on("close", onClose);
  }

  received(bytes: Uint8Array, owned: boolean): void {
    busyPoll();
    this.#sink.data(bytes, owned);
  }

  ended(): void {
    const isSending = !this.#hasSendFailed && !this.#socket.writableEnded;
    if (TAKES_RESETS_FOR_ENDS && isSending && isGone(this.#socket)) this.#endOrReset();
    else this.#sink.end();
  }

  /** Of a connection that is gone: where a reset came after the end of the stream, a send is EPIPE. */
  #endOrReset(): void {
    const tried = (error?: (Error & { readonly code?: unknown }) | null): void => {
      if (error?.code === "EPIPE") {
        this.#sink.end();
        return;
      }
      this.#failure = new CodedError("ECONNRESET");
      this.#socket.destroy();
    };
    this.#socket._write(Buffer.of(0), "buffer" as BufferEncoding, tried);
  }

  broke(cause: Error): void {
    this.#failure = cause;
  }

  closed(): void {
    this.draining = false;
    this.#sink.closed(this.#failure);
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
      // Not within `write()`; and what arrived is left to be read.
      queueMicrotask(() => this.#sendFailed(error));
      return;
    }
    this.draining = false;
    if (!this.#isWriting) this.#sink.writable();
  };

  #sendFailed(cause: Error): void {
    if (this.#socket.destroyed) return;
    this.draining = false;
    this.#hasSendFailed = true;
    this.#sink.sendFailed(cause);
  }

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
    // libuv refuses while the end of the stream is on its way, and Node would never close the socket.
    else if (this.#socket.writableEnded && !this.#socket.writableFinished) this.#socket.once("finish", resetNow);
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

function addressOf(host: string | undefined, port: number | undefined): Address {
  return host === undefined || port === undefined ? new InternetAddress(0) : numericAddress(host, port);
}
