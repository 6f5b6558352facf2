import type { Adapter, Handle, Made } from "./adapter.ts";
import { type Address, onInterface, UnixAddress } from "./address.ts";
import { checkStillThere } from "./buffer-gone.ts";
import { AddressFamily, type SocketShutdown, SocketState, WOULD_BLOCK } from "./constants.ts";
import { DatagramBinding } from "./datagram-binding.ts";
import type { Addressed } from "./datagram-sender.ts";
import type { Datagrams } from "./datagrams.ts";
import type { Endpoint } from "./endpoint.ts";
import { asSocketError, SocketError, type Syscall } from "./errors.ts";
import type { OptionStore } from "./options/option-store.ts";
import { type Direction, Readiness, type ReadinessSource, type Watched } from "./readiness.ts";
import type { Datagram, Outgoing, Received } from "./socket.ts";
import { checkUnix } from "./unix.ts";
import { type Limit, leftOf } from "./wait.ts";

/** The most that UDP can carry: 65535 less the headers of UDP (8) and IPv4 (20); IPv6 does not count its own. Unix datagrams: as the kernel is set. */
const LARGEST: Record<string, number> = { [AddressFamily.INET]: 65507, [AddressFamily.INET6]: 65527 };

/** A datagram socket: bound when it is told to, or when it is first used; perhaps connected. */
export class DatagramEndpoint implements Endpoint, Watched {
  readonly isListening = false;
  readonly options: OptionStore;
  /** Whether it has been closed, and how far that is. */
  #closed: typeof SocketState.CLOSING | typeof SocketState.CLOSED | undefined;
  #isConnecting = false;
  readonly #readiness: Readiness = new Readiness(this);
  readonly #binding: DatagramBinding;

  constructor(options: OptionStore) {
    this.options = options;
    this.#binding = new DatagramBinding(options, this.#readiness);
  }

  get #adapter(): Adapter {
    return this.options.origin.adapter;
  }

  get #family(): AddressFamily {
    return this.options.origin.family;
  }

  get localAddress(): Address | undefined {
    return this.#binding.datagrams?.handle.local;
  }

  get remoteAddress(): Address | undefined {
    return this.#binding.datagrams?.peer;
  }

  get dropped(): number {
    return this.#binding.datagrams?.dropped ?? 0;
  }

  get state(): SocketState {
    if (this.#closed !== undefined) return this.#closed;
    if (this.#binding.datagrams === undefined) return SocketState.CLOSED;
    return this.#binding.datagrams.peer === undefined ? SocketState.BOUND : SocketState.CONNECTED;
  }

  get handle(): Handle | undefined {
    return this.#binding.datagrams?.handle;
  }

  adopt(made: Made): void {
    this.#binding.adopt(made);
  }

  release(): void {
    if (!this.#binding.datagrams?.isIdle) throw new SocketError("EINVAL", "socket");
    this.#closed = SocketState.CLOSED;
    this.#readiness.notifyAll();
  }

  async bind(at: Address): Promise<void> {
    if (this.#binding.isBegun) throw new SocketError("EINVAL", "bind", { at });
    this.#checkName(at, "bind");
    await this.#binding.bind(at);
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
    return (this.#binding.datagrams as Datagrams).sender.send(bytes, to, limit);
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
    if (this.#binding.datagrams === undefined || !to.isNumeric) return this.#sendToFound(bytes, to, limit);
    return this.#binding.datagrams.sender.send(bytes, onInterface(this.#adapter, to, "send"), limit);
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
    if (this.#binding.datagrams !== undefined) return this.#binding.datagrams.receive(into, limit);
    const started = performance.now();
    const { byteLength } = into;
    return this.#binding.bound("recv", limit).then((datagrams) => {
      checkStillThere(into, byteLength);
      return datagrams.receive(into, this.#leftToReceive(limit, started));
    });
  }

  tryReceiveFrom(into: Uint8Array): Received | undefined {
    return this.#binding.boundNow()?.tryReceive(into);
  }

  async sendMany(datagrams: readonly Outgoing[], limit: Limit | undefined): Promise<number> {
    const areNumeric = datagrams.every(({ to }) => to === undefined || to.isNumeric);
    if (this.#binding.datagrams === undefined || !areNumeric) return this.#sendManyFound(datagrams, limit);
    const addressed = datagrams.map(({ bytes, to }) => this.#addressed(bytes, to));
    return this.#binding.datagrams.sender.sendMany(addressed, limit);
  }

  receiveMany(most: number, limit: Limit | undefined): Promise<Datagram[]> {
    if (this.#binding.datagrams !== undefined) return this.#binding.datagrams.receiveMany(most, limit);
    const started = performance.now();
    return this.#binding
      .bound("recv", limit)
      .then((datagrams) => datagrams.receiveMany(most, this.#leftToReceive(limit, started)));
  }

  async shutdown(_: SocketShutdown): Promise<void> {
    throw new SocketError(this.#binding.datagrams?.peer === undefined ? "ENOTCONN" : "EOPNOTSUPP", "shutdown");
  }

  async close(): Promise<void> {
    this.#closed ??= SocketState.CLOSING;
    const closed = this.#binding.close();
    this.#readiness.notifyAll();
    await closed;
    this.#closed = SocketState.CLOSED;
  }

  takeFailure(): SocketError | undefined {
    return this.#binding.datagrams?.takeFailure() ?? this.#binding.takeFailure();
  }

  limitReceives(): void {
    const limit = this.options.receiveLimit;
    if (limit !== undefined) this.#binding.datagrams?.limitWaiting(limit);
  }

  bindUnasked(): void {
    this.#binding.begin();
  }

  keepAlive(isEnabled: boolean): void {
    this.#binding.keepAlive(isEnabled);
    // Whoever selects asks anew who keeps the process alive.
    this.#readiness.notifyAll();
  }

  async *items(): AsyncGenerator<Datagram, void> {
    if (this.#closed !== undefined) throw new SocketError("EBADF", "recv");
    const datagrams = await this.#binding.bound("recv", undefined);
    while (this.#closed === undefined) {
      try {
        yield await datagrams.receiveOne(this.options.receiveLimit);
      } catch (error) {
        if (this.#closed === undefined) throw error;
      }
    }
  }

  readiness(direction: Direction): ReadinessSource {
    return this.#readiness.source(direction);
  }

  isReady(direction: Direction): boolean {
    if (direction === "error") return this.#binding.datagrams?.isExceptional ?? false;
    if (this.#closed !== undefined) return true;
    if (direction === "write") return this.#binding.datagrams?.isWritable ?? true;
    if (this.#binding.hasFailed) return true;
    this.bindUnasked();
    return this.#binding.datagrams?.isReadable ?? false;
  }

  hold(): (() => void) | undefined {
    return this.#binding.datagrams?.keepAlive.holding();
  }

  /** What is left of a limit now that there is a socket; where it was the socket's own, that may have been set anew meanwhile. */
  #leftToReceive(limit: Limit | undefined, started: number): Limit | undefined {
    const ofSocket = this.options.receiveLimit;
    const isOfCall = limit !== undefined && limit.clock === undefined && limit.timeout !== Number.POSITIVE_INFINITY;
    if (isOfCall || limit?.timeout === ofSocket?.timeout) return leftOf(limit, started);
    const signal = limit?.signal;
    signal?.throwIfAborted();
    return ofSocket === undefined ? { timeout: Number.POSITIVE_INFINITY, signal } : { ...ofSocket, signal };
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
    return this.#addressed(bytes, await this.#binding.found(to, limit, "EAGAIN", "send"));
  }

  async #sendToFound(bytes: Uint8Array, to: Address, limit: Limit | undefined): Promise<number> {
    const started = performance.now();
    const { byteLength } = bytes;
    const address = await this.#binding.found(to, limit, "EAGAIN", "send");
    const { sender } = await this.#binding.bound("send", leftOf(limit, started), to);
    checkStillThere(bytes, byteLength);
    this.#checkNotConnected(to);
    return sender.send(bytes, address, leftOf(limit, started));
  }

  async #sendManyFound(datagrams: readonly Outgoing[], limit: Limit | undefined): Promise<number> {
    const started = performance.now();
    const lengths = datagrams.map(({ bytes }) => bytes.byteLength);
    const addressed = await Promise.all(datagrams.map((one) => this.#addressedFound(one, limit)));
    const { sender } = await this.#binding.bound("send", leftOf(limit, started));
    for (const [at, { bytes }] of addressed.entries()) checkStillThere(bytes, lengths[at] ?? 0);
    return sender.sendMany(addressed, leftOf(limit, started));
  }

  async #connect(to: Address, limit: Limit | undefined): Promise<void> {
    const started = performance.now();
    const peer = await this.#binding.found(to, limit, "ETIMEDOUT", "connect");
    const datagrams = await this.#binding.bound("connect", leftOf(limit, started), to);
    limit?.signal?.throwIfAborted();
    this.#checkOpen("connect", to);
    try {
      await datagrams.handle.connect(peer);
    } catch (cause) {
      throw asSocketError(cause, "connect", to);
    }
    datagrams.connected(peer);
  }

  #checkOpen(syscall: Syscall, at: Address): void {
    if (this.#closed !== undefined) throw new SocketError("EBADF", syscall, { at });
  }

  #trySend(bytes: Uint8Array, to: Address): number {
    this.#checkLength(bytes, to);
    return this.#binding.boundNow()?.sender.trySend(bytes, to) ? bytes.byteLength : WOULD_BLOCK;
  }

  #peer(): Address {
    const peer = this.#binding.datagrams?.peer;
    if (peer === undefined) throw new SocketError("EDESTADDRREQ", "send");
    return peer;
  }

  #checkNotConnected(to: Address): void {
    if (this.#binding.datagrams?.peer !== undefined) throw new SocketError("EISCONN", "send", { at: to });
  }

  /** Checks that a Unix address is a name, of a kind that the runtime has. */
  #checkName(at: Address, syscall: Syscall): void {
    if (at instanceof UnixAddress) checkUnix(this.#adapter, at, syscall);
  }

  #checkLength(bytes: Uint8Array, to: Address): void {
    // What another program has connected it to may have no name.
    if (to !== this.#binding.datagrams?.peer) this.#checkName(to, "send");
    const largest = LARGEST[this.#family];
    if (largest !== undefined && bytes.byteLength > largest) throw new SocketError("EMSGSIZE", "send", { at: to });
  }
}
