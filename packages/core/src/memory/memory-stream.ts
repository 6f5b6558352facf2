import type { StreamHandle, StreamSink } from "../adapter.ts";
import type { Address } from "../address.ts";
import { copyOf } from "../copy-of.ts";
import { CodedError } from "../errors.ts";
import { MemoryHandle } from "./memory-handle.ts";

/** What each direction of a connection holds before its writer is held back, in bytes. */
const BUFFER_BYTES = 65536;

/** One end of a connection: what the other end wrote and this one has not taken yet, as a kernel would hold it. */
export class MemoryStream extends MemoryHandle implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  readonly draining = false;
  peer: MemoryStream | undefined;
  #sink: StreamSink | undefined;
  #arrived: Uint8Array[] = [];
  #arrivedBytes = 0;
  #isPaused = true;
  #isClosed = false;
  #peerHasEnded = false;
  #hasEnded = false;
  #isBlocked = false;
  #failure: CodedError | undefined;

  constructor(local: Address, remote: Address) {
    super();
    this.local = local;
    this.remote = remote;
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): number {
    const peer = this.peer;
    if (peer === undefined || peer.#isClosed) {
      this.#refuse();
      return 0;
    }
    const taken = Math.min(bytes.byteLength, BUFFER_BYTES - peer.#arrivedBytes);
    this.#isBlocked = taken < bytes.byteLength;
    if (taken > 0) {
      peer.#arrived.push(copyOf(bytes.subarray(0, taken)));
      peer.#arrivedBytes += taken;
      peer.#wake();
    }
    return taken;
  }

  shutdown(): void {
    if (this.peer === undefined) return;
    this.peer.#peerHasEnded = true;
    this.peer.#wake();
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }

  pause(): void {
    this.#isPaused = true;
  }

  close(): void {
    if (this.#arrivedBytes > 0) this.reset();
    else this.#close(undefined);
  }

  reset(): void {
    this.#close(new CodedError("ECONNRESET"));
  }

  setOption(): void {}

  #close(failureOfPeer: CodedError | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#arrived = [];
    const { peer } = this;
    if (peer !== undefined && !peer.#isClosed) {
      // A reset after the end of the stream leaves that: only a send hears of it.
      if (!peer.#peerHasEnded) peer.#failure ??= failureOfPeer;
      else if (peer.#isBlocked) peer.#refuse();
      peer.#peerHasEnded = true;
      peer.#wake();
    }
    queueMicrotask(() => this.#sink?.closed());
  }

  #refuse(): void {
    const cause = this.#failure ?? new CodedError("EPIPE");
    this.#failure = undefined;
    queueMicrotask(() => this.#sink?.sendFailed(cause));
  }

  #wake(): void {
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    const sink = this.#sink;
    if (this.#isClosed || sink === undefined) return;
    while (!this.#isPaused && !this.#isClosed) {
      const bytes = this.#arrived.shift();
      if (bytes === undefined) break;
      this.#arrivedBytes -= bytes.byteLength;
      sink.data(bytes, true);
      this.peer?.makeRoom();
    }
    if (this.#failure !== undefined && (!this.#isPaused || this.#isBlocked)) {
      this.#isClosed = true;
      sink.closed(this.#failure);
    } else if (this.#peerHasEnded && !this.#hasEnded && !this.#isPaused && this.#arrivedBytes === 0) {
      this.#hasEnded = true;
      sink.end();
    }
  }

  /** The other end has taken bytes. */
  makeRoom(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    queueMicrotask(() => {
      if (!this.#isClosed) this.#sink?.writable();
    });
  }
}
