import {
  type Address,
  numericAddress,
  type OptionSetting,
  type StreamHandle,
  type StreamSink,
  scopedAs,
  scopedHere,
  UnixAddress,
} from "@omnisock/core";
import { interfaces } from "./options.ts";

/** The most that a write copies when it may not keep the caller's buffer. */
const COPY_BYTES = 65536;
/** Kept for whoever writes next: Deno takes longer to allocate than to copy. */
const SPARE_BUFFERS = 4;
const spareBuffers = Array.from({ length: SPARE_BUFFERS }, () => new Uint8Array(COPY_BYTES));
/** A read buffer is small while little comes, so that idle connections are cheap, and grows with what fills it. */
const FIRST_READ_BYTES = 256;
const MOST_READ_BYTES = 65536;

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
  #isWanted = false;
  #hasEnded = false;
  #isClosed = false;
  #failure: unknown;
  #staged: Uint8Array | undefined;
  #stagedBytes = 0;
  #reading: Promise<void> | undefined;
  #writing: Promise<void> | undefined;

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
    if (this.draining) return lent ? 0 : this.#stage(bytes);
    const taken = lent ? bytes : copied(bytes);
    this.draining = true;
    this.#writing = this.#write(taken, lent);
    return taken.byteLength;
  }

  shutdown(): void {
    this.#conn.closeWrite().catch((cause: unknown) => this.#fail(cause));
  }

  resume(): void {
    this.#isWanted = true;
    this.#reading ??= this.#read();
  }

  pause(): void {
    this.#isWanted = false;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
    // Their buffers are in use until they settle.
    void Promise.all([this.#reading, this.#writing]).then(() => this.#sink?.closed(this.#failure));
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

  async #read(): Promise<void> {
    try {
      while (this.#isWanted && !this.#hasEnded && !this.#isClosed) {
        const count = await this.#conn.read(this.#buffer);
        if (count === null) {
          this.#hasEnded = true;
          this.#sink?.end();
        } else {
          this.#sink?.data(this.#buffer.subarray(0, count), false);
          this.#grow(count);
        }
      }
    } catch (cause) {
      this.#fail(cause);
    }
    this.#reading = undefined;
  }

  /** Small writes that come while one is under way go out together after it. */
  #stage(bytes: Uint8Array): number {
    this.#staged ??= spareBuffers.pop() ?? new Uint8Array(COPY_BYTES);
    const taken = bytes.subarray(0, COPY_BYTES - this.#stagedBytes);
    this.#staged.set(taken, this.#stagedBytes);
    this.#stagedBytes += taken.byteLength;
    return taken.byteLength;
  }

  #unstage(): Uint8Array | undefined {
    const staged = this.#staged?.subarray(0, this.#stagedBytes);
    this.#staged = undefined;
    this.#stagedBytes = 0;
    return staged;
  }

  async #write(bytes: Uint8Array, lent: boolean): Promise<void> {
    try {
      let isOurs = !lent;
      for (let next: Uint8Array | undefined = bytes; next !== undefined; next = this.#unstage()) {
        try {
          let written = await this.#conn.write(next);
          while (written < next.byteLength) written += await this.#conn.write(next.subarray(written));
        } finally {
          if (isOurs) keepSpare(next);
        }
        isOurs = true;
      }
      this.draining = false;
      this.#sink?.writable();
    } catch (cause) {
      this.draining = false;
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (this.#isClosed) return;
    this.#failure = cause;
    this.close();
  }

  #grow(filled: number): void {
    if (filled === this.#buffer.byteLength && filled < MOST_READ_BYTES) this.#buffer = new Uint8Array(filled * 4);
  }
}

/** The beginning of `bytes`, in memory of the adapter's. */
function copied(bytes: Uint8Array): Uint8Array {
  const spare = spareBuffers.pop();
  if (spare === undefined) return bytes.slice(0, COPY_BYTES);
  const length = Math.min(bytes.byteLength, COPY_BYTES);
  spare.set(bytes.subarray(0, length));
  return spare.subarray(0, length);
}

/** `written` is done with; if it is part of a whole buffer, that can be used again. */
function keepSpare({ buffer }: Uint8Array): void {
  if (buffer.byteLength === COPY_BYTES && spareBuffers.length < SPARE_BUFFERS) {
    spareBuffers.push(new Uint8Array(buffer as ArrayBuffer));
  }
}

/** The address as Deno tells it; of a Unix socket's, the one that is known already. */
function addressOf(address: Deno.NetAddr | Deno.UnixAddr, known: Address | undefined, on: Address): Address {
  if ("hostname" in address) return scopedAs(numericAddress(address.hostname, address.port), on);
  // Deno's type has no null, Deno has: for a socket without a name.
  return known ?? (address.path ? new UnixAddress(address.path) : UnixAddress.UNNAMED);
}
