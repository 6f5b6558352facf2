import { bufferGone } from "./buffer-gone.ts";
import type { ByteStream } from "./byte-stream.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import { WOULD_BLOCK } from "./constants.ts";
import { SocketError } from "./errors.ts";
import { type Limit, Waiter, WaitQueue } from "./wait.ts";

/** From this many unread bytes on, further ones stay in the kernel, and the peer feels it. */
const HIGH_WATER_BYTES = 65536;

const NOTHING = new Uint8Array(0);

/** A call to receive: into a buffer what comes next, or else the next chunk itself. */
class Receive extends Waiter<number | Uint8Array> {
  readonly into: Uint8Array | undefined;

  constructor(into: Uint8Array | undefined) {
    super();
    this.into = into;
  }
}

/** A call to receive until its buffer is full. */
class FullReceive extends Receive {
  readonly #whole: Uint8Array;
  readonly #length: number;
  readonly #receiver: ByteReceiver;
  filled = 0;

  constructor(whole: Uint8Array, receiver: ByteReceiver) {
    super(undefined);
    this.#whole = whole;
    this.#length = whole.byteLength;
    this.#receiver = receiver;
  }

  get isFull(): boolean {
    return this.filled === this.#length;
  }

  get isBufferGone(): boolean {
    return this.#whole.byteLength < this.#length;
  }

  /** Returns what there was no room for. */
  fill(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.#length - this.filled);
    this.#whole.set(part, this.filled);
    this.filled += part.byteLength;
    return bytes.subarray(part.byteLength);
  }

  /** A call whose time is up has consumed nothing. */
  override left(): void {
    if (!this.isBufferGone) this.#receiver.data(this.#whole.slice(0, this.filled), true);
  }
}

/** The receiving half of a connection: bytes that arrived, or calls that wait for some; never both. */
export class ByteReceiver {
  readonly #stream: ByteStream;
  readonly #receives: WaitQueue<number | Uint8Array, Receive>;
  #unread: ChunkQueue | undefined;
  #flow: "paused" | "reading" | "ended" = "paused";

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.#receives = new WaitQueue(stream.keepAlive);
  }

  /** Whether there is nothing more to receive: the end of the stream is here, and no byte before it is unread. */
  hasEnded(): boolean {
    return this.#flow === "ended" && !this.hasUnread();
  }

  /** Whether a call to receive would not wait; when it would, bytes are asked for. */
  isReadable(): boolean {
    if (this.hasUnread() || this.#flow === "ended") return true;
    this.#read();
    return false;
  }

  /** Whether bytes are here that nobody has received. */
  hasUnread(): boolean {
    return this.#unread !== undefined && this.#unread.byteLength > 0;
  }

  /** Whether bytes are here that no call has been given. */
  hasUndelivered(): boolean {
    return this.hasUnread() || filledOf(this.#receives.first()) > 0;
  }

  /** Whether nothing waits here, neither bytes nor calls. */
  isIdle(): boolean {
    return !this.hasUnread() && this.#receives.first() === undefined;
  }

  receive(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    const received = this.tryReceive(into);
    if (received !== WOULD_BLOCK) return Promise.resolve(received);
    return this.#wait(new Receive(into), limit) as Promise<number>;
  }

  tryReceive(into: Uint8Array): number {
    if (into.byteLength === 0) return 0;
    if (this.#unread !== undefined && this.#unread.byteLength > 0) {
      return this.#stream.handle.isPacketed ? readPacket(this.#unread, into) : this.#unread.read(into);
    }
    if (this.#flow === "ended") return this.#atEnd();
    this.#read();
    return WOULD_BLOCK;
  }

  /** As `receive()`, until `into` is full or the stream has ended. */
  receiveExactly(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    const unread = this.#unread?.byteLength ?? 0;
    if (unread >= into.byteLength || this.#flow === "ended") return Promise.resolve(this.tryReceive(into));
    const receive = new FullReceive(into, this);
    // A call that must not wait leaves what is here, and has more read for when it is made again.
    if (limit?.timeout === 0) this.#read();
    else receive.filled = this.#unread?.read(into) ?? 0;
    return this.#wait(receive, limit) as Promise<number>;
  }

  /** The next bytes as they arrived, in a buffer that belongs to the caller; undefined at the end of the stream. */
  async receiveChunk(limit: Limit | undefined): Promise<Uint8Array | undefined> {
    const chunk = this.shiftChunk();
    if (chunk !== undefined) return chunk;
    const next = this.#flow === "ended" ? this.#atEnd() : await this.#wait(new Receive(undefined), limit);
    return typeof next === "number" ? undefined : next;
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
    if (this.#flow === "ended") return;
    let rest = bytes;
    while (rest.byteLength > 0) {
      const first = this.#receives.first();
      if (first === undefined) {
        this.#unread ??= new ChunkQueue();
        this.#unread.push(owned ? rest : rest.slice());
        this.#stream.notify("read");
        break;
      }
      if (first.into === undefined) {
        if (!(first instanceof FullReceive)) {
          this.#receives.resolveFirst(owned ? rest : rest.slice());
          return;
        }
        if (first.isBufferGone) {
          this.#receives.rejectFirst(bufferGone());
          continue;
        }
        rest = first.fill(rest);
        if (!first.isFull) return;
        this.#receives.resolveFirst(first.filled);
        continue;
      }
      const room = first.into.byteLength;
      if (rest.byteLength <= room) {
        first.into.set(rest);
        this.#receives.resolveFirst(rest.byteLength);
        return;
      }
      // There was some when the call was made.
      if (room === 0) {
        this.#receives.rejectFirst(bufferGone());
        continue;
      }
      first.into.set(rest.subarray(0, room));
      this.#receives.resolveFirst(room);
      // Of a packet, what there is no room for is lost.
      if (this.#stream.handle.isPacketed) return;
      rest = rest.subarray(room);
    }
    if (this.#flow === "reading" && this.#unread !== undefined && this.#unread.byteLength >= HIGH_WATER_BYTES) {
      this.#flow = "paused";
      this.#stream.handle.pause();
    }
  }

  /** The peer sent its end of stream. */
  end(): void {
    this.#flow = "ended";
    for (let first = this.#receives.first(); first !== undefined; first = this.#receives.first()) {
      this.#receives.resolveFirst(filledOf(first));
    }
    this.#stream.notify("read");
  }

  /** The connection is no more; when it broke, a pending call reports why, or else the next one that asks. */
  closed(): void {
    // What arrived before comes first; the next call hears why there is no more.
    const filled = filledOf(this.#receives.first());
    if (filled > 0) this.#receives.resolveFirst(filled);
    if (this.#receives.first() !== undefined) {
      const error = this.#stream.takeFailure("recv");
      if (error !== undefined) this.#receives.rejectAll(() => error);
    }
    this.end();
  }

  /** Receiving gives 0 from now on; what is unread or still arrives is dropped, and does not hold the peer back. */
  shutdown(): void {
    const isPaused = this.#flow === "paused";
    this.#unread = undefined;
    this.end();
    if (isPaused) this.#stream.handle.resume();
  }

  close(): void {
    this.#stream.handle.pause();
    this.#unread = undefined;
    this.#flow = "ended";
    this.#receives.rejectAll(() => new SocketError("EBADF", "recv"));
  }

  #atEnd(): 0 {
    const failure = this.#stream.takeFailure("recv");
    if (failure !== undefined) throw failure;
    return 0;
  }

  #wait(receive: Receive, limit: Limit | undefined): Promise<number | Uint8Array> {
    if (limit?.timeout === 0) return Promise.reject(timedOut());
    this.#read();
    return this.#receives.push(receive, limit, timedOut);
  }

  #read(): void {
    if (this.#flow !== "paused") return;
    this.#flow = "reading";
    this.#stream.handle.resume();
  }
}

/** How many bytes a call that waits has been given already. */
function filledOf(receive: Receive | undefined): number {
  return receive instanceof FullReceive ? receive.filled : 0;
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
