import type { Adapter, Handle, Made } from "./adapter.ts";
import { type Address, anyAddress, onInterface, UnixAddress } from "./address.ts";
import { checkStillThere } from "./buffer-gone.ts";
import { AddressFamily, type SocketShutdown, SocketState, WOULD_BLOCK } from "./constants.ts";
import type { Addressed } from "./datagram-sender.ts";
import { Datagrams } from "./datagrams.ts";
import type { Endpoint } from "./endpoint.ts";
import { asSocketError, SocketError, type Syscall } from "./errors.ts";
import type { OptionStore } from "./options/option-store.ts";
import { Preparations } from "./preparations.ts";
import { type Direction, Readiness, type ReadinessSource, type Watched } from "./readiness.ts";
import { resolve } from "./resolve.ts";
import type { Datagram, Outgoing, Received } from "./socket.ts";
import { checkUnix } from "./unix.ts";
import { type Limit, leftOf } from "./wait.ts";

/** The most that UDP can carry: 65535 less the headers of UDP (8) and IPv4 (20); IPv6 does not count its own. Unix datagrams: as the kernel is set. */
const LARGEST: Record<string, number> = { [AddressFamily.INET]: 65507, [AddressFamily.INET6]: 65527 };

/** A datagram socket: bound when it is told to, or when it is first used; perhaps connected. */
export class DatagramEndpoint implements Endpoint, Watched {
  readonly isListening = false;
  readonly options: OptionStore;
  #binding: Promise<Datagrams> | undefined;
  #datagrams: Datagrams | undefined;
  #isClosed = false;
  #hasClosed = false;
  #isKeepingAlive = true;
  #isConnecting = false;
  /** Why it could not be bound for a verb that does not wait: the next one says so. */
  #unbound: SocketError | undefined;
  readonly #preparations: Preparations = new Preparations();
  readonly #readiness: Readiness = new Readiness(this);

  constructor(options: OptionStore) {
    this.options = options;
  }

  get #adapter(): Adapter {
    return this.options.origin.adapter;
  }

  get #family(): AddressFamily {
    return this.options.origin.family;
  }

  get localAddress(): Address | undefined {
    return this.#datagrams?.handle.local;
  }

  get remoteAddress(): Address | undefined {
    return this.#datagrams?.peer;
  }

  get dropped(): number {
    return this.#datagrams?.dropped ?? 0;
  }

  get state(): SocketState {
    if (this.#isClosed) return this.#hasClosed ? SocketState.CLOSED : SocketState.CLOSING;
    if (this.#datagrams === undefined) return SocketState.CLOSED;
    return this.#datagrams.peer === undefined ? SocketState.BOUND : SocketState.CONNECTED;
  }

  get handle(): Handle | undefined {
    return this.#datagrams?.handle;
  }

  adopt(made: Made): void {
    if (!("datagrams" in made)) return;
    made.datagrams((handle) => {
      const datagrams = new Datagrams(handle, this.#readiness);
      datagrams.peer = made.peer;
      this.#datagrams = datagrams;
      this.#binding = Promise.resolve(datagrams);
      return datagrams;
    });
    this.options.become("datagram", "bind");
    if (this.#datagrams !== undefined) this.options.attach(this.#datagrams.handle);
  }

  release(): void {
    if (!this.#datagrams?.isIdle) throw new SocketError("EINVAL", "socket");
    this.#isClosed = true;
    this.#hasClosed = true;
    this.#readiness.notifyAll();
  }

  async bind(at: Address): Promise<void> {
    if (this.#binding !== undefined) throw new SocketError("EINVAL", "bind", { at });
    this.#checkName(at, "bind");
    await this.#bind(at);
  }

  async listen(): Promise<void> {
    throw new SocketError("EOPNOTSUPP", "listen");
  }

  async accept(): Promise<Endpoint> {
    throw new SocketError("EOPNOTSUPP", "accept");
  }

  tryAccept(): Endpoint | undefined {
    throw new SocketError("EOPNOTSUPP", "accept");
  }

  async connect(to: Address, limit: Limit | undefined): Promise<void> {
    if (this.#isConnecting) throw new SocketError("EALREADY", "connect", { at: to });
    this.#checkName(to, "connect");
    this.#isConnecting = true;
    try {
      await this.#connect(to, limit);
    } catch (cause) {
      this.#checkOpen("connect", to);
      throw cause;
    } finally {
      this.#isConnecting = false;
    }
    this.#checkOpen("connect", to);
  }

  send(bytes: Uint8Array, limit: Limit | undefined): Promise<number> {
    const to = this.#peer();
    this.#checkLength(bytes, to);
    return (this.#datagrams as Datagrams).sender.send(bytes, to, limit);
  }

  async sendAll(bytes: Uint8Array, limit: Limit | undefined): Promise<void> {
    await this.send(bytes, limit);
  }

  trySend(bytes: Uint8Array): number {
    return this.#trySend(bytes, this.#peer());
  }

  sendTo(bytes: Uint8Array, to: Address, limit: Limit | undefined): Promise<number> {
    this.#checkNotConnected(to);
    this.#checkLength(bytes, to);
    if (this.#datagrams === undefined || !to.isNumeric) return this.#sendToFound(bytes, to, limit);
    return this.#datagrams.sender.send(bytes, onInterface(this.#adapter, to, "send"), limit);
  }

  trySendTo(bytes: Uint8Array, to: Address): number {
    this.#checkNotConnected(to);
    if (!to.isNumeric) throw new TypeError(`trySendTo() cannot look up ${to.host}: give it a numeric address`);
    return this.#trySend(bytes, onInterface(this.#adapter, to, "send"));
  }

  receive(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    return this.receiveFrom(into, limit).then(({ byteLength }) => byteLength);
  }

  async receiveExactly(): Promise<number> {
    throw new SocketError("EOPNOTSUPP", "recv");
  }

  tryReceive(into: Uint8Array): number {
    return this.tryReceiveFrom(into)?.byteLength ?? WOULD_BLOCK;
  }

  receiveFrom(into: Uint8Array, limit: Limit | undefined): Promise<Received> {
    if (this.#datagrams !== undefined) return this.#datagrams.receive(into, limit);
    const started = performance.now();
    const { byteLength } = into;
    return this.#boundFor("recv", limit).then((datagrams) => {
      checkStillThere(into, byteLength);
      return datagrams.receive(into, leftOf(limit, started));
    });
  }

  tryReceiveFrom(into: Uint8Array): Received | undefined {
    return this.#boundNow()?.tryReceive(into);
  }

  async sendMany(datagrams: readonly Outgoing[], limit: Limit | undefined): Promise<number> {
    const areNumeric = datagrams.every(({ to }) => to === undefined || to.isNumeric);
    if (this.#datagrams === undefined || !areNumeric) return this.#sendManyFound(datagrams, limit);
    const addressed = datagrams.map(({ bytes, to }) => this.#addressed(bytes, to));
    return this.#datagrams.sender.sendMany(addressed, limit);
  }

  receiveMany(most: number, limit: Limit | undefined): Promise<Datagram[]> {
    if (this.#datagrams !== undefined) return this.#datagrams.receiveMany(most, limit);
    const started = performance.now();
    return this.#boundFor("recv", limit).then((datagrams) => datagrams.receiveMany(most, leftOf(limit, started)));
  }

  async shutdown(_: SocketShutdown): Promise<void> {
    throw new SocketError(this.#datagrams?.peer === undefined ? "ENOTCONN" : "EOPNOTSUPP", "shutdown");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#preparations.end();
    this.#readiness.notifyAll();
    const datagrams = await this.#binding?.catch(() => undefined);
    await datagrams?.close();
    this.#hasClosed = true;
  }

  takeFailure(): SocketError | undefined {
    return this.#datagrams?.takeFailure() ?? this.#takeUnbound();
  }

  limitReceives(): void {
    const limit = this.options.receiveLimit;
    if (limit !== undefined) this.#datagrams?.limitWaiting(limit);
  }

  /** If that fails, the next verb says so. */
  bindUnasked(): void {
    if (this.#datagrams !== undefined) return;
    this.#bound().catch((error: SocketError) => {
      this.#unbound = error;
      this.#readiness.notify("read");
    });
  }

  keepAlive(isEnabled: boolean): void {
    this.#isKeepingAlive = isEnabled;
    this.#datagrams?.keepAlive.enable(isEnabled);
    // Whoever selects asks anew who keeps the process alive.
    this.#readiness.notifyAll();
  }

  async *items(): AsyncGenerator<Datagram, void> {
    if (this.#isClosed) throw new SocketError("EBADF", "recv");
    const datagrams = await this.#bound();
    while (!this.#isClosed) {
      try {
        yield await datagrams.receiveOne(this.options.receiveLimit);
      } catch (error) {
        if (!this.#isClosed) throw error;
      }
    }
  }

  readiness(direction: Direction): ReadinessSource {
    return this.#readiness.source(direction);
  }

  isReady(direction: Direction): boolean {
    if (direction === "error") return this.#datagrams?.failure.isPending ?? false;
    if (this.#isClosed) return true;
    if (direction === "write") return this.#datagrams?.isWritable ?? true;
    if (this.#unbound !== undefined) return true;
    this.bindUnasked();
    return this.#datagrams?.isReadable ?? false;
  }

  hold(): (() => void) | undefined {
    return this.#datagrams?.keepAlive.holding();
  }

  /** @param to Numeric, or nothing for the peer. */
  #addressed(bytes: Uint8Array, to: Address | undefined): Addressed {
    this.#checkLength(bytes, to ?? this.#peer());
    if (to === undefined) return { bytes, to: this.#peer() };
    this.#checkNotConnected(to);
    return { bytes, to: onInterface(this.#adapter, to, "send") };
  }

  async #addressedFound({ bytes, to }: Outgoing, limit: Limit | undefined): Promise<Addressed> {
    if (to === undefined) return this.#addressed(bytes, to);
    return this.#addressed(bytes, await this.#found(to, limit, "EAGAIN", "send"));
  }

  async #sendToFound(bytes: Uint8Array, to: Address, limit: Limit | undefined): Promise<number> {
    const started = performance.now();
    const { byteLength } = bytes;
    const address = await this.#found(to, limit, "EAGAIN", "send");
    const { sender } = await this.#boundFor("send", leftOf(limit, started), to);
    checkStillThere(bytes, byteLength);
    this.#checkNotConnected(to);
    return sender.send(bytes, address, leftOf(limit, started));
  }

  async #sendManyFound(datagrams: readonly Outgoing[], limit: Limit | undefined): Promise<number> {
    const started = performance.now();
    const lengths = datagrams.map(({ bytes }) => bytes.byteLength);
    const addressed = await Promise.all(datagrams.map((one) => this.#addressedFound(one, limit)));
    const { sender } = await this.#boundFor("send", leftOf(limit, started));
    for (const [at, { bytes }] of addressed.entries()) checkStillThere(bytes, lengths[at] ?? 0);
    return sender.sendMany(addressed, leftOf(limit, started));
  }

  async #connect(to: Address, limit: Limit | undefined): Promise<void> {
    const started = performance.now();
    const peer = await this.#found(to, limit, "ETIMEDOUT", "connect");
    const datagrams = await this.#boundFor("connect", leftOf(limit, started), to);
    limit?.signal?.throwIfAborted();
    this.#checkOpen("connect", to);
    try {
      await datagrams.handle.connect(peer);
    } catch (cause) {
      throw asSocketError(cause, "connect", to);
    }
    datagrams.peer = peer;
  }

  /** The numeric address of `to`. */
  async #found(
    to: Address,
    limit: Limit | undefined,
    late: "EAGAIN" | "ETIMEDOUT",
    syscall: "bind" | "connect" | "send",
  ): Promise<Address> {
    if (to.isNumeric) return onInterface(this.#adapter, to, syscall);
    const call = { syscall, at: to, limit, late };
    const [found = to] = await this.#preparations.run(call, () => resolve(this.#adapter, to, syscall));
    return found;
  }

  #checkOpen(syscall: Syscall, at: Address): void {
    if (this.#isClosed) throw new SocketError("EBADF", syscall, { at });
  }

  #trySend(bytes: Uint8Array, to: Address): number {
    this.#checkLength(bytes, to);
    return this.#boundNow()?.sender.trySend(bytes, to) ? bytes.byteLength : WOULD_BLOCK;
  }

  #peer(): Address {
    const peer = this.#datagrams?.peer;
    if (peer === undefined) throw new SocketError("EDESTADDRREQ", "send");
    return peer;
  }

  #checkNotConnected(to: Address): void {
    if (this.#datagrams?.peer !== undefined) throw new SocketError("EISCONN", "send", { at: to });
  }

  /** Checks that a Unix address is a name, of a kind that the runtime has. */
  #checkName(at: Address, syscall: Syscall): void {
    if (at instanceof UnixAddress) checkUnix(this.#adapter, at, syscall);
  }

  #checkLength(bytes: Uint8Array, to: Address): void {
    this.#checkName(to, "send");
    const largest = LARGEST[this.#family];
    if (largest !== undefined && bytes.byteLength > largest) throw new SocketError("EMSGSIZE", "send", { at: to });
  }

  /** The socket, for a verb that cannot wait: undefined while it is being bound. */
  #boundNow(): Datagrams | undefined {
    if (this.#datagrams !== undefined) return this.#datagrams;
    const failure = this.#takeUnbound();
    if (failure !== undefined) throw failure;
    this.bindUnasked();
    return undefined;
  }

  #takeUnbound(): SocketError | undefined {
    const failure = this.#unbound;
    this.#unbound = undefined;
    return failure;
  }

  /** The socket, for a verb that waits: also who is not to wait has it bound. */
  #boundFor(syscall: "connect" | "recv" | "send", limit: Limit | undefined, at?: Address): Promise<Datagrams> {
    const late = syscall === "connect" ? "ETIMEDOUT" : "EAGAIN";
    const patient = limit?.timeout === 0 ? { ...limit, timeout: Number.POSITIVE_INFINITY } : limit;
    return this.#preparations.run({ syscall, at, limit: patient, late }, () => this.#bound());
  }

  /** The socket, bound to a port (an abstract name, of Unix) of the system's choice if nobody has bound it. */
  #bound(): Promise<Datagrams> {
    return this.#binding ?? this.#bind(anyAddress(this.#family));
  }

  #bind(at: Address): Promise<Datagrams> {
    this.#unbound = undefined;
    this.#binding = this.#open(at).catch((cause: unknown) => {
      this.#binding = undefined;
      this.options.unmake();
      throw asSocketError(cause, "bind", at);
    });
    return this.#binding;
  }

  async #open(at: Address): Promise<Datagrams> {
    this.options.become("datagram", "bind");
    const address = await this.#found(at, undefined, "ETIMEDOUT", "bind");
    this.#checkOpen("bind", at);
    let made: Datagrams | undefined;
    await this.#adapter.bind({ at: address, options: this.options.early }, (handle) => {
      made = new Datagrams(handle, this.#readiness);
      return made;
    });
    if (made === undefined) throw new Error("The adapter bound the socket and gave no handle");
    const datagrams: Datagrams = made;
    try {
      this.options.attach(datagrams.handle, (error) => datagrams.failure.set(error));
    } catch (error) {
      await datagrams.close();
      throw error;
    }
    this.#datagrams = datagrams;
    datagrams.keepAlive.enable(this.#isKeepingAlive);
    if (this.#isClosed) {
      await datagrams.close();
      this.#checkOpen("bind", at);
    }
    this.#readiness.notify("read");
    this.#readiness.notify("write");
    return datagrams;
  }
}
