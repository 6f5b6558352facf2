/** Sockets within one process, without a kernel: for tests of programs that use sockets, and of core itself. */
import type {
  Adapter,
  ConnectRequest,
  ListenHandle,
  ListenRequest,
  ListenSink,
  StreamHandle,
  StreamSink,
} from "./adapter.ts";
import { type Address, Internet6Address, InternetAddress, numericAddress } from "./address.ts";
import { socketClass } from "./berkeley-socket.ts";
import { AddressFamily } from "./constants.ts";
import { CodedError } from "./errors.ts";
import type { SocketConstructor } from "./socket.ts";

/** What each direction of a connection holds before its writer is held back, in bytes. */
const BUFFER_BYTES = 65536;
const FIRST_EPHEMERAL_PORT = 49152;

/**
 * A network of its own in memory: the sockets of one `memoryAdapter()` reach each other and nobody else.
 *
 * Addresses mean what they mean elsewhere: a port that is taken gives `EADDRINUSE`, one where nobody listens `ECONNREFUSED`.
 */
export function memoryAdapter(): Adapter {
  const network = new Network();
  return {
    name: "memory",
    supports: new Set(["reset", "connect-from", "backlog"]),
    connect: async (request, connected) => network.connect(request, connected),
    listen: async (request, listening) => network.listen(request, listening),
    resolve: async () => {
      throw new CodedError("ENOTFOUND");
    },
  };
}

/** A `Socket` class on a `memoryAdapter()` of its own. */
export function memorySockets(): SocketConstructor {
  return socketClass(memoryAdapter());
}

class Network {
  readonly #listeners = new Map<string, MemoryListener>();
  #nextPort = FIRST_EPHEMERAL_PORT;

  connect({ to, from, signal }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): void {
    signal.throwIfAborted();
    const any = to.family === AddressFamily.INET ? InternetAddress.ADDR_ANY : Internet6Address.ADDR_ANY;
    const listener = this.#listeners.get(`${to}`) ?? this.#listeners.get(`${numericAddress(any, to.port)}`);
    if (listener === undefined || listener.isFull) throw new CodedError("ECONNREFUSED");
    const local = from === undefined || from.port === 0 ? this.#ephemeral(from?.host ?? to.host) : from;
    const client = new MemoryStream(local, to);
    const server = new MemoryStream(to, local);
    client.peer = server;
    server.peer = client;
    client.open(connected(client));
    listener.arrive(server);
  }

  listen({ at, backlog }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): void {
    const local = at.port === 0 ? this.#ephemeral(at.host) : at;
    const key = `${local}`;
    if (this.#listeners.has(key)) throw new CodedError("EADDRINUSE");
    const listener = new MemoryListener(local, backlog, () => this.#listeners.delete(key));
    this.#listeners.set(key, listener);
    listener.open(listening(listener));
  }

  #ephemeral(host: string): Address {
    return numericAddress(host, this.#nextPort++);
  }
}

class MemoryListener implements ListenHandle {
  readonly local: Address;
  readonly #backlog: number;
  readonly #onClose: () => void;
  readonly #arrived: MemoryStream[] = [];
  #sink: ListenSink | undefined;
  #isPaused = true;

  constructor(local: Address, backlog: number, onClose: () => void) {
    this.local = local;
    this.#backlog = backlog;
    this.#onClose = onClose;
  }

  get isFull(): boolean {
    return this.#arrived.length >= this.#backlog;
  }

  open(sink: ListenSink): void {
    this.#sink = sink;
  }

  arrive(stream: MemoryStream): void {
    this.#arrived.push(stream);
    queueMicrotask(() => this.#deliver());
  }

  resume(): void {
    this.#isPaused = false;
    queueMicrotask(() => this.#deliver());
  }

  pause(): void {
    this.#isPaused = true;
  }

  async close(): Promise<void> {
    this.#onClose();
    for (const stream of this.#arrived.splice(0)) stream.reset();
  }

  ref(): void {}
  unref(): void {}

  #deliver(): void {
    while (!this.#isPaused) {
      const stream = this.#arrived.shift();
      if (stream === undefined || this.#sink === undefined) return;
      stream.open(this.#sink.connection(stream));
    }
  }
}

/** One end of a connection: what the other end wrote and this one has not taken yet, as a kernel would hold it. */
class MemoryStream implements StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  readonly draining = false;
  peer: MemoryStream | undefined;
  #sink: StreamSink | undefined;
  #arrived: Uint8Array[] = [];
  #arrivedBytes = 0;
  #isPaused = true;
  #isClosed = false;
  #peerHasEnded = false;
  #hasEnded = false;
  #isBlocked = false;
  #failure: CodedError | undefined;

  constructor(local: Address, remote: Address) {
    this.local = local;
    this.remote = remote;
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): number {
    const peer = this.peer;
    if (peer === undefined || peer.#isClosed) {
      this.#failure ??= new CodedError("EPIPE");
      this.#wake();
      return 0;
    }
    const taken = Math.min(bytes.byteLength, BUFFER_BYTES - peer.#arrivedBytes);
    this.#isBlocked = taken < bytes.byteLength;
    if (taken > 0) {
      peer.#arrived.push(bytes.slice(0, taken));
      peer.#arrivedBytes += taken;
      peer.#wake();
    }
    return taken;
  }

  shutdown(): void {
    if (this.peer === undefined) return;
    this.peer.#peerHasEnded = true;
    this.peer.#wake();
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }

  pause(): void {
    this.#isPaused = true;
  }

  close(): void {
    if (this.#arrivedBytes > 0) this.reset();
    else this.#close(undefined);
  }

  reset(): void {
    this.#close(new CodedError("ECONNRESET"));
  }

  ref(): void {}
  unref(): void {}

  #close(failureOfPeer: CodedError | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#arrived = [];
    const { peer } = this;
    if (peer !== undefined && !peer.#isClosed) {
      peer.#peerHasEnded = true;
      peer.#failure ??= failureOfPeer;
      peer.#wake();
    }
    queueMicrotask(() => this.#sink?.closed());
  }

  #wake(): void {
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    const sink = this.#sink;
    if (this.#isClosed || sink === undefined) return;
    while (!this.#isPaused && !this.#isClosed) {
      const bytes = this.#arrived.shift();
      if (bytes === undefined) break;
      this.#arrivedBytes -= bytes.byteLength;
      sink.data(bytes, true);
      this.peer?.makeRoom();
    }
    if (this.#failure !== undefined && (!this.#isPaused || this.#isBlocked || this.#failure.code === "EPIPE")) {
      this.#isClosed = true;
      sink.closed(this.#failure);
    } else if (this.#peerHasEnded && !this.#hasEnded && !this.#isPaused && this.#arrivedBytes === 0) {
      this.#hasEnded = true;
      sink.end();
    }
  }

  /** The other end has taken bytes. */
  makeRoom(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    queueMicrotask(() => {
      if (!this.#isClosed) this.#sink?.writable();
    });
  }
}
