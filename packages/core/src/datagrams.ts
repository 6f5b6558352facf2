import type { Arrived, DatagramHandle, DatagramSink } from "./adapter.ts";
import { type Address, isSamePlace } from "./address.ts";
import { ArrivedDatagrams } from "./arrived-datagrams.ts";
import { bufferGone } from "./buffer-gone.ts";
import { copyOf } from "./copy-of.ts";
import { DatagramSender } from "./datagram-sender.ts";
import { atEndOfTurn } from "./end-of-turn.ts";
import { asSocketError, SocketError } from "./errors.ts";
import { Failure } from "./failure.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { OptionName } from "./options/option.ts";
import { optionError } from "./options/option-error.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { Readiness } from "./readiness.ts";
import type { Datagram, Received } from "./socket.ts";
import { type Limit, Waiter, WaitQueue } from "./wait.ts";

/** How often to do without more, before waiting for it again. */
const TURNS_BETWEEN_TRIES = 32;

/** As many as are worth handing on before the turn ends. */
const ENOUGH = 64;

/** A call to receive one datagram: into a buffer, or in a buffer of its own. */
class Receive extends Waiter<Received | Datagram> {
  readonly into: Uint8Array | undefined;
  readonly #room: number;

  constructor(into: Uint8Array | undefined) {
    super();
    this.into = into;
    this.#room = into?.byteLength ?? 0;
  }

  get isBufferGone(): boolean {
    return this.into !== undefined && this.into.byteLength < this.#room;
  }
}

/** A bound datagram socket: datagrams that arrived, or calls that wait for one; its sending half is apart. */
export class Datagrams implements DatagramSink {
  readonly handle: DatagramHandle;
  readonly keepAlive: KeepAlive;
  /** How many datagrams there was no room for: they are dropped and counted, as a kernel does. */
  dropped = 0;
  readonly failure: Failure;
  readonly sender: DatagramSender;
  readonly #arrived: ArrivedDatagrams = new ArrivedDatagrams();
  readonly #receives: WaitQueue<Received | Datagram, Receive>;
  readonly #readiness: Readiness;
  readonly #gone: Waiter<void> = new Waiter();
  #peer: Address | undefined;
  #vainTurns = 0;
  #gathering: Waiter<void> | undefined;
  #isTurnAwaited = false;
  #isReading = false;
  #isClosed = false;
  /** Why the socket broke, if it did. */
  #cause: unknown;

  constructor(handle: DatagramHandle, readiness: Readiness) {
    this.handle = handle;
    this.failure = new Failure(handle.local);
    this.keepAlive = new KeepAlive(handle);
    this.#receives = new WaitQueue(this.keepAlive);
    this.sender = new DatagramSender(handle, this.keepAlive, readiness);
    this.#readiness = readiness;
  }

  /** Set once connected: only its datagrams are received, and it hears of ICMP errors. */
  get peer(): Address | undefined {
    return this.#peer;
  }

  /** From here on only the peer's datagrams are received, also of those that came before: what "subsequent recv()" says in POSIX's connect(). */
  connected(peer: Address): void {
    this.#peer = peer;
    this.#arrived.keepOnly(peer);
  }

  /** What select(2) calls an exceptional condition: here, an error that nobody has heard of. */
  get isExceptional(): boolean {
    return this.failure.isPending || this.handle.isExceptional === true;
  }

  exceptional(): void {
    this.#readiness.notify("error");
  }

  /** Whether a call to receive would not wait; when it would, a datagram is asked for. */
  get isReadable(): boolean {
    if (this.#arrived.length > 0 || this.failure.isPending || this.#isClosed) return true;
    this.#read();
    return false;
  }

  /** Whether nothing waits here, neither datagrams nor calls. */
  get isIdle(): boolean {
    return this.#arrived.length === 0 && this.#receives.first() === undefined && this.sender.isIdle;
  }

  get isWritable(): boolean {
    return this.#isClosed || this.sender.isWritable;
  }

  receive(into: Uint8Array, limit: Limit | undefined): Promise<Received> {
    const received = this.tryReceive(into);
    if (received !== undefined) return Promise.resolve(received);
    return this.#wait(new Receive(into), limit) as Promise<Received>;
  }

  tryReceive(into: Uint8Array): Received | undefined {
    const datagram = this.tryReceiveOne();
    return datagram && copied(datagram.bytes, datagram.from, datagram.isTruncated, into);
  }

  /** Limits the calls that wait already. */
  limitWaiting(limit: Limit): void {
    this.#receives.limitAll(limit, this.#timedOut);
  }

  /** The next datagram, in a buffer that belongs to the caller. */
  receiveOne(limit: Limit | undefined): Promise<Datagram> {
    const datagram = this.tryReceiveOne();
    if (datagram !== undefined) return Promise.resolve(datagram);
    return this.#wait(new Receive(undefined), limit) as Promise<Datagram>;
  }

  tryReceiveOne(): Arrived | undefined {
    const first = this.#arrived.shift();
    if (first !== undefined) return first;
    const failure = this.failure.take("recv");
    if (failure !== undefined) throw failure;
    if (this.#isClosed) throw this.#reason("recv");
    this.#read();
    return undefined;
  }

  /** At least one datagram, and what more is here. */
  async receiveMany(most: number, limit: Limit | undefined): Promise<Datagram[]> {
    const received = this.#takeMany(most);
    if (received.length === 0) {
      received.push(await this.receiveOne(limit));
      if (most > 1 && this.#mayGather()) await this.#gather();
    }
    if (received.length < most) received.push(...this.#takeMany(most - received.length));
    return received;
  }

  datagram(bytes: Uint8Array, owned: boolean, from: Address, isTruncated: boolean): void {
    if (this.#isClosed || !this.#isWanted(from)) return;
    const first = this.#firstReceive();
    if (first?.into !== undefined) {
      this.#receives.resolveFirst(copied(bytes, from, isTruncated, first.into));
    } else if (first !== undefined) {
      this.#receives.resolveFirst({ bytes: owned ? plainBytes(bytes) : copyOf(bytes), from });
    } else if (this.#arrived.hasRoomFor(bytes.byteLength)) {
      this.#arrived.push({ bytes: owned ? plainBytes(bytes) : copyOf(bytes), from, isTruncated });
      if (this.#arrived.length === 1) this.#readiness.notify("read");
      else if (this.#arrived.length === ENOUGH) this.#endGathering();
    } else {
      this.dropped++;
    }
    if (!this.#isReading || this.#wantsMore()) return;
    this.#pause();
    // Whoever selects on it asks anew.
    if (this.#arrived.length === 0) this.#readiness.notify("read");
  }

  writable(cause?: unknown): void {
    this.sender.writable(cause);
  }

  failed(cause: unknown): void {
    // Only a connected socket hears of ICMP errors, and only where it receives: they are no fault of the next datagram sent.
    if (this.#peer !== undefined) this.#fail(cause);
  }

  refused(option: OptionName, cause: unknown): void {
    if (!this.#isClosed) this.#fail(optionError(cause, "setsockopt", option));
  }

  closed(cause?: unknown): void {
    this.#end(cause);
    this.#gone.resolve();
    this.#readiness.notifyAll();
  }

  /** What a call has reported as sent goes out first. */
  async close(): Promise<void> {
    const isOwing = this.sender.isOwing;
    this.#end(undefined);
    this.keepAlive.settle();
    if (isOwing) await this.sender.drained();
    this.handle.close();
    await this.#gone.promise;
  }

  /** What the next call that receives or sends would say, for who asks before. */
  takeFailure(): SocketError | undefined {
    this.handle.checkError?.();
    return this.failure.take("getsockopt") ?? this.sender.takeFailure();
  }

  #end(cause: unknown): void {
    this.#isClosed = true;
    this.#cause ??= cause;
    this.#arrived.clear();
    this.#receives.rejectAll(() => this.#reason("recv"));
    this.sender.end(() => this.#reason("send"));
  }

  /** Why nothing can be sent or received any more. */
  #reason(syscall: "recv" | "send"): SocketError {
    if (this.#cause === undefined) return new SocketError("EBADF", syscall);
    return asSocketError(this.#cause, syscall, this.handle.local);
  }

  /** The next call that receives says so. */
  #fail(cause: unknown): void {
    this.failure.set(cause);
    if (this.#receives.first() === undefined) {
      this.#readiness.notify("read");
      this.#readiness.notify("error");
      return;
    }
    const error = this.failure.take("recv");
    this.#receives.rejectAll(() => error);
  }

  readonly #timedOut = (): SocketError => new SocketError("EAGAIN", "recv", { at: this.handle.local });

  #wait(receive: Receive, limit: Limit | undefined): Promise<Received | Datagram> {
    return this.#receives.push(receive, limit, this.#timedOut);
  }

  /**
   * Whether to wait for the end of the turn: runtimes tell of datagrams that came together one by one, in one turn.
   *
   * Where that brought little, because they come or are told one at a time, it is tried again only now and then.
   */
  #mayGather(): boolean {
    if (this.handle.receiveMany !== undefined || this.#arrived.length > 0) return false;
    return this.#vainTurns === 0 || this.#vainTurns++ === TURNS_BETWEEN_TRIES;
  }

  /** Waits for the end of the turn, or for enough: Bun's turn does not end while datagrams keep coming. */
  async #gather(): Promise<void> {
    this.#gathering ??= new Waiter();
    this.#read();
    if (!this.#isTurnAwaited) {
      this.#isTurnAwaited = true;
      atEndOfTurn(() => {
        this.#isTurnAwaited = false;
        this.#endGathering();
      });
    }
    await this.#gathering.promise;
    this.#vainTurns = this.#arrived.length > 1 ? 0 : 1;
  }

  #endGathering(): void {
    this.#gathering?.resolve();
    this.#gathering = undefined;
  }

  /** What is here; where the handle can, also in the kernel. */
  #takeMany(most: number): Datagram[] {
    const more = most - this.#arrived.length;
    // Others that wait are served first.
    if (more > 0 && !this.failure.isPending && this.#receives.first() === undefined) this.#fetch(more);
    return this.#arrived.take(most);
  }

  #fetch(most: number): void {
    if (this.handle.receiveMany === undefined || this.#isClosed) return;
    // What it leaves is asked for anew by whoever waits for it, or selects.
    if (this.#isReading) {
      this.#pause();
      this.#readiness.notify("read");
    }
    try {
      for (const one of this.handle.receiveMany(most)) {
        if (this.#isWanted(one.from)) this.#arrived.push(one);
      }
    } catch (cause) {
      this.failed(cause);
    }
  }

  /** Whether to go on reading. What a handle tells one by one would have to be copied when nobody waits for it. */
  #wantsMore(): boolean {
    if (this.#gathering !== undefined) return true;
    return (
      this.#arrived.length === 0 && (this.handle.receiveMany !== undefined || this.#receives.first() !== undefined)
    );
  }

  /** The call to serve next: those before it whose buffer is gone are not served. */
  #firstReceive(): Receive | undefined {
    for (;;) {
      const first = this.#receives.first();
      if (first === undefined || !first.isBufferGone) return first;
      this.#receives.rejectFirst(bufferGone());
    }
  }

  #isWanted(from: Address): boolean {
    return this.#peer === undefined || isSamePlace(from, this.#peer);
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.handle.resume();
  }

  #pause(): void {
    this.#isReading = false;
    this.handle.pause();
  }
}

function copied(bytes: Uint8Array, from: Address, isTruncated: boolean, into: Uint8Array): Received {
  const byteLength = Math.min(bytes.byteLength, into.byteLength);
  into.set(byteLength === bytes.byteLength ? bytes : bytes.subarray(0, byteLength));
  return { byteLength, from, isTruncated: isTruncated || byteLength < bytes.byteLength };
}
