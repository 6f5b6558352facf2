import {
  type Address,
  AddressFamily,
  type Linger,
  type OptionName,
  SocketShutdown,
  SocketType,
  type StreamHandle,
  type StreamSink,
} from "@omnisock/core";
import { receiveInto, sendBytes, shutDown } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { coded, failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN, EMSGSIZE } from "../linux/errno.ts";
import { lengthOf } from "../memory.ts";
import { getSocketOption, pendingError } from "../options.ts";
import { pollExceptional } from "../poll.ts";
import { type Watch, type Watcher, watch } from "../reactor/reactor.ts";
import { closeLingering } from "./close-lingering.ts";
import { descriptorOf, setOption } from "./options.ts";
import type { PosixHandle } from "./posix-handle.ts";
import { Waits } from "./waits.ts";

const { EPOLLIN, EPOLLPRI, EPOLLOUT, EPOLLRDHUP, EPOLLERR, EPOLLHUP, MSG_PEEK, MSG_TRUNC } = constants;

const NO_BYTES = new Uint8Array(0);

/** Where reads land that nobody waits for with a buffer of his own: core copies them on at once, or keeps a copy. */
const shared = new Uint8Array(65_536);
/** The part of it that was filled last: the next read is often as long, and a view costs more than to look. */
let filled = shared;

function filledTo(length: number): Uint8Array {
  if (filled.byteLength !== length) filled = shared.subarray(0, length);
  return filled;
}

/** What a stream is watched for. */
export const STREAM_EVENTS: number = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP;

/** A descriptor that was watched before it became a stream, and what was told of it since; all of `STREAM_EVENTS`. */
export interface Watched {
  readonly watch: Watch;
  readonly events: number;
}

export interface Opened {
  readonly type: SocketType;
  /** Connected, and not blocking. */
  readonly descriptor: Descriptor;
  readonly local: Address;
  readonly remote: Address;
  readonly watched?: Watched | undefined;
  /** Whether SO_LINGER may be on although nobody has set it here. */
  readonly mayLinger?: boolean | undefined;
  /** Called before the descriptor is closed. */
  readonly gone?: (() => void) | undefined;
}

/**
 * What can still be received. While it is "open", a read that leaves room has brought all that is there. It has not where what
 * comes is "in parts", which no read goes beyond: packets, what was sent with descriptors, what is before and behind urgent
 * data; nor after the peer has "hung up".
 */
type Incoming = "open" | "in parts" | "hung up" | "ended";

/** Those that the kernel has refused to send for, and never will again: so few that they need no field in all. */
const refused = new WeakSet<PosixStream>();

/**
 * A connection. What the epoll tells is told once, so it is remembered here until a call says that there is no more.
 *
 * There may be thousands that do nothing but wait: what something else knows already is no field.
 */
export class PosixStream implements StreamHandle, PosixHandle, Watcher {
  readonly local: Address;
  readonly remote: Address;
  readonly type: SocketType;
  readonly #sink: StreamSink;
  readonly #watch: Watch;
  readonly #gone: (() => void) | undefined;
  #waits: Waits | undefined;
  #isReading = false;
  #isReadable = false;
  #incoming: Incoming;
  #isBlocked = false;
  #mayLinger: boolean;

  constructor(
    { type, descriptor, local, remote, watched, mayLinger = false, gone }: Opened,
    connected: (handle: StreamHandle) => StreamSink,
  ) {
    this.type = type;
    this.local = local;
    this.remote = remote;
    this.#gone = gone;
    this.#mayLinger = mayLinger;
    this.#incoming = remote.family === AddressFamily.UNIX ? "in parts" : "open";
    this.#watch = watched?.watch ?? watch(descriptor, this, STREAM_EVENTS);
    this.#watch.watcher = this;
    this.#sink = connected(this);
    if (watched !== undefined) this.ready(watched.events);
  }

  get descriptor(): Descriptor {
    return this.#watch.descriptor;
  }

  /** Nothing is kept in user space. */
  get draining(): boolean {
    return false;
  }

  get isPacketed(): boolean {
    return this.type === SocketType.SEQPACKET;
  }

  get isExceptional(): boolean {
    return !this.#isGone() && pollExceptional(this.descriptor);
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  get isSending(): boolean {
    return this.#isBlocked;
  }

  get waits(): Waits {
    this.#waits ??= new Waits(this.#watch);
    return this.#waits;
  }

  get isAwaited(): boolean {
    return this.#waits?.isEmpty() === false;
  }

  release(): void {
    this.#waits?.close();
    this.#watch.stop();
  }

  ready(events: number): void {
    this.#waits?.ready(events);
    if ((events & EPOLLPRI) !== 0 && this.#incoming === "open") this.#incoming = "in parts";
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0) this.#incoming = this.#hasEnded() ? "ended" : "hung up";
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0) this.#isReadable = true;
    if (this.#isBlocked && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) !== 0) {
      this.#isBlocked = false;
      this.#setWaiting();
      this.#sink.writable();
    }
    if (this.#hasEnded() && (events & EPOLLERR) !== 0) this.checkError();
    if ((events & (EPOLLPRI | EPOLLERR)) !== 0 && !this.#isGone()) this.#sink.exceptional();
    if (this.#isReading && this.#isReadable) this.#read();
  }

  write(bytes: Uint8Array): number {
    const length = lengthOf(bytes);
    let sent = 0;
    while (sent < length && !this.#isGone()) {
      const rest = sent === 0 ? bytes : bytes.subarray(sent);
      const result = sendBytes(this.descriptor, rest, 0);
      if (result >= 0) {
        sent += result;
        continue;
      }
      if (result === -EAGAIN) this.#isBlocked = true;
      else if (result === -EMSGSIZE) throw failure(EMSGSIZE, "send", this.remote);
      else this.#refuseSoon(-result);
      this.#setWaiting();
      break;
    }
    return sent;
  }

  shutdown(): void {
    this.#attempt(() => shutDown(this.descriptor, SocketShutdown.SEND));
  }

  resume(): void {
    this.#isReading = true;
    this.#setWaiting();
    if (this.#isReadable) this.#watch.again();
  }

  pause(): void {
    this.#isReading = false;
    this.#setWaiting();
  }

  close(): void {
    if (this.#isGone()) {
      this.descriptor.close();
      return;
    }
    this.#waits?.close();
    this.#gone?.();
    // Where others have the descriptor, they may have set it.
    if (this.#mayLinger || this.descriptor.isShared) {
      closeLingering(this.#watch, () => this.#sink.closed());
      return;
    }
    this.#watch.stop();
    this.descriptor.close();
    queueMicrotask(() => this.#sink.closed());
  }

  reset(): void {
    if (!this.#isGone() && this.remote.family !== AddressFamily.UNIX)
      this.#attempt(() => this.setOption("SO_LINGER", { seconds: 0 }));
    this.close();
  }

  setOption(name: OptionName, value: unknown): void {
    setOption(this.descriptor, name, value);
    if (name === "SO_LINGER") this.#mayLinger = ((value as Linger | undefined)?.seconds ?? 0) > 0;
  }

  getOption(name: OptionName): unknown {
    return getSocketOption(this.descriptor, descriptorOf(name));
  }

  /** Also for what breaks after the end: a read would not tell. */
  checkError(): void {
    const errno = this.#isGone() ? 0 : pendingError(this.descriptor);
    if (errno !== 0) this.#break(errno);
  }

  ref(): void {
    if (!this.#isGone()) this.#watch.isKeeping = true;
  }

  unref(): void {
    this.#watch.isKeeping = false;
  }

  // Methods: V8 calls its runtime each time that a private getter is used.
  #hasEnded(): boolean {
    return this.#incoming === "ended";
  }

  #isGone(): boolean {
    return this.#watch.isStopped;
  }

  /** Once: what is left is read in the next turn, so that other sockets have theirs. */
  #read(): void {
    if (this.#hasEnded()) return;
    const received = this.isPacketed ? this.#receivePacket() : this.#receiveBytes();
    if (received > 0) {
      this.#watch.took(received);
      if (this.#isReadable && this.#isReading && !this.#isGone()) this.#watch.again();
    } else if (received === 0) {
      this.#end();
    } else if (received === -EAGAIN) {
      this.#isReadable = false;
    } else {
      this.#break(-received);
    }
  }

  /** Bytes received and handed on, or a negative errno. */
  #receiveBytes(): number {
    const room = this.#sink.room();
    const into = room ?? shared;
    const received = receiveInto(this.descriptor, into, 0);
    if (received <= 0) return received;
    this.#isReadable = received === lengthOf(into) || this.#incoming !== "open";
    if (room !== undefined) this.#sink.filled(received);
    else this.#sink.data(filledTo(received), false);
    return received;
  }

  /** As `#receiveBytes()`, of a packet: whole, however long it is. */
  #receivePacket(): number {
    const length = receiveInto(this.descriptor, NO_BYTES, MSG_PEEK | MSG_TRUNC);
    if (length <= 0) return length;
    const isLong = length > shared.byteLength;
    const into = isLong ? new Uint8Array(length) : shared;
    const received = receiveInto(this.descriptor, into, 0);
    if (received > 0) this.#sink.data(isLong ? into : filledTo(received), isLong);
    return received;
  }

  #end(): void {
    this.#incoming = "ended";
    this.#setWaiting();
    this.#sink.end();
  }

  /** Nothing can be sent any more; what arrived, or still does, is left to be received. */
  #refuseSoon(errno: number): void {
    if (refused.has(this)) return;
    refused.add(this);
    queueMicrotask(() => {
      if (!this.#isGone()) this.#sink.sendFailed(coded(errno));
    });
  }

  /** The connection is no more. What arrived before is handed on first: there is no more of it than the kernel had room for. */
  #break(errno: number): void {
    let received = 1;
    while (received > 0 && !this.#hasEnded() && !this.#isGone()) {
      received = this.isPacketed ? this.#receivePacket() : this.#receiveBytes();
    }
    if (this.#isGone()) return;
    this.#waits?.close();
    this.#watch.stop();
    this.#gone?.();
    // Not closed before `close()`: its options can be asked for still.
    this.descriptor.closeWhenForgotten();
    this.#sink.closed(coded(errno));
  }

  #setWaiting(): void {
    if (!this.#isGone()) this.#watch.isWaiting = (this.#isReading && !this.#hasEnded()) || this.#isBlocked;
  }

  /** For what a connection that is broken already refuses; `closed()` tells of that. */
  #attempt(call: () => void): void {
    try {
      call();
    } catch {}
  }
}
