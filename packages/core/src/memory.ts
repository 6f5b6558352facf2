/** Sockets within one process, without a kernel: for tests of programs that use sockets, and of core itself. */
import type {
  Adapter,
  BindRequest,
  ConnectRequest,
  DatagramHandle,
  DatagramSink,
  ListenHandle,
  ListenRequest,
  ListenSink,
  StreamHandle,
  StreamSink,
} from "./adapter.ts";
import { type Address, familyOf, Internet6Address, InternetAddress, numericAddress, UnixAddress } from "./address.ts";
import { AddressFamily } from "./constants.ts";
import { CodedError } from "./errors.ts";
import type { SocketConstructor } from "./socket.ts";
import { socketClass } from "./socket-class.ts";

/** What each direction of a connection holds before its writer is held back, in bytes. */
const BUFFER_BYTES = 65536;
/** The longest Unix datagram: what Linux allows by default. */
const MOST_DATAGRAM_BYTES = 212960;
const FIRST_EPHEMERAL_PORT = 49152;

/**
 * A network of its own in memory: the sockets of one `memoryAdapter()` reach each other and nobody else.
 *
 * Addresses mean what they mean elsewhere: a port that is taken gives `EADDRINUSE`, one where nobody listens `ECONNREFUSED`.
 *
 * @param hosts The names that can be looked up, each with its addresses. Default: none.
 */
export function memoryAdapter(hosts: Readonly<Record<string, readonly string[]>> = {}): Adapter {
  const network = new Network();
  return {
    name: "memory",
    supports: new Set([
      "reset",
      "connect-from",
      "backlog",
      "backlog-fills",
      "datagrams",
      "unix",
      "unix-abstract",
      "unix-connect-from",
      "unix-datagrams",
    ]),
    connect: async (request, connected) => network.connect(request, connected),
    listen: async (request, listening) => network.listen(request, listening),
    bind: async (request, bound) => network.bind(request, bound),
    resolve: async (host, family) => (hosts[host] ?? []).filter((address) => familyOf(address) === family),
    reverse: async (address) => {
      const found = Object.keys(hosts).find((host) => hosts[host]?.includes(address));
      if (found === undefined) throw new CodedError("ENOTFOUND");
      return found;
    },
    aliases: async () => [],
    options: {
      // Nothing here waits to be sent together, and no address is in TIME_WAIT.
      stream: { SO_LINGER: "reset", TCP_NODELAY: { always: true } },
      listener: { SO_REUSEADDR: { always: true } },
      datagram: {},
    },
    interfaces: () => [
      { name: "lo", family: AddressFamily.INET, address: InternetAddress.ADDR_LOOPBACK, scopeId: 0 },
      { name: "lo", family: AddressFamily.INET6, address: Internet6Address.ADDR_LOOPBACK, scopeId: 0 },
    ],
  };
}

/** A `Socket` class on a `memoryAdapter()` of its own. */
export function memorySockets(): SocketConstructor {
  return socketClass(memoryAdapter());
}

class Network {
  readonly #listeners = new Map<string, MemoryListener>();
  readonly #datagrams = new Map<string, MemoryDatagrams>();
  #nextPort = FIRST_EPHEMERAL_PORT;
  #nextName = 0;

  connect({ to, from, signal }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): void {
    signal.throwIfAborted();
    const listener = this.#listenerAt(to);
    if (listener === undefined && to instanceof UnixAddress && !to.isAbstract) throw new CodedError("ENOENT");
    if (listener === undefined || listener.isFull) throw new CodedError("ECONNREFUSED");
    const local = this.#localOf(from, to);
    if (this.#listeners.has(`${local}`)) throw new CodedError("EADDRINUSE");
    const client = new MemoryStream(local, to);
    const server = new MemoryStream(listener.inItsFamily(to), listener.inItsFamily(local));
    client.peer = server;
    server.peer = client;
    client.open(connected(client));
    listener.arrive(server);
  }

  listen({ at, backlog }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): void {
    if (!isLocal(at)) throw new CodedError("EADDRNOTAVAIL");
    const local = this.#localOf(at, at);
    const key = `${local}`;
    if (this.#listeners.has(key)) throw new CodedError("EADDRINUSE");
    const listener = new MemoryListener(local, backlog, () => this.#listeners.delete(key));
    this.#listeners.set(key, listener);
    listener.open(listening(listener));
  }

  bind({ at }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): void {
    const local = at instanceof UnixAddress ? this.#named(at) : at.port === 0 ? this.#ephemeral(at.host) : at;
    const key = `${local}`;
    if (this.#datagrams.has(key)) throw new CodedError("EADDRINUSE");
    const socket = new MemoryDatagrams(this, local, () => this.#datagrams.delete(key));
    this.#datagrams.set(key, socket);
    socket.open(bound(socket));
  }

  /** Brings a datagram to whoever is bound there; UDP says nothing when nobody is, a Unix socket does. */
  deliver(bytes: Uint8Array, from: Address, to: Address): void {
    if (to instanceof UnixAddress) {
      const receiver = this.#datagrams.get(`${to}`);
      if (bytes.byteLength > MOST_DATAGRAM_BYTES) throw new CodedError("EMSGSIZE");
      if (receiver === undefined) throw new CodedError(to.isAbstract ? "ECONNREFUSED" : "ENOENT");
      receiver.arrive(bytes, from);
      return;
    }
    const any = to.family === AddressFamily.INET6 ? Internet6Address.ADDR_ANY : InternetAddress.ADDR_ANY;
    const receiver = this.#datagrams.get(`${to}`) ?? this.#datagrams.get(`${numericAddress(any, to.port)}`);
    receiver?.arrive(bytes, from.host === any ? numericAddress(to.host, from.port) : from);
  }

  /** An abstract name for who has none (unix(7), "Autobind feature"). */
  #named(at: UnixAddress): UnixAddress {
    if (!at.isUnnamed) return at;
    return UnixAddress.abstract((this.#nextName++).toString(16).padStart(5, "0"));
  }

  /** The address of a socket that is to have `wanted`, and to reach `peer`. */
  #localOf(wanted: Address | undefined, peer: Address): Address {
    if (peer instanceof UnixAddress) return wanted ?? UnixAddress.UNNAMED;
    return wanted === undefined || wanted.port === 0 ? this.#ephemeral((wanted ?? peer).host) : wanted;
  }

  /** Who listens there: at the address itself, on every interface, or on every one of IPv6, which takes IPv4 too. */
  #listenerAt(to: Address): MemoryListener | undefined {
    const found = this.#listeners.get(`${to}`);
    if (found !== undefined || to instanceof UnixAddress) return found;
    const any = to.family === AddressFamily.INET ? InternetAddress.ADDR_ANY : Internet6Address.ADDR_ANY;
    const listenerOn = (host: string): MemoryListener | undefined =>
      this.#listeners.get(`${numericAddress(host, to.port)}`);
    return listenerOn(any) ?? listenerOn(Internet6Address.ADDR_ANY);
  }

  #ephemeral(host: string): Address {
    if (this.#nextPort > 65535) this.#nextPort = FIRST_EPHEMERAL_PORT;
    const address = numericAddress(host, this.#nextPort++);
    return this.#listeners.has(`${address}`) ? this.#ephemeral(host) : address;
  }
}

/** Whether this network has the address: of the numeric ones, it has loopback alone. */
function isLocal(address: Address): boolean {
  const { ADDR_ANY, ADDR_LOOPBACK } = Internet6Address;
  const hosts: string[] = [InternetAddress.ADDR_ANY, ADDR_ANY, ADDR_LOOPBACK];
  return address instanceof UnixAddress || address.host.startsWith("127.") || hosts.includes(address.host);
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

  /** As Linux has it: one more than the backlog fits. */
  get isFull(): boolean {
    return this.#arrived.length > this.#backlog;
  }

  open(sink: ListenSink): void {
    this.#sink = sink;
  }

  /** The address as this listener's connections have it: IPv4 ones are mapped into IPv6 (RFC 4291 section 2.5.5.2). */
  inItsFamily(address: Address): Address {
    if (address.family === this.local.family) return address;
    return new Internet6Address(`::ffff:${address.host}`, address.port);
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

class MemoryDatagrams implements DatagramHandle {
  readonly local: Address;
  readonly draining = false;
  readonly #network: Network;
  readonly #onClose: () => void;
  #sink: DatagramSink | undefined;

  constructor(network: Network, local: Address, onClose: () => void) {
    this.#network = network;
    this.local = local;
    this.#onClose = onClose;
  }

  open(sink: DatagramSink): void {
    this.#sink = sink;
  }

  send(bytes: Uint8Array, to: Address): boolean {
    this.#network.deliver(bytes.slice(), this.local, to);
    return true;
  }

  arrive(bytes: Uint8Array, from: Address): void {
    queueMicrotask(() => this.#sink?.datagram(bytes, true, from, false));
  }

  async connect(): Promise<void> {}
  resume(): void {}
  pause(): void {}

  close(): void {
    this.#onClose();
    queueMicrotask(() => this.#sink?.closed());
  }

  setOption(): void {}
  ref(): void {}
  unref(): void {}
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
      this.#isBlocked = true;
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

  setOption(): void {}
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
