import type {
  BindRequest,
  ConnectRequest,
  DatagramHandle,
  DatagramSink,
  ListenHandle,
  ListenRequest,
  ListenSink,
  StreamHandle,
  StreamSink,
} from "../adapter.ts";
import { type Address, Internet6Address, InternetAddress, numericAddress, UnixAddress } from "../address.ts";
import { AddressFamily } from "../constants.ts";
import { CodedError } from "../errors.ts";
import { MemoryDatagrams } from "./memory-datagrams.ts";
import { MemoryListener } from "./memory-listener.ts";
import { MemoryStream } from "./memory-stream.ts";

/** The longest Unix datagram: what Linux allows by default. */
const MOST_DATAGRAM_BYTES = 212960;
const FIRST_EPHEMERAL_PORT = 49152;

/** Where no kernel sends to (RFC 1112 section 4), as far as anybody asks. */
const RESERVED = "240.";

/** Who listens where, and who is bound where. */
export class Network {
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
    if (to.port === 0 || to.host.startsWith(RESERVED)) throw new CodedError("EINVAL");
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
