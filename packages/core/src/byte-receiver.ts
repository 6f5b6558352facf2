import { checkStillThere } from "./buffer-gone.ts";
import type { ByteStream } from "./byte-stream.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import { WOULD_BLOCK } from "./constants.ts";
import { copyOf } from "./copy-of.ts";
import { SocketError } from "./errors.ts";
import { plainBytes } from "./plain-bytes.ts";
import { type Receive, ReceiveChunk, ReceiveExactly, ReceiveInto } from "./receives.ts";
import { type Limit, looked, WaitQueue } from "./wait.ts";

/** From this many unread bytes on, further ones stay in the kernel, and the peer feels it. */
const HIGH_WATER_BYTES = 65536;

const NOTHING = new Uint8Array(0);

/** How bytes come. No more do when the peer has "ended" its stream, or when it is "over" for a reason that may be still to be told. */
type Flow = "paused" | "reading" | "ended" | "over";

/** The receiving half of a connection: bytes that arrived, or calls that wait for some; never both. */
export class ByteReceiver {
  readonly #stream: ByteStream;
  readonly #receives: WaitQueue<number | Uint8Array, Receive>;
  #unread: ChunkQueue | undefined;
  #flow: Flow = "paused";

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.#receives = new WaitQueue(stream.keepAlive);
  }

  /** Whether there is nothing more to receive: the end of the stream is here, and no byte before it is unread. */
  hasEnded(): boolean {
    return this.#isOver() && !this.hasUnread();
  }

  /** Whether a call to receive would not wait; when it would, bytes are asked for. */
  isReadable(): boolean {
    if (this.hasUnread() || this.#isOver()) return true;
    this.#read();
    return false;
  }

  /** Whether bytes are here that nobody has received. */
  hasUnread(): boolean {
    return this.#unread !== undefined && this.#unread.byteLength > 0;
  }

  /** Whether bytes are here that no call has been given. */
  hasUndelivered(): boolean {
    return this.hasUnread() || (this.#receives.first()?.given() ?? 0) > 0;
  }

  /** Whether nothing waits here, neither bytes nor calls. */
  isIdle(): boolean {
    return !this.hasUnread() && this.#receives.first() === undefined;
  }

  receive(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    const received = this.tryReceive(into);
    if (received !== WOULD_BLOCK) return Promise.resolve(received);
    return this.#wait(new ReceiveInto(into), limit) as Promise<number>;
  }

  tryReceive(into: Uint8Array): number {
    if (into.byteLength === 0) return 0;
    if (this.#unread !== undefined && this.#unread.byteLength > 0) {
      return this.#stream.handle.isPacketed ? readPacket(this.#unread, into) : this.#unread.read(into);
    }
    if (this.#isOver()) return this.#atEnd();
    this.#read();
    return WOULD_BLOCK;
  }

  /** As `receive()`, until `into` is full or the stream has ended. */
  receiveExactly(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    const unread = this.#unread?.byteLength ?? 0;
    if (unread >= into.byteLength || this.#isOver()) return Promise.resolve(this.tryReceive(into));
    if (limit?.timeout === 0) return this.#receiveExactlyNow(into, limit);
    const filled = this.#unread?.read(into) ?? 0;
    const receive = new ReceiveExactly(into, filled, (bytes) => this.data(bytes, true));
    return this.#wait(receive, limit) as Promise<number>;
  }

  /** As `receiveExactly()`, of what has come by now: too little stays here, and `into` is as it was. */
  async #receiveExactlyNow(into: Uint8Array, limit: Limit): Promise<number> {
    const { byteLength } = into;
    this.#read();
    await looked(limit);
    checkStillThere(into, byteLength);
    if (this.#stream.sender.isClosing) throw new SocketError("EBADF", "recv");
    if ((this.#unread?.byteLength ?? 0) < byteLength && !this.#isOver()) throw timedOut();
    return this.tryReceive(into);
  }

  /** The next bytes as they arrived, in a buffer that belongs to the caller; undefined at the end of the stream. */
  async receiveChunk(limit: Limit | undefined): Promise<Uint8Array | undefined> {
    const chunk = this.shiftChunk();
    if (chunk !== undefined) return plainBytes(chunk);
    const next = this.#isOver() ? this.#atEnd() : await this.#wait(new ReceiveChunk(), limit);
    return typeof next === "number" ? undefined : plainBytes(next);
  }

  /** As `receiveChunk()`, of what is here. */
  shiftChunk(): Uint8Array | undefined {
    return this.#unread?.shift();
  }

  /** Limits the calls that wait already. */
  limitWaiting(limit: Limit): void {
    this.#receives.limitAll(limit, timedOut);
  }

  data(bytes: Uint8Array, owned: boolean): void {
    if (this.#isOver()) return;
    let rest = bytes;
    while (rest.byteLength > 0) {
      const first = this.#receives.first();
      if (first === undefined) {
        this.#keep(owned ? rest : copyOf(rest));
        return;
      }
      const left = first.take(rest, owned, this.#receives);
      // Of a packet, what there is no room for is lost.
      if (this.#stream.handle.isPacketed && left !== rest) return;
      rest = left;
    }
  }

  room(): Uint8Array | undefined {
    return this.#receives.first()?.room();
  }

  filled(byteLength: number): void {
    this.#receives.first()?.fill(byteLength, this.#receives);
  }

  /** The peer sent its end of stream. */
  end(): void {
    this.#finish("ended");
  }

  #finish(flow: "ended" | "over"): void {
    this.#flow = flow;
    for (let first = this.#receives.first(); first !== undefined; first = this.#receives.first()) {
      first.end(this.#receives);
    }
    this.#stream.notify("read");
  }

  /** The connection is no more; when it broke, a pending call reports why, or else the next one that asks. */
  closed(): void {
    // What arrived before comes first; the next call hears why there is no more.
    const first = this.#receives.first();
    if (first !== undefined && first.given() > 0) first.end(this.#receives);
    if (this.#receives.first() !== undefined) {
      const error = this.#stream.takeFailure("recv");
      if (error !== undefined) this.#receives.rejectAll(() => error);
    }
    this.#finish(this.#flow === "ended" ? "ended" : "over");
  }

  /** Receiving gives 0 from now on; what is unread or still arrives is dropped, and does not hold the peer back. */
  shutdown(): void {
    const isPaused = this.#flow === "paused";
    this.#unread = undefined;
    this.#finish("over");
    if (isPaused) this.#stream.handle.resume();
  }

  close(): void {
    this.#stream.handle.pause();
    this.#unread = undefined;
    this.#flow = "over";
    this.#receives.rejectAll(() => new SocketError("EBADF", "recv"));
  }

  #isOver(): boolean {
    return this.#flow === "ended" || this.#flow === "over";
  }

  /** What breaks after the peer's end only a call to send hears of. Source: Linux, tcp_recvmsg(), SOCK_DONE. */
  #atEnd(): 0 {
    if (this.#flow === "ended") return 0;
    const failure = this.#stream.takeFailure("recv");
    if (failure !== undefined) throw failure;
    return 0;
  }

  #wait(receive: Receive, limit: Limit | undefined): Promise<number | Uint8Array> {
    this.#read();
    return this.#receives.push(receive, limit, timedOut);
  }

  /** Nobody waits: the bytes are for the next call. */
  #keep(bytes: Uint8Array): void {
    this.#unread ??= new ChunkQueue();
    this.#unread.push(bytes);
    this.#stream.notify("read");
    if (this.#flow === "reading" && this.hasUnread() && this.#unread.byteLength >= HIGH_WATER_BYTES) {
      this.#flow = "paused";
      this.#stream.handle.pause();
    }
  }

  #read(): void {
    if (this.#flow !== "paused") return;
    this.#flow = "reading";
    this.#stream.handle.resume();
  }
}

/** Of a packet, what there is no room for is lost. */
function readPacket(unread: ChunkQueue, into: Uint8Array): number {
  const packet = unread.shift() ?? NOTHING;
  const part = packet.byteLength <= into.byteLength ? packet : packet.subarray(0, into.byteLength);
  into.set(part);
  return part.byteLength;
}

function timedOut(): SocketError {
  return new SocketError("EAGAIN", "recv");
}
