import type { DatagramHandle } from "./adapter.ts";
import type { Address } from "./address.ts";
import { checkStillThere } from "./buffer-gone.ts";
import { asSocketError, SocketError } from "./errors.ts";
import type { KeepAlive } from "./keep-alive.ts";
import type { Readiness } from "./readiness.ts";
import { type Limit, Waiter, WaitQueue } from "./wait.ts";

export interface Addressed {
  readonly bytes: Uint8Array;
  readonly to: Address;
}

/** A call to send datagrams, in order, waiting for its turn or for the runtime to be done with their bytes. */
class Send extends Waiter<number> {
  readonly datagrams: readonly Addressed[];
  readonly lent: boolean;
  /** What the call resolves to when all have gone. */
  readonly whole: number;
  /** How many have gone. */
  sent = 0;
  /** Whether the runtime has taken the next one. */
  isTaken = false;
  readonly #firstLength: number;
  /** How long each of several was when the call began to wait. */
  #lengths: readonly number[] | undefined;

  constructor(datagrams: readonly Addressed[], lent: boolean, whole: number) {
    super();
    this.datagrams = datagrams;
    this.lent = lent;
    this.whole = whole;
    this.#firstLength = datagrams[0]?.bytes.byteLength ?? 0;
  }

  /** It begins to wait: its buffers may be gone when it goes on. */
  waits(): void {
    if (this.datagrams.length > 1) this.#lengths = this.datagrams.map(({ bytes }) => bytes.byteLength);
  }

  /** What the runtime has taken goes out, if late: it counts as sent. */
  override left(): void {
    if (this.isTaken) this.sent++;
    this.isTaken = false;
  }

  /** @throws {TypeError} A buffer of those that are still to be sent, before the one at `end`, is gone. */
  checkBuffers(end: number): void {
    for (let i = this.sent; i < end; i++) {
      const length = i === 0 ? this.#firstLength : this.#lengths?.[i];
      checkStillThere((this.datagrams[i] as Addressed).bytes, length ?? 0);
    }
  }
}

/** The sending half of a datagram socket: calls that wait for their turn. */
export class DatagramSender {
  readonly #handle: DatagramHandle;
  readonly #sends: WaitQueue<number, Send>;
  readonly #keepAlive: KeepAlive;
  readonly #readiness: Readiness;
  #isFull = false;
  /** Where the datagram goes that the runtime took last. */
  #lastTo: Address | undefined;
  /** Why a datagram could not be sent whose call had ended: the next call that sends says so, and only that one. */
  #failure: SocketError | undefined;
  #drained: Waiter<void> | undefined;
  /** Why nothing can be sent any more. */
  #ended: (() => SocketError) | undefined;

  constructor(handle: DatagramHandle, keepAlive: KeepAlive, readiness: Readiness) {
    this.#handle = handle;
    this.#sends = new WaitQueue(keepAlive);
    this.#keepAlive = keepAlive;
    this.#readiness = readiness;
  }

  /** Whether what a call has reported as sent is still in user space. */
  get isOwing(): boolean {
    return this.#handle.draining && !this.#sends.first()?.isTaken;
  }

  /** Whether no call waits, and nothing that was taken is in user space. */
  get isIdle(): boolean {
    return this.#sends.first() === undefined && !this.#handle.draining;
  }

  /** Whether a call to send would not wait. */
  get isWritable(): boolean {
    return this.isIdle && !this.#isFull;
  }

  /** @throws {SocketError} What the runtime refuses at once, such as `EMSGSIZE`; `EBADF`: the socket is closed. */
  trySend(bytes: Uint8Array, to: Address): boolean {
    this.#check();
    return this.#sends.first() === undefined && this.#send(bytes, to, false);
  }

  /** @throws {SocketError} As `trySend()`. */
  send(bytes: Uint8Array, to: Address, limit: Limit | undefined): Promise<number> {
    this.#check();
    const lent = limit === undefined;
    let isTaken = false;
    if (this.#sends.first() === undefined) {
      isTaken = this.#send(bytes, to, lent);
      if (isTaken && (!this.#handle.draining || limit?.timeout === 0)) return Promise.resolve(bytes.byteLength);
    }
    const send = new Send([{ bytes, to }], lent, bytes.byteLength);
    send.isTaken = isTaken;
    return lent ? this.#waitToSend(send, limit) : this.#sendInTime(send, limit);
  }

  /** Sends in order, until one fails or cannot be sent in time; how many went. Throws when not even the first did. */
  async sendMany(datagrams: readonly Addressed[], limit: Limit | undefined): Promise<number> {
    this.#check();
    if (datagrams.length === 0) return 0;
    const send = new Send(datagrams, limit === undefined, datagrams.length);
    try {
      if (this.#sends.first() === undefined && this.#sendOn(send)) return send.sent;
      return await this.#waitToSend(send, limit);
    } catch (error) {
      if (send.sent === 0) throw error;
      return send.sent;
    }
  }

  /** @param cause Why what the runtime had taken could not be sent. */
  writable(cause?: unknown): void {
    this.#isFull = false;
    let failure = cause === undefined ? undefined : asSocketError(cause, "send", this.#lastTo);
    if (failure !== undefined && !this.#sends.first()?.isTaken) {
      this.#failure ??= failure;
      failure = undefined;
    }
    for (let send = this.#sends.first(); send !== undefined; send = this.#sends.first()) {
      try {
        if (failure !== undefined) throw failure;
        if (!this.#sendOn(send)) return;
        this.#sends.resolveFirst(send.whole);
      } catch (error) {
        this.#sends.rejectFirst(error);
      }
      failure = undefined;
    }
    if (!this.#handle.draining) this.#drained?.resolve();
    this.#readiness.notify("write");
  }

  /** What the next call that sends would say, for who asks before. */
  takeFailure(): SocketError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Resolves when the runtime has sent what it took, or nothing can be sent any more. */
  async drained(): Promise<void> {
    this.#drained = new Waiter();
    this.#keepAlive.hold();
    await this.#drained.promise;
    this.#keepAlive.release();
  }

  /** Nothing can be sent any more: calls are told why. */
  end(reason: () => SocketError): void {
    this.#ended ??= reason;
    this.#sends.rejectAll(reason);
    this.#drained?.resolve();
  }

  #check(): void {
    if (this.#failure !== undefined || this.#ended !== undefined) throw this.takeFailure() ?? this.#ended?.();
  }

  /** Goes on with a call to send; whether all of it has gone. */
  #sendOn(send: Send): boolean {
    const { datagrams, lent } = send;
    for (;;) {
      if (send.isTaken) {
        if (this.#handle.draining) return false;
        send.isTaken = false;
        send.sent++;
      }
      if (this.#handle.sendMany !== undefined && send.sent < datagrams.length - 1) {
        send.checkBuffers(datagrams.length);
        send.sent += this.#handle.sendMany(send.sent === 0 ? datagrams : datagrams.slice(send.sent));
      }
      const next = datagrams[send.sent];
      if (next === undefined) return true;
      send.checkBuffers(send.sent + 1);
      if (!this.#send(next.bytes, next.to, lent)) return false;
      send.isTaken = true;
    }
  }

  #send(bytes: Uint8Array, to: Address, lent: boolean): boolean {
    try {
      const isTaken = this.#handle.send(bytes, to, lent);
      this.#isFull = !isTaken;
      if (isTaken) this.#lastTo = to;
      return isTaken;
    } catch (cause) {
      throw asSocketError(cause, "send", to);
    }
  }

  /** A call whose time is up has sent its datagram, if the runtime has taken it. */
  async #sendInTime(send: Send, limit: Limit): Promise<number> {
    try {
      return await this.#waitToSend(send, limit);
    } catch (error) {
      if (send.sent === 0) throw error;
      return send.whole;
    }
  }

  #waitToSend(send: Send, limit: Limit | undefined): Promise<number> {
    const timedOut = (): SocketError => new SocketError("EAGAIN", "send", { at: send.datagrams[send.sent]?.to });
    send.waits();
    return this.#sends.push(send, limit, timedOut);
  }
}
