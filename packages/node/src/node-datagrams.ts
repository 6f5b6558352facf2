import { createSocket, type Socket } from "node:dgram";
import {
  type Address,
  AddressFamily,
  type BindRequest,
  busyPoll,
  CodedError,
  type DatagramHandle,
  type DatagramSink,
  type EarlyOptions,
  type InterfaceId,
  KeptSettings,
  numericAddress,
  type OptionName,
  type OptionSetting,
} from "@omnisock/core";
import { checkPermitted } from "./permitted.ts";
import { Udp } from "./udp.ts";

/** A bound socket of `node:dgram`. Node receives whether asked or not: core keeps what it can, and counts what it drops. */
export class NodeDatagrams implements DatagramHandle {
  readonly local: Address;
  draining = false;
  readonly #options: EarlyOptions;
  readonly #settings = new KeptSettings();
  #socket: Socket;
  /** None in a compatibility layer that has no such handle. */
  #udp: Udp | undefined;
  #sink: DatagramSink | undefined;
  #isConnected = false;
  #isHeld = false;
  #isRemaking = false;
  #isClosed = false;

  static async bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    checkPermitted();
    const handle = new NodeDatagrams(await open(at, options), options);
    handle.#sink = bound(handle);
    handle.#listen();
  }

  private constructor(socket: Socket, options: EarlyOptions) {
    const { address, port } = socket.address();
    this.local = numericAddress(address, port);
    this.#socket = socket;
    this.#options = options;
    socket.unref();
  }

  #listen(): void {
    const socket = this.#socket;
    this.#udp = Udp.of(socket, this.#sent);
    socket.on("message", (bytes, from) => {
      busyPoll();
      this.#sink?.datagram(bytes, true, numericAddress(from.address, from.port), false);
    });
    socket.on("error", (error) => this.#sink?.failed(error));
    socket.on("close", () => {
      if (socket === this.#socket) this.#sink?.closed();
    });
  }

  send(bytes: Uint8Array, to: Address, lent: boolean): boolean {
    if (this.draining || this.#isRemaking) return false;
    // The `slice()` of a Buffer would be a view.
    const taken = lent ? bytes : new Uint8Array(bytes);
    if (this.#udp !== undefined) {
      this.draining = !this.#sendNow(this.#udp, taken, to);
      return true;
    }
    // The kernel's word for it: `node:dgram` has one of its own.
    if (to.port === 0) throw new CodedError("EINVAL");
    if (this.#isConnected) this.#socket.send(taken, this.#sent);
    else this.#socket.send(taken, to.port, to.host, this.#sent);
    // Only now: what throws is not followed by `#sent`, which comes a tick later.
    this.draining = true;
    return true;
  }

  setOption(...setting: OptionSetting): void {
    set(this.#socket, ...setting);
    this.#settings.add(setting);
  }

  getOption(name: OptionName): number | undefined {
    return name === "SO_RCVBUF" ? this.#socket.getRecvBufferSize() : this.#socket.getSendBufferSize();
  }

  #sendNow(udp: Udp, bytes: Uint8Array, to: Address): boolean {
    const peer = this.#isConnected ? undefined : to;
    try {
      return udp.send(bytes, peer);
    } catch (cause) {
      // Perhaps an error that an earlier datagram has brought back: then this one is sent now.
      const isSent = udp.send(bytes, peer);
      this.#sink?.failed(cause);
      return isSent;
    }
  }

  readonly #sent = (error: Error | null | undefined): void => {
    this.draining = false;
    this.#sink?.writable(error ?? undefined);
  };

  async connect(to: Address): Promise<void> {
    if (this.#isConnected) await this.#remake();
    if (this.#isClosed) throw new CodedError("EBADF");
    // Node refuses port 0, which the kernel takes: core's filter alone connects the socket.
    if (to.port === 0) return;
    const socket = this.#socket;
    await new Promise<void>((resolve, reject) => {
      // Node's types leave the error out; and a socket that is closed meanwhile never calls.
      const connected = (error?: Error): void => (error ? reject(error) : resolve());
      socket.once("close", () => reject(new CodedError("EBADF")));
      socket.connect(to.port, to.host, connected);
    });
    this.#isConnected = true;
  }

  /** A new socket in the place of the connected one, which would lose its port when disconnected, unless it was bound to one by number. */
  async #remake(): Promise<void> {
    if (this.#isClosed) throw new CodedError("EBADF");
    const before = this.#socket;
    this.#isRemaking = true;
    await new Promise<void>((resolve) => before.removeAllListeners().close(resolve));
    this.#isConnected = false;
    try {
      this.#socket = await open(this.local, this.#options);
    } catch (cause) {
      this.#isClosed = true;
      this.#sink?.closed(cause);
      throw cause;
    } finally {
      this.#isRemaking = false;
    }
    this.#listen();
    if (this.#isClosed) {
      this.#socket.close();
      throw new CodedError("EBADF");
    }
    if (!this.#isHeld) this.#socket.unref();
    for (const setting of this.#settings) set(this.#socket, ...setting);
    // Nothing could be sent meanwhile.
    this.#sink?.writable();
  }

  resume(): void {}
  pause(): void {}

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isRemaking) this.#socket.close();
  }

  ref(): void {
    this.#isHeld = true;
    this.#socket.ref();
  }

  unref(): void {
    this.#isHeld = false;
    this.#socket.unref();
  }
}

function open(at: Address, options: EarlyOptions): Promise<Socket> {
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
      resolve(socket);
    });
  });
}

function set(socket: Socket, ...[name, value]: OptionSetting): void {
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

/** Node wants an IPv6 interface as the zone of an address. */
function zoneOf(on: InterfaceId | undefined): string | undefined {
  return on && `::%${on.name}`;
}
