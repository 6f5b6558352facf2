import {
  type Address,
  AddressFamily,
  type BindRequest,
  type DatagramHandle,
  type DatagramSink,
  type OptionName,
  type OptionSetting,
  SocketType,
  UnixAddress,
} from "@omnisock/core";
import {
  bindTo,
  connectTo,
  lastPeer,
  localAddressOf,
  openSocket,
  receiveFromInto,
  sendBytes,
  sendBytesTo,
} from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { checked, failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN } from "../linux/errno.ts";
import { getSocketOption, setSocketOption } from "../options.ts";
import { type Watch, type Watcher, watch } from "../reactor/reactor.ts";
import { descriptorOf, valueFor } from "./options.ts";

const { EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, MSG_TRUNC } = constants;

/** Where every datagram lands: more than the largest, of IPv6. */
const shared = new Uint8Array(65_536);
/** How many a turn hands on before other sockets have theirs. */
const MOST_A_TURN = 64;

/** A bound datagram socket. A paused one receives nothing: its datagrams wait in the kernel. */
export class PosixDatagrams implements DatagramHandle, Watcher {
  readonly local: Address;
  /** Nothing is kept in user space. */
  readonly draining = false;
  readonly #descriptor: Descriptor;
  readonly #watch: Watch;
  readonly #sink: DatagramSink;
  #isReading = false;
  #isReadable = false;
  #isBlocked = false;
  #isConnected = false;
  #isClosed = false;

  /** @throws {SocketError} The kernel's error. */
  static async bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    const descriptor = openSocket(at.family as AddressFamily, SocketType.DGRAM, false);
    try {
      if (options.SO_REUSEADDR) setSocketOption(descriptor, descriptorOf("SO_REUSEADDR"), true);
      if (options.SO_REUSEPORT) setSocketOption(descriptor, descriptorOf("SO_REUSEPORT"), true);
      if (at.family === AddressFamily.INET6) {
        setSocketOption(descriptor, descriptorOf("IPV6_V6ONLY"), options.IPV6_V6ONLY);
      }
      bindTo(descriptor, at);
      new PosixDatagrams(descriptor, localAddressOf(descriptor) ?? at, bound);
    } catch (error) {
      descriptor.close();
      throw error;
    }
  }

  private constructor(descriptor: Descriptor, local: Address, bound: (handle: DatagramHandle) => DatagramSink) {
    this.#descriptor = descriptor;
    this.local = local;
    this.#watch = watch(descriptor, this, EPOLLIN | EPOLLOUT);
    this.#sink = bound(this);
  }

  ready(events: number): void {
    // An ICMP error is received like a datagram.
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) !== 0) this.#isReadable = true;
    if (this.#isBlocked && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) !== 0) {
      this.#isBlocked = false;
      this.#setWaiting();
      this.#sink.writable();
    }
    for (let count = 0; count < MOST_A_TURN && this.#isReading && this.#isReadable; count++) this.#receive();
    if (this.#isReading && this.#isReadable) this.#watch.again();
  }

  send(bytes: Uint8Array, to: Address): boolean {
    let result = this.#send(bytes, to);
    if (result < 0 && result !== -EAGAIN && this.#isConnected) {
      // Perhaps an error that an earlier datagram has brought back: then this one is sent now.
      const earlier = -result;
      result = this.#send(bytes, to);
      if (result >= 0) queueMicrotask(() => this.#sink.failed(failure(earlier, "send", to)));
    }
    if (result >= 0) return true;
    if (result !== -EAGAIN) throw failure(-result, "send", to);
    this.#isBlocked = true;
    this.#setWaiting();
    return false;
  }

  setOption(...[name, value]: OptionSetting): void {
    setSocketOption(this.#descriptor, descriptorOf(name), valueFor(name, value));
  }

  getOption(name: OptionName): unknown {
    return getSocketOption(this.#descriptor, descriptorOf(name));
  }

  async connect(to: Address): Promise<void> {
    checked(connectTo(this.#descriptor, to), "connect", to);
    this.#isConnected = true;
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
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isReading = false;
    this.#watch.stop();
    this.#descriptor.close();
    queueMicrotask(() => this.#sink.closed());
  }

  ref(): void {
    if (!this.#isClosed) this.#watch.isKeeping = true;
  }

  unref(): void {
    this.#watch.isKeeping = false;
  }

  #send(bytes: Uint8Array, to: Address): number {
    return this.#isConnected ? sendBytes(this.#descriptor, bytes, 0) : sendBytesTo(this.#descriptor, bytes, to, 0);
  }

  #receive(): void {
    const length = receiveFromInto(this.#descriptor, shared, MSG_TRUNC);
    if (length >= 0) {
      const isTruncated = length > shared.byteLength;
      const bytes = shared.subarray(0, isTruncated ? shared.byteLength : length);
      this.#sink.datagram(bytes, false, lastPeer() ?? UnixAddress.UNNAMED, isTruncated);
    } else if (length === -EAGAIN) {
      this.#isReadable = false;
    } else {
      this.#sink.failed(failure(-length, "recv"));
    }
  }

  #setWaiting(): void {
    if (!this.#isClosed) this.#watch.isWaiting = this.#isReading || this.#isBlocked;
  }
}
