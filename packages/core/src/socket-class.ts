import type { Adapter, Handle, Made } from "./adapter.ts";
import { type Address, isAddress } from "./address.ts";
import { checkEmpty } from "./buffer-gone.ts";
import {
  AddressFamily,
  DEFAULT_BACKLOG,
  SocketShutdown,
  type SocketState,
  SocketType,
  WOULD_BLOCK,
} from "./constants.ts";
import { DatagramEndpoint } from "./datagram-endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { SocketError, type Syscall } from "./errors.ts";
import { OptionStore } from "./options/option-store.ts";
import type { OptionToGet, OptionToSet } from "./options.ts";
import { type Direction, type ReadinessSource, selectable } from "./readiness.ts";
import type {
  Connection,
  Datagram,
  Listener,
  Outgoing,
  Received,
  Socket,
  SocketConstructor,
  WaitOptions,
} from "./socket.ts";
import { StreamEndpoint } from "./stream-endpoint.ts";
import { type Limit, limitOf } from "./wait.ts";
import { readableOf, writableOf } from "./web-streams.ts";

const FAMILIES: ReadonlySet<unknown> = new Set(Object.values(AddressFamily));
const TYPES: ReadonlySet<unknown> = new Set(Object.values(SocketType));
const WAYS_TO_SHUT_DOWN: ReadonlySet<unknown> = new Set(Object.values(SocketShutdown));

/**
 * How `accept()` gives an endpoint to a new socket, past the constructor's arguments, and of which class that is: a subclass
 * may make sockets of its own before it calls `super()`.
 */
let adopted: Endpoint | undefined;
let adopter: unknown;

/**
 * The `Socket` class of an adapter: what the adapter's package exports.
 *
 * @example
 * ```ts
 * export const Socket: SocketConstructor = socketClass(adapter);
 * ```
 */
export function socketClass(adapter: Adapter): SocketConstructor {
  const Socket = class Socket extends BerkeleySocket {
    constructor(family: AddressFamily, type: SocketType) {
      super(adapter, family, type);
    }
  };
  // What iterating it gives depends on what it becomes: the public types say which.
  return Socket as unknown as SocketConstructor;
}

/**
 * For the packages of adapters: what they gave core for a socket; undefined while there is none, or when the socket is closed.
 */
export let handleOf: (socket: object) => Handle | undefined;

/**
 * For the packages of adapters: closes a socket, whose handle stays open, and returns that.
 *
 * @throws {SocketError} `EBADF`: the socket is closed. `EINVAL`: there is no handle, a call waits, or what was received is
 * in user space still.
 */
export let releaseHandle: (socket: object) => Handle;

/** For the packages of adapters: a socket for what they have made themselves. */
export let socketFor: (Socket: SocketConstructor, family: AddressFamily, type: SocketType, made: Made) => Socket;

/** What every socket checks, whatever its type: its arguments, and that it is open. The endpoint does the rest. */
// Verbs that move bytes are no async functions: one promise less for each message.
class BerkeleySocket implements Socket {
  static {
    handleOf = (socket) => (#endpoint in socket && socket.#closed === undefined ? socket.#endpoint.handle : undefined);
    releaseHandle = (socket) => {
      if (!(#endpoint in socket)) throw new TypeError("This is no socket of this adapter");
      const { handle } = socket.#open("socket");
      if (handle === undefined) throw new SocketError("EINVAL", "socket");
      socket.#endpoint.release();
      socket.#closed = Promise.resolve();
      return handle;
    };
    socketFor = (Socket, family, type, made) => {
      const socket = new Socket(family, type);
      if (#endpoint in socket) socket.#endpoint.adopt(made);
      return socket;
    };
  }

  blocking = true;
  readonly #endpoint: Endpoint;
  #closed: Promise<void> | undefined;
  #streams: { readable?: ReadableStream<Uint8Array<ArrayBuffer>>; writable?: WritableStream<Uint8Array> } | undefined;

  constructor(adapter: Adapter, family: AddressFamily, type: SocketType) {
    if (!FAMILIES.has(family)) throw new TypeError(`${String(family)} is no AddressFamily`);
    if (!TYPES.has(type)) throw new TypeError(`${String(type)} is no SocketType`);
    if (adopted !== undefined && new.target === adopter) {
      this.#endpoint = adopted;
      adopted = undefined;
    } else {
      this.#endpoint = endpointOf(adapter, family, type);
    }
  }

  get family(): AddressFamily {
    return this.#endpoint.options.origin.family;
  }

  get type(): SocketType {
    return this.#endpoint.options.origin.type;
  }

  get localAddress(): Address | undefined {
    return this.#endpoint.localAddress;
  }

  get remoteAddress(): Address | undefined {
    return this.#endpoint.remoteAddress;
  }

  get state(): SocketState {
    return this.#endpoint.state;
  }

  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#streams ??= {};
    this.#streams.readable ??= readableOf(this.#stream("recv"));
    return this.#streams.readable;
  }

  get writable(): WritableStream<Uint8Array> {
    this.#streams ??= {};
    this.#streams.writable ??= writableOf(this.#stream("send"));
    return this.#streams.writable;
  }

  get droppedDatagrams(): number {
    return this.#endpoint.dropped;
  }

  async bind(at: Address): Promise<void> {
    await this.#open("bind", at).bind(this.#checkFamily("bind", at));
  }

  async listen(backlog: number = DEFAULT_BACKLOG): Promise<Listener> {
    if (!(Number.isSafeInteger(backlog) && backlog > 0)) {
      throw new RangeError(`A backlog is a whole number from 1 up, not ${String(backlog)}`);
    }
    await this.#open("listen", this.localAddress).listen(backlog);
    return this as unknown as Listener;
  }

  async accept(options?: WaitOptions): Promise<Connection> {
    const endpoint = this.#open("accept");
    return this.#adopt(await endpoint.accept(this.#limit(options, endpoint.options.receiveLimit)));
  }

  tryAccept(): Connection | typeof WOULD_BLOCK {
    const accepted = this.#open("accept").tryAccept();
    return accepted === undefined ? WOULD_BLOCK : this.#adopt(accepted);
  }

  async connect(to: Address, options?: WaitOptions): Promise<Connection> {
    const endpoint = this.#open("connect", to);
    await endpoint.connect(this.#checkFamily("connect", to), limitOr(endpoint.options.sendLimit, options));
    return this as unknown as Connection;
  }

  send(bytes: Uint8Array, options?: WaitOptions): Promise<number> {
    try {
      const endpoint = this.#open("send");
      return endpoint.send(checkBytes(bytes), this.#limit(options, endpoint.options.sendLimit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  trySend(bytes: Uint8Array): number {
    return this.#open("send").trySend(checkBytes(bytes));
  }

  sendAll(bytes: Uint8Array, options?: WaitOptions): Promise<void> {
    try {
      const endpoint = this.#open("send");
      return endpoint.sendAll(checkBytes(bytes), this.#limit(options, endpoint.options.sendLimit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  sendTo(bytes: Uint8Array, to: Address, options?: WaitOptions): Promise<number> {
    try {
      const endpoint = this.#open("send", to);
      const limit = this.#limit(options, endpoint.options.sendLimit);
      return endpoint.sendTo(checkBytes(bytes), this.#checkFamily("send", to), limit);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  trySendTo(bytes: Uint8Array, to: Address): number {
    return this.#open("send", to).trySendTo(checkBytes(bytes), this.#checkFamily("send", to));
  }

  receive(into: Uint8Array, options?: WaitOptions): Promise<number> {
    try {
      const endpoint = this.#open("recv");
      return endpoint.receive(checkBytes(into), this.#limit(options, endpoint.options.receiveLimit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  receiveExactly(into: Uint8Array, options?: WaitOptions): Promise<number> {
    try {
      const endpoint = this.#open("recv");
      return endpoint.receiveExactly(checkBytes(into), this.#limit(options, endpoint.options.receiveLimit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tryReceive(into: Uint8Array): number {
    return this.#open("recv").tryReceive(checkBytes(into));
  }

  receiveFrom(into: Uint8Array, options?: WaitOptions): Promise<Received> {
    try {
      const endpoint = this.#open("recv");
      return endpoint.receiveFrom(checkBytes(into), this.#limit(options, endpoint.options.receiveLimit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tryReceiveFrom(into: Uint8Array): Received | typeof WOULD_BLOCK {
    return this.#open("recv").tryReceiveFrom(checkBytes(into)) ?? WOULD_BLOCK;
  }

  async sendMany(datagrams: readonly Outgoing[], options?: WaitOptions): Promise<number> {
    for (const { bytes, to } of datagrams) {
      checkBytes(bytes);
      if (to !== undefined) this.#checkFamily("send", to);
    }
    const endpoint = this.#open("send");
    return endpoint.sendMany(datagrams, this.#limit(options, endpoint.options.sendLimit));
  }

  async receiveMany(most: number = Number.MAX_SAFE_INTEGER, options?: WaitOptions): Promise<Datagram[]> {
    if (!(Number.isSafeInteger(most) && most > 0)) {
      throw new RangeError(`The most to receive is a whole number from 1 up, not ${String(most)}`);
    }
    const endpoint = this.#open("recv");
    return endpoint.receiveMany(most, this.#limit(options, endpoint.options.receiveLimit));
  }

  getOption<Value>(option: OptionToGet<Value>): Value {
    checkOption("getOption", option);
    const endpoint = this.#open("getsockopt");
    return endpoint.options.get(option, endpoint);
  }

  setOption<Value>(option: OptionToSet<Value>, value: Value): void {
    checkOption("setOption", option);
    const endpoint = this.#open("setsockopt");
    endpoint.options.set(option, value, endpoint);
  }

  async shutdown(how: SocketShutdown): Promise<void> {
    if (!WAYS_TO_SHUT_DOWN.has(how)) throw new TypeError(`${String(how)} is no SocketShutdown`);
    await this.#open("shutdown").shutdown(how);
  }

  close(): Promise<void> {
    this.#closed ??= this.#endpoint.close();
    return this.#closed;
  }

  ref(): this {
    this.#endpoint.keepAlive(true);
    return this;
  }

  unref(): this {
    this.#endpoint.keepAlive(false);
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    return this.#endpoint.items((accepted) => this.#adopt(accepted));
  }

  [selectable](direction: Direction): ReadinessSource {
    return this.#endpoint.readiness(direction);
  }

  #adopt(endpoint: Endpoint): Connection {
    const Socket = this.constructor as SocketConstructor;
    adopted = endpoint;
    adopter = Socket;
    try {
      return new Socket(this.family, this.type) as unknown as Connection;
    } catch (error) {
      adopted = undefined;
      void endpoint.close();
      throw error;
    }
  }

  /** @throws {SocketError} `EOPNOTSUPP`: a byte stream has no boundaries, and would end at an empty datagram. */
  #stream(syscall: Syscall): this {
    if (this.type !== SocketType.STREAM) throw new SocketError("EOPNOTSUPP", syscall);
    return this;
  }

  #open(syscall: Syscall, at?: Address): Endpoint {
    if (this.#closed !== undefined) throw new SocketError("EBADF", syscall, { at });
    return this.#endpoint;
  }

  #limit(options: WaitOptions | undefined, ofSocket: Limit | undefined): Limit | undefined {
    const limit = limitOr(ofSocket, options);
    return this.blocking ? limit : { timeout: 0, signal: limit?.signal };
  }

  #checkFamily(syscall: Syscall, at: Address): Address {
    if (!isAddress(at)) {
      throw new TypeError(`${syscall}() needs an address, such as an InternetAddress, not ${String(at)}`);
    }
    if (at.family !== this.family) throw new SocketError("EAFNOSUPPORT", syscall, { at });
    return at;
  }
}

function endpointOf(adapter: Adapter, family: AddressFamily, type: SocketType): Endpoint {
  const isUnix = family === AddressFamily.UNIX;
  if (type === SocketType.SEQPACKET && !isUnix) throw new SocketError("EPROTONOSUPPORT", "socket");
  const capability = {
    [SocketType.STREAM]: isUnix ? ("unix" as const) : undefined,
    [SocketType.DGRAM]: isUnix ? ("unix-datagrams" as const) : ("datagrams" as const),
    [SocketType.SEQPACKET]: "seqpacket" as const,
  }[type];
  if (capability !== undefined && !adapter.supports.has(capability)) throw new SocketError("EOPNOTSUPP", "socket");
  const options = new OptionStore({ adapter, family, type });
  return type === SocketType.DGRAM ? new DatagramEndpoint(options) : new StreamEndpoint(options);
}

/** The limit of a call: its own, or else the socket's. */
function limitOr(ofSocket: Limit | undefined, options: WaitOptions | undefined): Limit | undefined {
  const own = limitOf(options);
  if (options?.timeout !== undefined || ofSocket === undefined) return own;
  return own === undefined ? ofSocket : { ...ofSocket, signal: own.signal };
}

function checkOption(verb: string, option: { readonly name?: unknown } | undefined): void {
  if (typeof option?.name === "string") return;
  throw new TypeError(`${verb}() needs an option, such as TCP_NODELAY, not ${String(option)}`);
}

function checkBytes(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Bytes are a Uint8Array, not ${typeof bytes}: encode text with a TextEncoder`);
  }
  if (bytes.byteLength === 0) checkEmpty(bytes);
  return bytes;
}
