import {
  type Address,
  type AddressFamily,
  type OptionToGet,
  type OptionToSet,
  SocketError,
  SocketShutdown,
  type SocketType,
} from "@omnisock/core";
import { peerCredentials } from "../adopted.ts";
import type { Credentials } from "../ancillary.ts";
import { checkOption } from "../arguments.ts";
import { askNumber, isBlocking, localAddressOf, remoteAddressOf, setBlocking, shutDown } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { constants } from "../linux/constants.ts";
import { getSocketOption, setSocketOption } from "../options.ts";
import { type TcpInfo, tcpInfoOf } from "../tcp-info.ts";

/** For `select()` and the verbs: what nobody else gets at. */
export let descriptorOf: (socket: SystemSocket) => Descriptor;

/** What the system keeps of a socket: its descriptor, its addresses, its options and its state; and its end. */
export class SystemSocket implements Disposable {
  static {
    descriptorOf = (socket) => socket.#descriptor;
  }

  readonly family: AddressFamily;
  readonly type: SocketType;
  readonly #descriptor: Descriptor;

  constructor(family: AddressFamily, type: SocketType, descriptor: Descriptor) {
    this.family = family;
    this.type = type;
    this.#descriptor = descriptor;
  }

  /** The descriptor's number, which stays this socket's: for other functions that take one. @throws {SocketError} `EBADF` */
  get fd(): number {
    return this.#descriptor.fdFor("socket");
  }

  get isClosed(): boolean {
    return !this.#descriptor.isOpen();
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

  /**
   * Whether the next byte to receive is the one after the urgent one.
   *
   * @throws {SocketError} `EOPNOTSUPP`: a socket of datagrams or packets, where nothing is urgent.
   *
   * Source: sockatmark(3).
   */
  get isAtMark(): boolean {
    return askNumber(this.#descriptor, constants.SIOCATMARK) !== 0;
  }

  /**
   * Who was at the other end of a Unix connection when it was made, or made both with `socketPair()`. Without either, the pid is
   * 0, the uid and the gid 4294967295.
   *
   * @throws {SocketError} `EOPNOTSUPP`: not a Unix socket.
   *
   * Source: unix(7), SO_PEERCRED.
   */
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
}
