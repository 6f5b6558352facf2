import type { Handle, ListenHandle, Made } from "./adapter.ts";
import { type Address, anyAddress, UnixAddress } from "./address.ts";
import { ByteStream } from "./byte-stream.ts";
import { ConnectionQueue } from "./connection-queue.ts";
import { SocketShutdown, SocketState } from "./constants.ts";
import { dial } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import { asSocketError, SocketError, type SocketErrorCode } from "./errors.ts";
import { LookUps } from "./look-ups.ts";
import type { OptionStore } from "./options/option-store.ts";
import { type Direction, type Notified, Readiness, type ReadinessSource, type Watched } from "./readiness.ts";
import type { Connection, Datagram, Received } from "./socket.ts";
import { checkUnix } from "./unix.ts";
import type { Limit } from "./wait.ts";

/** What is said of a socket until it is a listener or a connection. */
class Setup {
  bound: Address | undefined;
  isListening = false;
  /** The adapter at work on making it a listener. */
  starting: Promise<void> | undefined;
  /** Whether the last attempt to connect failed. */
  hasFailed = false;
  connecting: AbortController | undefined;
  readonly lookUps: LookUps = new LookUps();
  isKeepingAlive = true;
}

/** That of all that were accepted. */
const ACCEPTED: Setup = Object.freeze(new Setup());

/** A stream socket: nothing yet, bound, then a listener or a connection. */
export class StreamEndpoint implements Endpoint, Watched, Notified {
  readonly options: OptionStore;
  readonly #setup: Setup;
  /** Whether it has been closed, and how far that is. */
  #closed: typeof SocketState.CLOSING | typeof SocketState.CLOSED | undefined;
  #listener: ConnectionQueue | undefined;
  #stream: ByteStream | undefined;
  #readiness: Readiness | undefined;

  constructor(options: OptionStore, stream?: ByteStream) {
    this.options = options;
    this.#setup = stream === undefined ? new Setup() : ACCEPTED;
    if (stream !== undefined) this.#open(stream);
  }

  get dropped(): number {
    return 0;
  }

  get localAddress(): Address | undefined {
    return this.#stream?.handle.local ?? this.#listener?.handle.local ?? this.#setup.bound;
  }

  get remoteAddress(): Address | undefined {
    return this.#stream?.handle.remote;
  }

  get state(): SocketState {
    if (this.#closed !== undefined) return this.#closed;
    if (this.#listener !== undefined) return SocketState.LISTENING;
    if (this.#setup.connecting !== undefined) return SocketState.CONNECTING;
    if (this.#stream === undefined) return this.#setup.bound === undefined ? SocketState.CLOSED : SocketState.BOUND;
    const { receiver, sender } = this.#stream;
    if (sender.isShut) return receiver.hasEnded() ? SocketState.CLOSING : SocketState.SEND_CLOSED;
    return receiver.hasEnded() ? SocketState.RECEIVE_CLOSED : SocketState.CONNECTED;
  }

  get handle(): Handle | undefined {
    return this.#stream?.handle ?? this.#listener?.handle;
  }

  adopt(made: Made): void {
    if ("stream" in made) {
      made.stream((handle) => {
        const stream = new ByteStream(handle);
        this.#open(stream);
        return stream;
      });
      this.options.become("stream", "connect");
    } else if ("listener" in made) {
      this.#setup.isListening = true;
      made.listener((handle) => this.#queue(handle));
      this.options.become("listener", "listen");
    }
    if (this.#stream !== undefined) this.options.attach(this.#stream.handle);
  }

  release(): void {
    const { receiver, sender } = this.#stream ?? {};
    if (!(this.#listener?.isIdle ?? (receiver?.isIdle() && sender?.isIdle))) throw new SocketError("EINVAL", "socket");
    this.#closed = SocketState.CLOSED;
    this.#readiness?.notifyAll();
  }

  async bind(at: Address): Promise<void> {
    const isBound = this.#setup.bound ?? this.#stream ?? this.#setup.connecting;
    if (isBound !== undefined || this.#setup.isListening) throw new SocketError("EINVAL", "bind", { at });
    this.#setup.bound = at;
  }

  async listen(backlog: number): Promise<void> {
    const { adapter, family, type } = this.options.origin;
    let at = this.#setup.bound ?? anyAddress(family);
    if (this.#setup.isListening || (this.#stream ?? this.#setup.connecting) !== undefined) {
      throw new SocketError("EINVAL", "listen", { at });
    }
    this.options.become("listener", "listen");
    this.#setup.isListening = true;
    try {
      if (at instanceof UnixAddress) checkUnix(adapter, at, "listen");
      at = await this.#setup.lookUps.find(adapter, { at, syscall: "listen", limit: undefined, late: "ETIMEDOUT" });
      this.#checkOpen("listen", at);
      const request = { type, at, backlog, options: this.options.early };
      this.#setup.starting = adapter.listen(request, (handle) => this.#queue(handle));
      await this.#setup.starting;
    } catch (cause) {
      this.#setup.isListening = false;
      this.options.unmake();
      this.#checkOpen("listen", at);
      throw asSocketError(cause, "listen", at);
    }
    if (this.#closed !== undefined) await this.#listener?.close();
    this.#checkOpen("listen", at);
    this.#readiness?.notifyAll();
  }

  async accept(limit: Limit | undefined): Promise<Endpoint> {
    return this.#accepted(await this.#listening().accept(limit));
  }

  tryAccept(): Endpoint | undefined {
    const stream = this.#listening().tryAccept();
    return stream && this.#accepted(stream);
  }

  async connect(to: Address, limit: Limit | undefined): Promise<void> {
    const obstacle: SocketErrorCode | undefined = this.#setup.isListening
      ? "EOPNOTSUPP"
      : this.#setup.connecting !== undefined
        ? "EALREADY"
        : this.#stream !== undefined
          ? "EISCONN"
          : undefined;
    if (obstacle !== undefined) throw new SocketError(obstacle, "connect", { at: to });
    const { adapter, type } = this.options.origin;
    this.options.become("stream", "connect");
    this.#setup.hasFailed = false;
    this.#setup.connecting = new AbortController();
    let stream: ByteStream | undefined;
    try {
      stream = await dial(adapter, to, this.#setup.bound, limit, this.#setup.connecting, type, this.options.early);
      this.options.attach(stream.handle);
    } catch (error) {
      this.options.unmake();
      await stream?.close();
      this.#checkOpen("connect", to);
      this.#failed();
      throw error;
    } finally {
      this.#setup.connecting = undefined;
    }
    if (this.#closed !== undefined) await stream.close();
    this.#checkOpen("connect", to);
    this.#open(stream);
  }

  send(bytes: Uint8Array, limit: Limit | undefined): Promise<number> {
    return this.#connected("send").sender.send(bytes, limit);
  }

  sendAll(bytes: Uint8Array, limit: Limit | undefined): Promise<void> {
    return this.#connected("send").sender.sendAll(bytes, limit);
  }

  trySend(bytes: Uint8Array): number {
    return this.#connected("send").sender.trySend(bytes);
  }

  receive(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    return this.#connected("recv").receiver.receive(into, limit);
  }

  async receiveExactly(into: Uint8Array, limit: Limit | undefined): Promise<number> {
    const { handle, receiver } = this.#connected("recv");
    if (handle.isPacketed) throw new SocketError("EOPNOTSUPP", "recv");
    return receiver.receiveExactly(into, limit);
  }

  tryReceive(into: Uint8Array): number {
    return this.#connected("recv").receiver.tryReceive(into);
  }

  async sendTo(_: Uint8Array, to: Address): Promise<number> {
    throw new SocketError(this.#stream === undefined ? "ENOTCONN" : "EISCONN", "send", { at: to });
  }

  trySendTo(_: Uint8Array, to: Address): number {
    throw new SocketError(this.#stream === undefined ? "ENOTCONN" : "EISCONN", "send", { at: to });
  }

  async receiveFrom(into: Uint8Array, limit: Limit | undefined): Promise<Received> {
    const { handle, receiver } = this.#connected("recv");
    if (handle.isPacketed) return packetIn(await receiver.receiveChunk(limit), into, handle.remote);
    return { byteLength: await receiver.receive(into, limit), from: handle.remote, isTruncated: false };
  }

  tryReceiveFrom(into: Uint8Array): Received | undefined {
    const { handle, receiver } = this.#connected("recv");
    if (handle.isPacketed && receiver.hasUnread()) return packetIn(receiver.shiftChunk(), into, handle.remote);
    const byteLength = receiver.tryReceive(into);
    return byteLength < 0 ? undefined : { byteLength, from: handle.remote, isTruncated: false };
  }

  async sendMany(): Promise<number> {
    throw new SocketError("EOPNOTSUPP", "send");
  }

  async receiveMany(): Promise<Datagram[]> {
    throw new SocketError("EOPNOTSUPP", "recv");
  }

  async shutdown(how: SocketShutdown): Promise<void> {
    const { receiver, sender } = this.#connected("shutdown");
    if (how !== SocketShutdown.SEND) receiver.shutdown();
    if (how !== SocketShutdown.RECEIVE) await sender.shutdown();
  }

  async close(): Promise<void> {
    this.#closed ??= SocketState.CLOSING;
    this.#setup.connecting?.abort(new SocketError("EBADF", "connect"));
    this.#setup.lookUps.end();
    const closed = this.#listener?.close() ?? this.#stream?.close(this.options.isToReset);
    this.#readiness?.notifyAll();
    await this.#setup.starting?.catch(() => undefined);
    await (closed ?? this.#listener?.close());
    this.#closed = SocketState.CLOSED;
  }

  get isListening(): boolean {
    return this.#listener !== undefined;
  }

  takeFailure(): SocketError | undefined {
    this.#stream?.handle.checkError?.();
    return this.#stream?.takeFailure("getsockopt");
  }

  limitReceives(): void {
    const limit = this.options.receiveLimit;
    if (limit !== undefined) (this.#listener ?? this.#stream?.receiver)?.limitWaiting(limit);
  }

  bindUnasked(): void {}

  keepAlive(isEnabled: boolean): void {
    const keepAlive = (this.#listener ?? this.#stream)?.keepAlive;
    if (keepAlive === undefined) this.#setup.isKeepingAlive = isEnabled;
    else keepAlive.enable(isEnabled);
    // Whoever selects asks anew who keeps the process alive.
    this.#readiness?.notifyAll();
  }

  items(adopt: (accepted: Endpoint) => Connection): AsyncGenerator<Connection | Uint8Array, void> {
    return this.#setup.isListening ? this.#connections(adopt) : this.#chunks();
  }

  readiness(direction: Direction): ReadinessSource {
    this.#readiness ??= new Readiness(this);
    return this.#readiness.source(direction);
  }

  notify(direction: Direction): void {
    this.#readiness?.notify(direction);
  }

  isReady(direction: Direction): boolean {
    if (direction === "error") return this.#stream?.isExceptional ?? false;
    if (this.#closed !== undefined) return true;
    const { hasFailed } = this.#setup;
    if (direction === "write") return this.#stream?.sender.isWritable ?? hasFailed;
    return this.#listener?.isReadable ?? this.#stream?.receiver.isReadable() ?? hasFailed;
  }

  hold(): (() => void) | undefined {
    return (this.#listener ?? this.#stream)?.keepAlive.holding();
  }

  async *#connections(adopt: (accepted: Endpoint) => Connection): AsyncGenerator<Connection, void> {
    if (this.#closed !== undefined) throw new SocketError("EBADF", "recv");
    while (this.#closed === undefined) {
      try {
        yield adopt(this.#accepted(await this.#listening().accept(this.options.receiveLimit)));
      } catch (error) {
        if (this.#closed === undefined) throw error;
      }
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    if (this.#closed !== undefined) throw new SocketError("EBADF", "recv");
    const { receiver } = this.#connected("recv");
    for (;;) {
      const chunk = await receiver.receiveChunk(this.options.receiveLimit);
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  #queue(handle: ListenHandle): ConnectionQueue {
    this.#listener = new ConnectionQueue(handle, () => this.notify("read"));
    this.#listener.keepAlive.enable(this.#setup.isKeepingAlive);
    this.options.attachListener(handle);
    return this.#listener;
  }

  #open(stream: ByteStream): void {
    this.#stream = stream;
    stream.keepAlive.enable(this.#setup.isKeepingAlive);
    stream.watch(this);
    // Also whoever selects to receive: from now on there is something to ask for.
    this.#readiness?.notifyAll();
  }

  /** To connect failed, of which select(2) tells as of any other error. */
  #failed(): void {
    this.#setup.hasFailed = true;
    this.notify("read");
    this.notify("write");
  }

  #accepted(stream: ByteStream): Endpoint {
    return new StreamEndpoint(this.options.inherited(stream.handle), stream);
  }

  #checkOpen(syscall: "connect" | "listen", at: Address): void {
    if (this.#closed !== undefined) throw new SocketError("EBADF", syscall, { at });
  }

  #listening(): ConnectionQueue {
    if (this.#listener === undefined) throw new SocketError("EINVAL", "accept");
    return this.#listener;
  }

  #connected(syscall: "send" | "recv" | "shutdown"): ByteStream {
    if (this.#stream === undefined) throw new SocketError("ENOTCONN", syscall);
    return this.#stream;
  }
}

/** What there is room for of a packet; nothing at the end. */
function packetIn(packet: Uint8Array | undefined, into: Uint8Array, from: Address): Received {
  const byteLength = Math.min(packet?.byteLength ?? 0, into.byteLength);
  if (packet !== undefined) into.set(packet.subarray(0, byteLength));
  return { byteLength, from, isTruncated: byteLength < (packet?.byteLength ?? 0) };
}
