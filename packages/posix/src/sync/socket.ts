import {
  type Address,
  type AddressFamily,
  type Outgoing,
  type Received,
  SocketError,
  SocketType,
  type Syscall,
  WOULD_BLOCK,
} from "@omnisock/core";
import { adopted, closeOnExec } from "../adopted.ts";
import { checkAddress, checkBacklog, checkBytes, checkFlags, checkKind } from "../arguments.ts";
import { acceptOn, bindTo, listenOn, openSocket, sendBytes, sendBytesTo } from "../calls.ts";
import type { BatchedDatagram, DatagramBatch } from "../datagram-batch.ts";
import { Descriptor } from "../descriptor.ts";
import { checked, failure, tried } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN } from "../linux/errno.ts";
import { lengthOf } from "../memory.ts";
import type { Message, ReceivedMessage } from "../messages.ts";
import { receiveBatch, receiveMany, sendMany } from "./batches.ts";
import { connectNow } from "./connect.ts";
import { receiveMessage, sendMessage } from "./message.ts";
import { numeric } from "./names.ts";
import { receiveBytes, received, receiveWhole } from "./receive.ts";
import { descriptorOf, SystemSocket } from "./system-socket.ts";

const { MSG_DONTWAIT } = constants;
/** As core's `listen()`. */
const DEFAULT_BACKLOG = 511;

/** How `accept()` and others give an open descriptor to a new socket, past the constructor's arguments. */
let given: Descriptor | undefined;

/** For `socketPair()`: what nobody else gets at. */
export let socketOf: (descriptor: Descriptor, family: AddressFamily, type: SocketType) => Socket;

/**
 * A socket whose calls wait in the thread, as in C: while one waits, nothing else of this thread runs, no timer and no promise.
 *
 * Every verb is the system call of its name; what fails is a `SocketError` with the kernel's own errno, and `EBADF` once the
 * socket is closed. A call that a signal interrupts goes on; its time begins anew with the first. Nothing closes a socket that is
 * forgotten: `using` does, at the end of its block.
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
export class Socket extends SystemSocket {
  /** What ended a call that had received some: the kernel says it once, and the next call that receives is to hear it. */
  #failure: SocketError | undefined;

  static {
    socketOf = Socket.#of;
  }

  /**
   * @throws {SocketError} `EMFILE`, `EPROTONOSUPPORT` and others: the system has none to give.
   * @throws {TypeError} `family` or `type` is none of `AddressFamily` or `SocketType`.
   *
   * Source: socket(2).
   */
  constructor(family: AddressFamily, type: SocketType) {
    checkKind(family, type);
    super(family, type, given ?? openSocket(family, type, true));
    given = undefined;
  }

  /**
   * A socket for a descriptor that is open already: inherited, or `detach()`ed elsewhere. From now on it is this socket's, and
   * `close()` closes it.
   *
   * @throws {SocketError} `EBADF`: nothing is open there. `EAFNOSUPPORT`: no socket, or one of another kind. `EINVAL`: another socket
   * of this thread has it: `detach()` that first.
   * @throws {TypeError | RangeError} `fd` is no number of a descriptor.
   */
  static adopt(fd: number): Socket {
    const { descriptor, family, type } = adopted(fd);
    closeOnExec(descriptor);
    return Socket.#of(descriptor, family, type);
  }

  static #of(descriptor: Descriptor, family: AddressFamily, type: SocketType): Socket {
    given = descriptor;
    return new Socket(family, type);
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
    bindTo(descriptorOf(this), address);
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
    listenOn(descriptorOf(this), checkBacklog(backlog), undefined);
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
    const fd = checked(acceptOn(descriptorOf(this), true), "accept");
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
    connectNow(descriptorOf(this), numeric(checkAddress("connect", to), this.family, "connect"), this.type);
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
    return checked(sendBytes(descriptorOf(this), checkBytes(bytes), checkFlags(flags)), "send");
  }

  /** As `send()`, but without waiting: `WOULD_BLOCK` when nothing could be taken. */
  trySend(bytes: Uint8Array, flags = 0): number {
    return tried(sendBytes(descriptorOf(this), checkBytes(bytes), checkFlags(flags) | MSG_DONTWAIT), "send");
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
    return checked(sendBytesTo(descriptorOf(this), bytes, address, flags), "send", to);
  }

  /** As `sendTo()`, but without waiting for room: `WOULD_BLOCK` when there is none. */
  trySendTo(bytes: Uint8Array, to: Address, flags = 0): number {
    checkBytes(bytes);
    checkFlags(flags);
    const [address = to] = numeric(checkAddress("trySendTo", to), this.family, "send");
    return tried(sendBytesTo(descriptorOf(this), bytes, address, flags | MSG_DONTWAIT), "send", to);
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
    return checked(receiveBytes(this.#source(), this.type, checkBytes(into), flags), "recv");
  }

  /**
   * Receives until `into` is full. `SO_RCVTIMEO` limits each wait for more.
   *
   * @returns `into.length`; fewer when the stream ended or broke before, or it would have had to wait longer: the next
   * `receive()` tells which.
   * @throws {SocketError} As `receive()`, when nothing had come. `EOPNOTSUPP`: datagrams or packets, which are as long as they
   * are.
   *
   * Source: recv(2). `MSG_WAITALL` does this in one call, which a signal ends early.
   */
  receiveExactly(into: Uint8Array): number {
    const length = lengthOf(checkBytes(into));
    if (this.type !== SocketType.STREAM) throw new SocketError("EOPNOTSUPP", "recv");
    for (let filled = 0; ; ) {
      const count = receiveBytes(this.#source(), this.type, filled === 0 ? into : into.subarray(filled, length), 0);
      if (count < 0 && filled > 0) {
        if (count !== -EAGAIN) this.#failure = failure(-count, "recv");
        return filled;
      }
      filled += checked(count, "recv");
      if (count === 0 || filled >= length) return filled;
    }
  }

  /** As `receive()`, but without waiting: `WOULD_BLOCK` when nothing is there. */
  tryReceive(into: Uint8Array, flags = 0): number {
    checkFlags(flags);
    return tried(receiveBytes(this.#source(), this.type, checkBytes(into), flags | MSG_DONTWAIT), "recv");
  }

  /** Receives one datagram and says from whom, and whether `into` was too short for it. @throws As `receive()`. */
  receiveFrom(into: Uint8Array, flags = 0): Received {
    const length = receiveWhole(this.#source(), this.type, checkBytes(into), checkFlags(flags));
    return received(descriptorOf(this), this.type, checked(length, "recv"), into);
  }

  /** As `receiveFrom()`, but without waiting: `WOULD_BLOCK` when nothing is there. */
  tryReceiveFrom(into: Uint8Array, flags = 0): Received | typeof WOULD_BLOCK {
    const length = receiveWhole(this.#source(), this.type, checkBytes(into), checkFlags(flags) | MSG_DONTWAIT);
    return length === -EAGAIN ? WOULD_BLOCK : received(descriptorOf(this), this.type, checked(length, "recv"), into);
  }

  /**
   * Sends bytes, and over a Unix socket descriptors with them.
   *
   * @returns How many bytes were taken. The descriptors go with the first; over a stream there must be one.
   * @throws {SocketError} As `send()`; `EBADF`: also for a descriptor that is not open; `EPERM`: credentials that are not true.
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
    return sendMessage(descriptorOf(this), this.family, message, flags);
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
    return receiveMessage(this.#source(), this.type, into, most, flags);
  }

  /**
   * Sends datagrams in order, with as few calls as can be, and each run of one length to one address as one message that is
   * segmented on the way: such a run is not segmented further by the socket's own `UDP_SEGMENT`, as a datagram alone is.
   *
   * @param datagrams Each with its bytes, and where `to` unless the socket is connected. All are sent, unless one fails.
   * @returns How many were sent. What has failed, sending the next tells; of what came back for several, the last.
   * @throws {SocketError} As `sendTo()`, when not even the first was sent: perhaps what came back for an earlier one.
   *
   * Source: sendmmsg(2); udp(7), UDP_SEGMENT.
   */
  sendMany(datagrams: readonly Outgoing[], flags = 0): number {
    return sendMany(this.#packets("send"), this.family, datagrams, flags);
  }

  /**
   * Receives datagrams, waiting until at least one is here. Their bytes are the caller's, and some may share a buffer, of 64 KiB at
   * most: mind `byteOffset`, and `slice()` those that are to be kept alone.
   *
   * @param most How many messages at most, 1 to 1024; more than 64 never come at once. With `UDP_GRO` a message may be several
   * datagrams. Default: 64.
   * @param flags With `MSG_PEEK` it is one message.
   * @throws {SocketError} As `receive()`.
   *
   * Source: recvmmsg(2).
   */
  receiveMany(most = 64, flags = 0): BatchedDatagram[] {
    return receiveMany(this.#packets("recv"), this.family, most, flags);
  }

  /**
   * Receives messages into a batch, waiting until at least one is here: no datagram is copied.
   *
   * @returns How many messages came, 1 to the batch's capacity; 1 with `MSG_PEEK`.
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
    return receiveBatch(this.#packets("recv"), this.family, batch, flags);
  }

  /** @throws {SocketError} What ended the call before, when it had received some. */
  #source(): Descriptor {
    const descriptor = descriptorOf(this);
    const failed = this.#failure;
    if (failed === undefined) return descriptor;
    descriptor.fdFor("recv");
    this.#failure = undefined;
    throw failed;
  }

  /** @throws {SocketError} `EOPNOTSUPP`: a stream's bytes come in no pieces. */
  #packets(syscall: Syscall): Descriptor {
    if (this.type === SocketType.STREAM) throw new SocketError("EOPNOTSUPP", syscall);
    return descriptorOf(this);
  }
}
