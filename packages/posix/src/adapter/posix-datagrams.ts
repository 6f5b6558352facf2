import { clearTimeout, setTimeout } from "node:timers";
import {
  type Address,
  AddressFamily,
  type Arrived,
  type BindRequest,
  type DatagramHandle,
  type DatagramSink,
  type OptionName,
  SocketType,
} from "@omnisock/core";
import { bindTo, connectTo, localAddressOf, openSocket, sendBytes, sendBytesTo } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { checked, coded, failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN } from "../linux/errno.ts";
import { getSocketOption, pendingError } from "../options.ts";
import { pollExceptional } from "../poll.ts";
import { type Watch, type Watcher, watch } from "../reactor/reactor.ts";
import { sendBatch } from "../send-batch.ts";
import { DatagramReader } from "./datagram-reader.ts";
import { descriptorOf, setEarly, setOption } from "./options.ts";
import type { PosixHandle } from "./posix-handle.ts";
import { removalOf } from "./socket-file.ts";
import { FIRST_PAUSE, LONGEST_PAUSE, Waits } from "./waits.ts";

const { EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP } = constants;

/** How many a turn hands on before other sockets have theirs. */
const MOST_A_TURN = 64;
/** How many batches `receiveMany()` takes before a turn: a flood would keep the thread to itself. */
const MOST_BATCHES = 16;

/** A bound datagram socket. A paused one receives nothing: its datagrams wait in the kernel. */
export class PosixDatagrams implements DatagramHandle, PosixHandle, Watcher {
  readonly local: Address;
  /** Nothing is kept in user space. */
  readonly draining = false;
  readonly descriptor: Descriptor;
  readonly type: SocketType = SocketType.DGRAM;
  readonly #reader: DatagramReader;
  readonly #watch: Watch;
  readonly #sink: DatagramSink;
  #waits: Waits | undefined;
  #isReading = false;
  #isBlocked = false;
  #isConnected = false;
  #isClosed = false;
  #isKeeping = false;
  /** Whether the next event may be but what the last attempt to send has caused. */
  #hasEcho = false;
  #batches = 0;
  #removeFile: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = FIRST_PAUSE;

  /** @throws {SocketError} The kernel's error. */
  static async bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    const descriptor = openSocket(at.family as AddressFamily, SocketType.DGRAM, false);
    try {
      if (at.family === AddressFamily.INET6) setOption(descriptor, "IPV6_V6ONLY", options.IPV6_V6ONLY);
      setEarly(descriptor, options);
      // Unnamed, a Unix socket gets an abstract name of the system's choice, so that it can be answered: unix(7), autobind.
      bindTo(descriptor, at);
      const handle = new PosixDatagrams(descriptor, localAddressOf(descriptor) ?? at, bound);
      handle.#removeFile = removalOf(at);
    } catch (error) {
      descriptor.close();
      throw error;
    }
  }

  /** For a descriptor that is a bound socket already, perhaps a connected one. */
  static adopt(
    descriptor: Descriptor,
    local: Address,
    isConnected: boolean,
    bound: (handle: DatagramHandle) => DatagramSink,
  ): void {
    new PosixDatagrams(descriptor, local, bound).#isConnected = isConnected;
  }

  private constructor(descriptor: Descriptor, local: Address, bound: (handle: DatagramHandle) => DatagramSink) {
    this.descriptor = descriptor;
    this.local = local;
    this.#reader = new DatagramReader(descriptor, local);
    this.#watch = watch(descriptor, this, EPOLLIN | EPOLLOUT);
    this.#sink = bound(this);
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  /** A datagram goes whole or not at all. */
  get isSending(): boolean {
    return false;
  }

  get waits(): Waits {
    this.#waits ??= new Waits(this.#watch);
    this.#waits.hasEchoes = this.local.family === AddressFamily.UNIX && !this.#isConnected;
    return this.#waits;
  }

  get isAwaited(): boolean {
    return this.#waits?.isEmpty() === false;
  }

  release(): void {
    this.#waits?.close();
    this.#reader.release();
    this.#watch.stop();
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  ready(events: number): void {
    this.#waits?.ready(events);
    this.#batches = 0;
    // An ICMP error is received like a datagram.
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) !== 0) this.#reader.isReadable = true;
    if ((events & EPOLLERR) !== 0) this.#sink.exceptional();
    if (this.#isBlocked && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) !== 0) {
      if (this.#hasEcho && this.#pause > FIRST_PAUSE) this.#hasEcho = false;
      else this.#unblock();
    }
    for (let count = 0; count < MOST_A_TURN && this.#isReading && this.#reader.isReadable; count++) {
      this.#reader.handOn(this.#sink);
    }
    if (this.#isReading && this.#reader.isReadable) this.#watch.again();
  }

  send(bytes: Uint8Array, to: Address): boolean {
    return this.#settle(this.#send(bytes, to), bytes, to);
  }

  sendMany(datagrams: readonly { readonly bytes: Uint8Array; readonly to: Address }[]): number {
    if (this.#isBlocked) return 0;
    const sent = sendBatch(this.descriptor, datagrams, this.#isConnected);
    const [first] = datagrams;
    if (sent > 0) this.#pause = FIRST_PAUSE;
    if (sent >= 0 || sent === -EAGAIN || first === undefined) return Math.max(0, sent);
    return this.#settle(sent, first.bytes, first.to) ? 1 : 0;
  }

  receiveMany(most: number): readonly Arrived[] {
    if (this.#isClosed || this.#batches >= MOST_BATCHES) return [];
    this.#batches++;
    return this.#reader.many(most);
  }

  setOption(name: OptionName, value: unknown): void {
    setOption(this.descriptor, name, value);
  }

  getOption(name: OptionName): unknown {
    return getSocketOption(this.descriptor, descriptorOf(name));
  }

  get isExceptional(): boolean {
    return !this.#isClosed && pollExceptional(this.descriptor);
  }

  checkError(): void {
    const errno = this.#isClosed ? 0 : pendingError(this.descriptor);
    if (errno !== 0) this.#sink.failed(coded(errno));
  }

  async connect(to: Address): Promise<void> {
    checked(connectTo(this.descriptor, to), "connect", to);
    this.#isConnected = true;
  }

  resume(): void {
    this.#isReading = true;
    this.#setWaiting();
    if (this.#reader.isReadable) this.#watch.again();
  }

  pause(): void {
    this.#isReading = false;
    this.#setWaiting();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isReading = false;
    this.#waits?.close();
    this.#watch.stop();
    clearTimeout(this.#timer);
    this.#removeFile();
    this.descriptor.close();
    queueMicrotask(() => this.#sink.closed());
  }

  ref(): void {
    if (this.#isClosed) return;
    this.#isKeeping = true;
    this.#watch.isKeeping = true;
    this.#timer?.ref();
  }

  unref(): void {
    this.#isKeeping = false;
    this.#watch.isKeeping = false;
    this.#timer?.unref();
  }

  #unblock(): void {
    this.#isBlocked = false;
    this.#setWaiting();
    this.#sink.writable();
  }

  /**
   * When a Unix socket that is full has room again, the kernel tells only those that are connected to it. The others it tells
   * that the attempt has given back the room that it took of their own: worth another for the first moment, but not for ever.
   */
  #tryLater(): void {
    this.#hasEcho = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      if (this.#isBlocked) this.#unblock();
    }, this.#pause);
    if (!this.#isKeeping) this.#timer.unref();
  }

  #send(bytes: Uint8Array, to: Address): number {
    return this.#isConnected ? sendBytes(this.descriptor, bytes, 0) : sendBytesTo(this.descriptor, bytes, to, 0);
  }

  /** Whether the datagram is taken that `attempt` was about. @throws {SocketError} What the kernel refuses it with. */
  #settle(attempt: number, bytes: Uint8Array, to: Address): boolean {
    let result = attempt;
    if (result < 0 && result !== -EAGAIN) {
      // Perhaps an error that an earlier datagram has brought back, as IP_RECVERR has it also for one to somebody else: then this
      // one is sent now.
      const earlier = -result;
      result = this.#send(bytes, to);
      if (result >= 0) this.#failSoon(earlier);
    }
    if (result >= 0) {
      this.#pause = FIRST_PAUSE;
      return true;
    }
    if (result !== -EAGAIN) throw failure(-result, "send", to);
    this.#isBlocked = true;
    this.#setWaiting();
    if (to.family === AddressFamily.UNIX && !this.#isConnected) this.#tryLater();
    return false;
  }

  #failSoon(errno: number): void {
    queueMicrotask(() => this.#sink.failed(coded(errno)));
  }

  #setWaiting(): void {
    if (!this.#isClosed) this.#watch.isWaiting = this.#isReading || this.#isBlocked;
  }
}
