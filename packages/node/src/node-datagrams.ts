import { createSocket, type Socket } from "node:dgram";
import {
  type Address,
  AddressFamily,
  type BindRequest,
  type DatagramHandle,
  type DatagramSink,
  type InterfaceId,
  numericAddress,
  type OptionName,
  type OptionSetting,
} from "@omnisock/core";

/** A bound socket of `node:dgram`. Node receives whether asked or not: core keeps what it can, and counts what it drops. */
export class NodeDatagrams implements DatagramHandle {
  readonly local: Address;
  draining = false;
  readonly #socket: Socket;
  #sink: DatagramSink | undefined;
  #isConnected = false;

  static bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = createSocket({
        type: at.family === AddressFamily.INET ? "udp4" : "udp6",
        reuseAddr: options.SO_REUSEADDR,
        reusePort: options.SO_REUSEPORT,
        ipv6Only: options.IPV6_V6ONLY,
      });
      socket.once("error", (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: at.host, port: at.port, exclusive: true }, () => {
        socket.removeAllListeners("error");
        new NodeDatagrams(socket).#open(bound);
        resolve();
      });
    });
  }

  private constructor(socket: Socket) {
    const { address, port } = socket.address();
    this.local = numericAddress(address, port);
    this.#socket = socket;
    socket.unref();
  }

  #open(bound: (handle: DatagramHandle) => DatagramSink): void {
    const sink = bound(this);
    this.#sink = sink;
    this.#socket.on("message", (bytes, from) =>
      sink.datagram(bytes, true, numericAddress(from.address, from.port), false),
    );
    this.#socket.on("error", (error) => sink.failed(error));
    this.#socket.on("close", () => sink.closed());
  }

  send(bytes: Uint8Array, to: Address, lent: boolean): boolean {
    if (this.draining) return false;
    const taken = lent ? bytes : bytes.slice();
    this.draining = true;
    if (this.#isConnected) this.#socket.send(taken, this.#sent);
    else this.#socket.send(taken, to.port, to.host, this.#sent);
    return true;
  }

  setOption(...[name, value]: OptionSetting): void {
    const socket = this.#socket;
    if (name === "SO_BROADCAST") socket.setBroadcast(value);
    else if (name === "SO_RCVBUF") socket.setRecvBufferSize(value);
    else if (name === "SO_SNDBUF") socket.setSendBufferSize(value);
    else if (name === "IP_TTL" || name === "IPV6_UNICAST_HOPS") socket.setTTL(value);
    else if (name === "IP_MULTICAST_TTL" || name === "IPV6_MULTICAST_HOPS") socket.setMulticastTTL(value);
    else if (name === "IP_MULTICAST_LOOP" || name === "IPV6_MULTICAST_LOOP") socket.setMulticastLoopback(value);
    else if (name === "IP_MULTICAST_IF") socket.setMulticastInterface(value?.address ?? "0.0.0.0");
    else if (name === "IPV6_MULTICAST_IF") socket.setMulticastInterface(zoneOf(value) ?? "::");
    else if (name === "IP_ADD_MEMBERSHIP") socket.addMembership(value.group, value.interface?.address);
    else if (name === "IP_DROP_MEMBERSHIP") socket.dropMembership(value.group, value.interface?.address);
    else if (name === "IPV6_JOIN_GROUP") socket.addMembership(value.group, zoneOf(value.interface));
    else if (name === "IPV6_LEAVE_GROUP") socket.dropMembership(value.group, zoneOf(value.interface));
  }

  getOption(name: OptionName): number | undefined {
    return name === "SO_RCVBUF" ? this.#socket.getRecvBufferSize() : this.#socket.getSendBufferSize();
  }

  readonly #sent = (error: Error | null): void => {
    this.draining = false;
    this.#sink?.writable(error ?? undefined);
  };

  connect(to: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isConnected) this.#socket.disconnect();
      this.#socket.once("error", reject);
      this.#socket.connect(to.port, to.host, () => {
        this.#socket.off("error", reject);
        this.#isConnected = true;
        resolve();
      });
    });
  }

  resume(): void {}
  pause(): void {}

  close(): void {
    this.#socket.close();
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }
}

/** Node wants an IPv6 interface as the zone of an address. */
function zoneOf(on: InterfaceId | undefined): string | undefined {
  return on && `::%${on.name}`;
}
