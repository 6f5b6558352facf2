import type { Adapter } from "./adapter.ts";
import { type Address, Internet6Address, InternetAddress } from "./address.ts";
import type { ByteStream } from "./byte-stream.ts";
import { ConnectionQueue } from "./connection-queue.ts";
import { AddressFamily, DEFAULT_BACKLOG, SocketShutdown, SocketType } from "./constants.ts";
import { dial } from "./dial.ts";
import { asSocketError, SocketError, type SocketErrorCode, type Syscall } from "./errors.ts";
import { resolve } from "./resolve.ts";
import type { Connection, Listener, Socket, SocketConstructor, WaitOptions } from "./socket.ts";
import { limitOf } from "./wait.ts";

/**
 * The `Socket` class of an adapter: what the adapter's package exports.
 *
 * @example
 * ```ts
 * export const Socket: SocketConstructor = socketClass(adapter);
 * ```
 */
export function socketClass(adapter: Adapter): SocketConstructor {
  return class Socket extends BerkeleySocket {
    constructor(family: AddressFamily, type: SocketType) {
      super(adapter, family, type);
    }
  };
}

/** Where a socket is in its life, and which verb may follow: the one class behind every adapter's `Socket`. */
class BerkeleySocket implements Socket {
  readonly family: AddressFamily;
  readonly type: SocketType;
  readonly #adapter: Adapter;
  #bound: Address | undefined;
  #isListening = false;
  #connecting: AbortController | undefined;
  #listener: ConnectionQueue | undefined;
  #stream: ByteStream | undefined;
  #closed: Promise<void> | undefined;

  constructor(adapter: Adapter, family: AddressFamily, type: SocketType) {
    check(Object.values(AddressFamily).includes(family), `${String(family)} is no AddressFamily`);
    check(Object.values(SocketType).includes(type), `${String(type)} is no SocketType`);
    this.#adapter = adapter;
    this.family = family;
    this.type = type;
  }

  get localAddress(): Address | undefined {
    return this.#stream?.handle.local ?? this.#listener?.handle.local ?? this.#bound;
  }

  get remoteAddress(): Address | undefined {
    return this.#stream?.handle.remote;
  }

  async bind(at: Address): Promise<void> {
    this.#checkOpen("bind", at);
    this.#checkFamily("bind", at);
    const isBound = this.#bound ?? this.#stream ?? this.#connecting;
    if (isBound !== undefined || this.#isListening) throw new SocketError("EINVAL", "bind", { at });
    this.#bound = at;
  }

  async listen(backlog: number = DEFAULT_BACKLOG): Promise<Listener> {
    if (!(Number.isSafeInteger(backlog) && backlog > 0)) {
      throw new RangeError(`A backlog is a whole number from 1 up, not ${String(backlog)}`);
    }
    let at = this.#bound ?? anyAddress(this.family);
    this.#checkOpen("listen", at);
    if (this.#isListening || (this.#stream ?? this.#connecting) !== undefined) {
      throw new SocketError("EINVAL", "listen", { at });
    }
    this.#isListening = true;
    try {
      [at = at] = await resolve(this.#adapter, at);
      await this.#adapter.listen({ at, backlog }, (handle) => {
        this.#listener = new ConnectionQueue(handle);
        return this.#listener;
      });
    } catch (cause) {
      this.#isListening = false;
      throw asSocketError(cause, "listen", at);
    }
    if (this.#closed !== undefined) {
      await this.#listener?.close();
      throw new SocketError("EBADF", "listen", { at });
    }
    return this as unknown as Listener;
  }

  accept(options?: WaitOptions): Promise<Connection> {
    return settle(() => {
      this.#checkOpen("accept");
      if (this.#listener === undefined) throw new SocketError("EINVAL", "accept");
      return this.#listener.accept(limitOf(options)).then((stream) => this.#accepted(stream));
    });
  }

  async connect(to: Address, options?: WaitOptions): Promise<Connection> {
    this.#checkOpen("connect", to);
    this.#checkFamily("connect", to);
    const obstacle: SocketErrorCode | undefined = this.#isListening
      ? "EOPNOTSUPP"
      : this.#connecting !== undefined
        ? "EALREADY"
        : this.#stream !== undefined
          ? "EISCONN"
          : undefined;
    if (obstacle !== undefined) throw new SocketError(obstacle, "connect", { at: to });
    const limit = limitOf(options);
    this.#connecting = new AbortController();
    try {
      this.#stream = await dial(this.#adapter, to, this.#bound, limit, this.#connecting);
    } finally {
      this.#connecting = undefined;
    }
    if (this.#closed !== undefined) {
      await this.#stream.close();
      throw new SocketError("EBADF", "connect", { at: to });
    }
    return this as unknown as Connection;
  }

  send(bytes: Uint8Array, options?: WaitOptions): Promise<number> {
    return settle(() => this.#connected("send").sender.send(checkBytes(bytes), false, limitOf(options)));
  }

  trySend(bytes: Uint8Array): number {
    return this.#connected("send").sender.trySend(checkBytes(bytes));
  }

  async sendAll(bytes: Uint8Array, options?: WaitOptions): Promise<void> {
    await this.#connected("send").sender.send(checkBytes(bytes), true, limitOf(options));
  }

  receive(into: Uint8Array, options?: WaitOptions): Promise<number> {
    return settle(() => this.#connected("recv").receiver.receive(checkBytes(into), limitOf(options)));
  }

  tryReceive(into: Uint8Array): number {
    return this.#connected("recv").receiver.tryReceive(checkBytes(into));
  }

  async shutdown(how: SocketShutdown): Promise<void> {
    check(Object.values(SocketShutdown).includes(how), `${String(how)} is no SocketShutdown`);
    const { receiver, sender } = this.#connected("shutdown");
    if (how !== SocketShutdown.SEND) receiver.shutdown();
    if (how !== SocketShutdown.RECEIVE) await sender.shutdown();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Connection | Uint8Array, void> {
    if (this.#isListening) yield* this.#connections();
    else yield* this.#chunks();
  }

  async *#connections(): AsyncGenerator<Connection, void> {
    while (this.#closed === undefined) {
      try {
        yield await this.accept();
      } catch (error) {
        if (this.#closed === undefined) throw error;
      }
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = await this.#connected("recv").receiver.receiveChunk();
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  async #close(): Promise<void> {
    this.#connecting?.abort(new SocketError("EBADF", "connect"));
    await (this.#listener ?? this.#stream)?.close();
  }

  #accepted(stream: ByteStream): Connection {
    const socket = new (this.constructor as SocketConstructor)(this.family, this.type) as BerkeleySocket;
    socket.#stream = stream;
    return socket as unknown as Connection;
  }

  #connected(syscall: Syscall): ByteStream {
    this.#checkOpen(syscall);
    if (this.#stream === undefined) throw new SocketError("ENOTCONN", syscall);
    return this.#stream;
  }

  #checkOpen(syscall: Syscall, at?: Address): void {
    if (this.#closed !== undefined) throw new SocketError("EBADF", syscall, { at });
  }

  #checkFamily(syscall: Syscall, at: Address): void {
    const isAddress = at instanceof InternetAddress || at instanceof Internet6Address;
    check(isAddress, `${syscall}() needs an InternetAddress or an Internet6Address, not ${String(at)}`);
    if (at.family !== this.family) throw new SocketError("EAFNOSUPPORT", syscall, { at });
  }
}

function anyAddress(family: AddressFamily): Address {
  return family === AddressFamily.INET
    ? new InternetAddress(InternetAddress.PORT_ANY)
    : new Internet6Address(Internet6Address.PORT_ANY);
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new TypeError(message);
}

function checkBytes(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Bytes are a Uint8Array, not ${typeof bytes}: encode text with a TextEncoder`);
  }
  return bytes;
}

/** Calls `call`, an error thrown at once becoming a rejection; cheaper than an async function around a promise. */
function settle<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}
