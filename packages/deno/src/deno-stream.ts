import {
  type Address,
  LARGEST_BUFFER_BYTES,
  numericAddress,
  type OptionSetting,
  type SpareBuffer,
  type StreamHandle,
  type StreamSink,
  scopedAs,
  scopedHere,
  takeBuffer,
  UnixAddress,
} from "@omnisock/core";
import { interfaces } from "./options.ts";

/** A read buffer is small while little comes, so that idle connections are cheap, and grows with what fills it. */
const FIRST_READ_BYTES = 256;
const MOST_READ_BYTES = 65536;

/** In so many microtasks whoever was given bytes has mostly answered them. */
const LOOKS = 6;
const NOW = Promise.resolve();

/** The connection that reads on when it has answered, or else soon. While there is one, all others read on at once. */
let answering: DenoStream | undefined;
let looksLeft = 0;
let isLooking = false;

/** What is known of a connection's addresses. */
interface Ends {
  /** What a Unix socket's file is called, which may not be what it was bound to. */
  readonly local?: Address;
  readonly remote?: Address;
  /** An address that says on which interface a link-local connection is: Deno does not. */
  readonly on: Address;
}

/** A connection of Deno: one read and one write at a time, each a promise. */
export class DenoStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  draining = false;
  readonly #conn: Deno.TcpConn | Deno.UnixConn;
  #sink: StreamSink | undefined;
  #buffer: Uint8Array = new Uint8Array(FIRST_READ_BYTES);
  /** The part of it that was filled last: the next read is often as long, and a view costs more than to look. */
  #filled: Uint8Array = this.#buffer;
  #isWanted = false;
  #hasEnded = false;
  #isClosed = false;
  #failure: unknown;
  #staged: SpareBuffer | undefined;
  #stagedBytes = 0;
  #isReading = false;
  /** What is being written, and the buffer that it was copied to, unless it is its owner's. */
  #writing: Uint8Array | undefined;
  #copy: SpareBuffer | undefined;
  #isGone = false;

  constructor(conn: Deno.TcpConn | Deno.UnixConn, ends: Ends) {
    this.#conn = conn;
    this.local = scopedHere(addressOf(conn.localAddr, ends.local, ends.on), interfaces);
    this.remote = addressOf(conn.remoteAddr, ends.remote, this.local);
    conn.unref();
  }

  open(connected: (handle: StreamHandle) => StreamSink): void {
    this.#sink = connected(this);
  }

  write(bytes: Uint8Array, lent: boolean): number {
    if (this.#isClosed) return 0;
    if (lent) {
      if (this.draining) return 0;
      this.draining = true;
      this.#write(bytes);
      return bytes.byteLength;
    }
    const taken = this.#stage(bytes);
    if (!this.draining && this.#staged !== undefined) {
      this.draining = true;
      this.#writeStaged(this.#staged);
    }
    return taken;
  }

  shutdown(): void {
    // Of a connection that is gone already, whoever reads is told.
    this.#conn.closeWrite().catch(() => {});
  }

  resume(): void {
    this.#isWanted = true;
    if (!this.#isReading && !this.#isClosed) this.#read();
  }

  pause(): void {
    this.#isWanted = false;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
    queueMicrotask(() => this.#endIfIdle());
  }

  /** Deno cannot reset: this is an ordinary close. */
  reset(): void {
    this.close();
  }

  setOption(...[name, value]: OptionSetting): void {
    // Deno throws where the kernel would do nothing.
    if (this.#isClosed) return;
    // Unix sockets have none of these, and are never given them.
    const conn = this.#conn as Deno.TcpConn;
    if (name === "TCP_NODELAY") conn.setNoDelay(value);
    else if (name === "SO_KEEPALIVE") conn.setKeepAlive(value);
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }

  // Not async functions, whose every await costs more than a call of one of these.

  #read(): void {
    this.#isReading = this.#isWanted && !this.#hasEnded && !this.#isClosed;
    if (this.#isReading) this.#conn.read(this.#buffer).then(this.#received, this.#readFailed);
    else this.#endIfIdle();
  }

  readonly #received = (count: number | null): void => {
    if (count === null) {
      this.#hasEnded = true;
      this.#sink?.end();
    } else {
      if (this.#filled.byteLength !== count) this.#filled = this.#buffer.subarray(0, count);
      this.#sink?.data(this.#filled, false);
      this.#grow(count);
      if (answering === undefined) {
        this.#answerFirst();
        return;
      }
    }
    this.#read();
  };

  /** The peer waits for the answer, not for the next read, and to ask Deno for that takes a microsecond. */
  #answerFirst(): void {
    answering = this;
    looksLeft = LOOKS;
    if (!isLooking) NOW.then(lookForAnswer);
    isLooking = true;
  }

  /** Reads on, as it has answered, or does so later. */
  readOn(): void {
    answering = undefined;
    this.#read();
  }

  readonly #readFailed = (cause: unknown): void => {
    this.#isReading = false;
    this.#fail(cause);
  };

  /** In memory of the adapter's: Deno takes longer to allocate than to copy. What comes while a write is under way goes out after it. */
  #stage(bytes: Uint8Array): number {
    const room = LARGEST_BUFFER_BYTES - this.#stagedBytes;
    const taken = bytes.byteLength <= room ? bytes : bytes.subarray(0, room);
    const needed = this.#stagedBytes + taken.byteLength;
    if (this.#staged === undefined || this.#staged.bytes.byteLength < needed) this.#growStaged(needed);
    this.#staged?.bytes.set(taken, this.#stagedBytes);
    this.#stagedBytes = needed;
    return taken.byteLength;
  }

  #growStaged(needed: number): void {
    const before = this.#staged;
    this.#staged = takeBuffer(needed);
    if (before === undefined) return;
    this.#staged.bytes.set(before.first(this.#stagedBytes));
    before.giveBack();
  }

  #writeStaged(staged: SpareBuffer): void {
    this.#copy = staged;
    const bytes = staged.first(this.#stagedBytes);
    this.#staged = undefined;
    this.#stagedBytes = 0;
    this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    this.#writing = bytes;
    this.#conn.write(bytes).then(this.#written, this.#writeFailed);
    if (answering === this) this.readOn();
  }

  readonly #written = (count: number): void => {
    const bytes = this.#writing as Uint8Array;
    if (count < bytes.byteLength) {
      this.#write(bytes.subarray(count));
      return;
    }
    this.#letGo();
    if (this.#staged !== undefined) {
      this.#writeStaged(this.#staged);
      return;
    }
    this.draining = false;
    if (this.#isClosed) this.#endIfIdle();
    else this.#sink?.writable();
  };

  readonly #writeFailed = (cause: unknown): void => {
    this.#letGo();
    this.draining = false;
    // What arrived is left to be read.
    if (this.#isClosed) this.#endIfIdle();
    else this.#sink?.sendFailed(cause);
  };

  #letGo(): void {
    this.#writing = undefined;
    this.#copy?.giveBack();
    this.#copy = undefined;
  }

  #fail(cause: unknown): void {
    if (this.#isClosed) {
      this.#endIfIdle();
      return;
    }
    this.#failure = cause;
    this.close();
  }

  /** The last word: buffers are in use until the read and the write that are under way have settled. */
  #endIfIdle(): void {
    if (!this.#isClosed || this.#isReading || this.draining || this.#isGone) return;
    this.#isGone = true;
    this.#sink?.closed(this.#failure);
  }

  #grow(filled: number): void {
    if (filled < this.#buffer.byteLength || filled === MOST_READ_BYTES) return;
    this.#buffer = new Uint8Array(filled * 4);
    this.#filled = this.#buffer;
  }
}

function lookForAnswer(): void {
  isLooking = answering !== undefined && --looksLeft > 0;
  if (isLooking) NOW.then(lookForAnswer);
  else answering?.readOn();
}

/** The address as Deno tells it; of a Unix socket's, the one that is known already. */
function addressOf(address: Deno.NetAddr | Deno.UnixAddr, known: Address | undefined, on: Address): Address {
  if ("hostname" in address) return scopedAs(numericAddress(address.hostname, address.port), on);
  // Deno's type has no null, Deno has: for a socket without a name.
  return known ?? (address.path ? new UnixAddress(address.path) : UnixAddress.UNNAMED);
}
