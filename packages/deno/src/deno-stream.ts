import { type Address, numericAddress, type StreamHandle, type StreamSink } from "@omnisock/core";

/** The most that a write copies when it may not keep the caller's buffer. */
const COPY_BYTES = 65536;
/** A read buffer is small while little comes, so that idle connections are cheap, and grows with what fills it. */
const FIRST_READ_BYTES = 256;
const MOST_READ_BYTES = 65536;

/** A connection of Deno: one read and one write at a time, each a promise. */
export class DenoStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  draining = false;
  readonly #conn: Deno.TcpConn;
  #sink: StreamSink | undefined;
  #buffer: Uint8Array = new Uint8Array(FIRST_READ_BYTES);
  #isWanted = false;
  #hasEnded = false;
  #isClosed = false;
  #failure: unknown;
  #reading: Promise<void> | undefined;
  #writing: Promise<void> | undefined;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.local = numericAddress(conn.localAddr.hostname, conn.localAddr.port);
    this.remote = numericAddress(conn.remoteAddr.hostname, conn.remoteAddr.port);
    conn.unref();
  }

  open(connected: (handle: StreamHandle) => StreamSink): void {
    this.#sink = connected(this);
  }

  write(bytes: Uint8Array, lent: boolean): number {
    if (this.draining || this.#isClosed) return 0;
    const taken = lent ? bytes : bytes.slice(0, COPY_BYTES);
    this.draining = true;
    this.#writing = this.#write(taken);
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

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      let written = await this.#conn.write(bytes);
      while (written < bytes.byteLength) written += await this.#conn.write(bytes.subarray(written));
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
