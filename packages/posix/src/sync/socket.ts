import {
  type Address,
  type AddressFamily,
  type OptionToGet,
  type OptionToSet,
  type Outgoing,
  type Received,
  SocketError,
  SocketShutdown,
  SocketType,
  type Syscall,
  UnixAddress,
  WOULD_BLOCK,
} from "@omnisock/core";
import { adopted, peerCredentials } from "../adopted.ts";
import type { Credentials } from "../ancillary.ts";
import { checkAddress, checkBacklog, checkBytes, checkFlags, checkKind, checkOption } from "../arguments.ts";
import {
  acceptOn,
  askNumber,
  bindTo,
  isBlocking,
  lastPeer,
  listenOn,
  localAddressOf,
  openSocket,
  receiveFromInto,
  receiveInto,
  remoteAddressOf,
  sendBytes,
  sendBytesTo,
  setBlocking,
  shutDown,
} from "../calls.ts";
import type { BatchedDatagram, DatagramBatch } from "../datagram-batch.ts";
import { Descriptor } from "../descriptor.ts";
import { failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN } from "../linux/errno.ts";
import { lengthOf } from "../memory.ts";
import type { Message, ReceivedMessage } from "../messages.ts";
import { getSocketOption, setSocketOption } from "../options.ts";
import { type TcpInfo, tcpInfoOf } from "../tcp-info.ts";
import { receiveBatch, receiveMany, sendMany } from "./batches.ts";
import { connectNow } from "./connect.ts";
import { receiveMessage, sendMessage } from "./message.ts";
import { numeric } from "./names.ts";

const { MSG_DONTWAIT, MSG_TRUNC, SIOCATMARK } = constants;
/** As core's `listen()`. */
const DEFAULT_BACKLOG = 511;

/** How `accept()` and others give an open descriptor to a new socket, past the constructor's arguments. */
let given: Descriptor | undefined;

/** For `select()` and `socketPair()`: what nobody else gets at. */
export let descriptorOf: (socket: Socket) => Descriptor;
export let socketOf: (descriptor: Descriptor, family: AddressFamily, type: SocketType) => Socket;

/**
 * A socket whose calls wait in the thread, as in C: while one waits, nothing else of this thread runs, no timer and no promise.
 *
 * Every verb is the system call of its name; what fails is a `SocketError` with the kernel's own errno, and `EBADF` once the
 * socket is closed. A call that a signal interrupts goes on. Nothing closes a socket that is forgotten: `using` does, at the
 * end of its block.
 *
 * Source: section 2 of the manual pages.
 *
 * @example
 * ```ts
 * using socket = new Socket(AddressFamily.INET, SocketType.STREAM);
 * socket.connect(new InternetAddress("127.0.0.1", 7007));
 * socket.sendAll(new TextEncoder().encode("hello"));
 * const length = socket.receive(new Uint8Array(1024));
 * ```
 */
export class Socket implements Disposable {
  static {
    descriptorOf = (socket) => socket.#descriptor;
    socketOf = Socket.#of;
  }

  readonly family: AddressFamily;
  readonly type: SocketType;
  readonly #descriptor: Descriptor;

  /**
   * @throws {SocketError} `EMFILE`, `EPROTONOSUPPORT` and others: the system has none to give.
   * @throws {TypeError} `family` or `type` is none of `AddressFamily` or `SocketType`.
   *
   * Source: socket(2).
   */
  constructor(family: AddressFamily, type: SocketType) {
    checkKind(family, type);
    this.family = family;
    this.type = type;
    this.#descriptor = given ?? openSocket(family, type, true);
    given = undefined;
  }

  /**
   * A socket for a descriptor that is open already: inherited, or `detach()`ed elsewhere. From now on it is this socket's, and
   * `close()` closes it.
   *
   * @throws {SocketError} `EBADF`: nothing is open there. `EAFNOSUPPORT`: a socket of another kind.
   * @throws {TypeError | RangeError} `fd` is no number of a descriptor.
   */
  static adopt(fd: number): Socket {
    const { descriptor, family, type } = adopted(fd);
    return Socket.#of(descriptor, family, type);
  }

  static #of(descriptor: Descriptor, family: AddressFamily, type: SocketType): Socket {
    given = descriptor;
    return new Socket(family, type);
  }

  /** The descriptor's number, which stays this socket's: for other functions that take one. @throws {SocketError} `EBADF` */
  get fd(): number {
    return this.#descriptor.fdFor("socket");
  }

  get isClosed(): boolean {
    return !this.#descriptor.isOpen;
  }

  /** Gives the descriptor away: this socket is closed from now on, and somebody else is to close the number. */
  detach(): number {
    return this.#descriptor.detach();
  }

  /**
   * Whether calls wait: true at first. When false, those that would have to wait throw `EAGAIN` (`error.wouldBlock`), and
   * `connect()` throws `EINPROGRESS`.
   *
   * Source: O_NONBLOCK in fcntl(2).
   */
  get blocking(): boolean {
    return isBlocking(this.#descriptor);
  }

  set blocking(blocking: boolean) {
    if (typeof blocking !== "boolean") throw new TypeError(`blocking is true or false, not ${String(blocking)}`);
    setBlocking(this.#descriptor, blocking);
  }

  /** As the kernel has it: port 0 of any host until bound. Source: getsockname(2). */
  get localAddress(): Address | undefined {
    return localAddressOf(this.#descriptor);
  }

  /** undefined while not connected. Source: getpeername(2). */
  get remoteAddress(): Address | undefined {
    return remoteAddressOf(this.#descriptor);
  }

  /**
   * Takes the address at once. A host name is looked up, and its first address taken.
   *
   * @throws {SocketError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`: taken, not this machine's, or privileged.
   * @throws {SocketError} `EINVAL`: bound already. `EAFNOSUPPORT`: the address is of another family.
   *
   * Source: bind(2).
   */
  bind(at: Address): void {
    const [address = at] = numeric(checkAddress("bind", at), this.family, "bind");
    bindTo(this.#descriptor, address);
  }

  /**
   * Starts taking connections; unbound, on every interface and a port of the system's choice.
   *
   * @param backlog How many connections the kernel keeps for `accept()`, 1 or more, within net.core.somaxconn. Default: 511.
   * @returns This socket.
   *
   * Source: listen(2).
   */
  listen(backlog: number = DEFAULT_BACKLOG): this {
    listenOn(this.#descriptor, checkBacklog(backlog), undefined);
    return this;
  }

  /**
   * Waits for the next connection. `SO_RCVTIMEO` limits the wait.
   *
   * @throws {SocketError} `EAGAIN`: none came in time. `EINVAL`: not listening.
   *
   * Source: accept(2).
   */
  accept(): Socket {
    const fd = acceptOn(this.#descriptor, true);
    if (fd < 0) throw failure(-fd, "accept");
    return Socket.#of(new Descriptor(fd), this.family, this.type);
  }

  /**
   * Connects, waiting until it is done. A host name's addresses are tried in turn. `SO_SNDTIMEO` limits the wait.
   *
   * @returns This socket.
   * @throws {SocketError} `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH`, `ENOTFOUND`: nobody is there, or there is no way.
   * @throws {SocketError} `ETIMEDOUT`: no answer in time. `EISCONN`, `EALREADY`: connected, or connecting.
   * @throws {SocketError} `EINPROGRESS`: the socket is not blocking. When it is writable, `getOption(SO_ERROR)` tells how it went.
   *
   * Source: connect(2).
   */
  connect(to: Address): this {
    connectNow(this.#descriptor, numeric(checkAddress("connect", to), this.family, "connect"), this.type);
    return this;
  }

  /**
   * Sends bytes, waiting until at least some are taken.
   *
   * @param flags `MSG_OOB`, `MSG_DONTWAIT` and others.
   * @returns How many were taken, perhaps fewer than given.
   * @throws {SocketError} `EAGAIN`, `EPIPE`, `ECONNRESET`, `ENOTCONN`, `EMSGSIZE`, `EDESTADDRREQ`.
   *
   * Source: send(2). There is no SIGPIPE.
   */
  send(bytes: Uint8Array, flags = 0): number {
    return this.#done(sendBytes(this.#descriptor, checkBytes(bytes), checkFlags(flags)), "send");
  }

  /** As `send()`, but without waiting: `WOULD_BLOCK` when nothing could be taken. */
  trySend(bytes: Uint8Array, flags = 0): number {
    return this.#tried(sendBytes(this.#descriptor, checkBytes(bytes), checkFlags(flags) | MSG_DONTWAIT), "send");
  }

  /** Sends all of `bytes`. When it fails, how much was sent is not known. @throws As `send()`. */
  sendAll(bytes: Uint8Array, flags = 0): void {
    checkBytes(bytes);
    const length = lengthOf(bytes);
    for (let sent = 0; sent < length; ) sent += this.send(sent === 0 ? bytes : bytes.subarray(sent), flags);
  }

  /** Sends one datagram to an address. @throws As `send()`. Source: sendto(2). */
  sendTo(bytes: Uint8Array, to: Address, flags = 0): number {
    checkBytes(bytes);
    checkFlags(flags);
    const [address = to] = numeric(checkAddress("sendTo", to), this.family, "send");
    return this.#done(sendBytesTo(this.#descriptor, bytes, address, flags), "send", to);
  }

  /** As `sendTo()`, but without waiting for room: `WOULD_BLOCK` when there is none. */
  trySendTo(bytes: Uint8Array, to: Address, flags = 0): number {
    checkBytes(bytes);
    checkFlags(flags);
    const [address = to] = numeric(checkAddress("trySendTo", to), this.family, "send");
    return this.#tried(sendBytesTo(this.#descriptor, bytes, address, flags | MSG_DONTWAIT), "send", to);
  }

  /**
   * Receives up to `into.length` bytes, waiting until at least one arrives. `SO_RCVTIMEO` limits the wait.
   *
   * @param flags `MSG_PEEK` leaves the bytes there, `MSG_WAITALL` fills the buffer, `MSG_DONTWAIT` does not wait, `MSG_OOB`
   * takes the urgent byte; with `MSG_TRUNC` a datagram's true length is returned, and a stream's bytes are dropped.
   * @returns Bytes received; 0 at the end of a stream, for an empty datagram, or when `into` is empty.
   * @throws {SocketError} `EAGAIN`, `ECONNRESET`, `ECONNREFUSED`, `ENOTCONN`; `EINVAL`: no urgent byte.
   *
   * Source: recv(2).
   */
  receive(into: Uint8Array, flags = 0): number {
    checkFlags(flags);
    if (this.#isNothing(checkBytes(into))) return 0;
    return this.#done(receiveInto(this.#descriptor, into, flags), "recv");
  }

  /** As `receive()`, but without waiting: `WOULD_BLOCK` when nothing is there. */
  tryReceive(into: Uint8Array, flags = 0): number {
    checkFlags(flags);
    if (this.#isNothing(checkBytes(into))) return 0;
    return this.#tried(receiveInto(this.#descriptor, into, flags | MSG_DONTWAIT), "recv");
  }

  /** Receives one datagram and says from whom, and whether `into` was too short for it. @throws As `receive()`. */
  receiveFrom(into: Uint8Array, flags = 0): Received {
    const received = receiveFromInto(this.#descriptor, checkBytes(into), this.#flagsFrom(flags));
    return this.#received(this.#done(received, "recv"), into);
  }

  /** As `receiveFrom()`, but without waiting: `WOULD_BLOCK` when nothing is there. */
  tryReceiveFrom(into: Uint8Array, flags = 0): Received | typeof WOULD_BLOCK {
    const received = receiveFromInto(this.#descriptor, checkBytes(into), this.#flagsFrom(flags) | MSG_DONTWAIT);
    return received === -EAGAIN ? WOULD_BLOCK : this.#received(this.#done(received, "recv"), into);
  }

  /**
   * Sends bytes, and over a Unix socket descriptors with them.
   *
   * @returns How many bytes were taken. The descriptors go with the first; over a stream there must be one.
   * @throws {SocketError} As `send()`; `EBADF`: also for a descriptor that is not open.
   *
   * Source: sendmsg(2), unix(7).
   *
   * @example
   * ```ts
   * socket.sendMessage({ bytes: Uint8Array.of(0), descriptors: [listener.fd] });
   * const { descriptors } = peer.receiveMessage(new Uint8Array(1), 1);
   * ```
   */
  sendMessage(message: Message, flags = 0): number {
    return sendMessage(this.#descriptor, this.family, message, flags);
  }

  /**
   * Receives bytes, and the descriptors that came with them.
   *
   * @param most How many descriptors at most, 0 to 253; those beyond are closed. Default: 0.
   * @throws {SocketError} As `receive()`.
   *
   * Source: recvmsg(2), unix(7). No program that is started inherits the descriptors.
   */
  receiveMessage(into: Uint8Array, most = 0, flags = 0): ReceivedMessage {
    return receiveMessage(this.#descriptor, this.type, into, most, flags);
  }

  /**
   * Sends datagrams in order, with as few calls as can be, and each run of one length to one address as one message that is
   * segmented on the way.
   *
   * @param datagrams Each with its bytes, and where `to` unless the socket is connected. All are sent, unless one fails.
   * @returns How many were sent. What has failed, sending the next tells.
   * @throws {SocketError} As `sendTo()`, when not even the first was sent.
   *
   * Source: sendmmsg(2); udp(7), UDP_SEGMENT.
   */
  sendMany(datagrams: readonly Outgoing[], flags = 0): number {
    return sendMany(this.#packets("send"), this.family, datagrams, flags);
  }

  /**
   * Receives datagrams, waiting until at least one is here, each in a buffer of its own.
   *
   * @param most How many at most, 1 to 1024, though with `UDP_GRO` one message may be several. Default: 64.
   * @throws {SocketError} As `receive()`.
   *
   * Source: recvmmsg(2).
   */
  receiveMany(most = 64, flags = 0): BatchedDatagram[] {
    return receiveMany(this.#packets("recv"), most, flags);
  }

  /**
   * Receives messages into a batch, waiting until at least one is here: no datagram is copied.
   *
   * @returns How many messages came, 1 to the batch's capacity.
   * @throws {SocketError} As `receive()`.
   *
   * Source: recvmmsg(2).
   *
   * @example
   * ```ts
   * const batch = new DatagramBatch({ datagrams: 64, bytes: 1500 });
   * socket.receiveBatch(batch);
   * for (const { bytes, from } of batch) console.log(`${bytes.length} bytes from ${from}`);
   * ```
   */
  receiveBatch(batch: DatagramBatch, flags = 0): number {
    return receiveBatch(this.#packets("recv"), batch, flags);
  }

  /** What the kernel says. @throws {SocketError} `ENOPROTOOPT`: no option of such a socket. Source: getsockopt(2). */
  getOption<Value>(option: OptionToGet<Value>): Value {
    checkOption("getOption", option);
    return getSocketOption(this.#descriptor, option) as Value;
  }

  /**
   * Sets an option, at once.
   *
   * @throws {SocketError} `ENOPROTOOPT`: no option of such a socket, or only to be asked for.
   * @throws {TypeError | RangeError} The value is of the wrong type, or out of range.
   *
   * Source: setsockopt(2).
   */
  setOption<Value>(option: OptionToSet<Value>, value: Value): void {
    checkOption("setOption", option);
    if (typeof option.check !== "function") {
      throw new SocketError("ENOPROTOOPT", "setsockopt", { option: option.name });
    }
    setSocketOption(this.#descriptor, option, option.check(value));
  }

  /** Whether the next byte to receive is the one after the urgent one. Source: sockatmark(3). */
  get isAtMark(): boolean {
    return askNumber(this.#descriptor, SIOCATMARK) !== 0;
  }

  /** Who is at the other end of a Unix connection. @throws {SocketError} `EOPNOTSUPP`: not a Unix socket. Source: unix(7). */
  get peerCredentials(): Credentials {
    return peerCredentials(this.#descriptor, this.family);
  }

  /**
   * What the kernel knows of a TCP socket, its own name for the state among it.
   *
   * @throws {SocketError} `EOPNOTSUPP` or `ENOPROTOOPT`: it is no TCP socket.
   *
   * Source: tcp(7), TCP_INFO.
   */
  get tcpInfo(): TcpInfo {
    return tcpInfoOf(this.#descriptor);
  }

  /** Ends one direction or both, for every process that has the socket. Source: shutdown(2). */
  shutdown(how: SocketShutdown): void {
    if (!Object.values(SocketShutdown).includes(how)) throw new TypeError(`${String(how)} is no SocketShutdown`);
    shutDown(this.#descriptor, how);
  }

  /** Closes the socket; closing twice is allowed. With `SO_LINGER` it waits. Source: close(2). */
  close(): void {
    this.#descriptor.close();
  }

  /** `close()`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** A stream gives no bytes for no room, where the kernel would wait; a datagram is taken all the same. */
  #isNothing(into: Uint8Array): boolean {
    this.#descriptor.fdFor("recv");
    return lengthOf(into) === 0 && this.type === SocketType.STREAM;
  }

  /** @throws {SocketError} `EOPNOTSUPP`: a stream's bytes come in no pieces. */
  #packets(syscall: Syscall): Descriptor {
    if (this.type === SocketType.STREAM) throw new SocketError("EOPNOTSUPP", syscall);
    return this.#descriptor;
  }

  /** The kernel tells a datagram's true length with `MSG_TRUNC`; of a stream, that would drop bytes. */
  #flagsFrom(flags: number): number {
    return this.type === SocketType.STREAM ? checkFlags(flags) : checkFlags(flags) | MSG_TRUNC;
  }

  #received(length: number, into: Uint8Array): Received {
    const isTruncated = length > lengthOf(into);
    const from = lastPeer() ?? this.remoteAddress ?? UnixAddress.UNNAMED;
    return { byteLength: isTruncated ? lengthOf(into) : length, from, isTruncated };
  }

  #done(result: number, syscall: Syscall, at?: Address): number {
    if (result < 0) throw failure(-result, syscall, at);
    return result;
  }

  #tried(result: number, syscall: Syscall, at?: Address): number {
    return result === -EAGAIN ? WOULD_BLOCK : this.#done(result, syscall, at);
  }
}
