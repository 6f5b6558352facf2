import {
  type Address,
  type BindRequest,
  busyPoll,
  CodedError,
  type DatagramHandle,
  type DatagramSink,
  type EarlyOptions,
  type InterfaceId,
  KeptSettings,
  numericAddress,
  type OptionSetting,
} from "@omnisock/core";
import { descriptorOf } from "./bun-stream.ts";

/** The flags of uSockets, which Bun passes on: its types leave `flags` out. */
const REUSE_PORT = 4;
const IPV6_ONLY = 8;
const REUSE_ADDRESS = 16;

interface Options {
  readonly hostname: string;
  readonly port: number;
  readonly binaryType: "uint8array";
  readonly flags: number;
  readonly socket: {
    data(socket: unknown, bytes: Uint8Array, port: number, address: string, flags: { truncated?: boolean }): void;
    drain(socket: unknown): void;
    error(...given: unknown[]): void;
  };
}

/**
 * A bound socket of `Bun.udpSocket`. Bun receives whether asked or not: core keeps what it can, and counts what it drops.
 *
 * Bun connects a socket only as it makes it: `connect()` makes a new one on the same port. What comes between the two is lost.
 */
export class BunDatagrams implements DatagramHandle {
  local: Address;
  readonly draining = false;
  #socket: Bun.udp.Socket<"uint8array"> | undefined;
  #connected: Bun.udp.ConnectedSocket<"uint8array"> | undefined;
  #sink: DatagramSink | undefined;
  #isHeld = false;
  #isClosed = false;
  readonly #flags: number;
  /** What was set, for the socket that `connect()` makes. */
  readonly #settings = new KeptSettings();

  static async bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    const handle = new BunDatagrams(at, options);
    handle.#socket = await Bun.udpSocket(handle.#options());
    handle.#socket.unref();
    handle.local = numericAddress(at.host, handle.#socket.port);
    handle.#sink = bound(handle);
  }

  private constructor(at: Address, options: EarlyOptions) {
    this.local = at;
    this.#flags =
      (options.SO_REUSEPORT ? REUSE_PORT : 0) |
      (options.IPV6_V6ONLY ? IPV6_ONLY : 0) |
      (options.SO_REUSEADDR ? REUSE_ADDRESS : 0);
  }

  setOption(...setting: OptionSetting): void {
    if (this.#current !== undefined) set(this.#current, ...setting);
    this.#settings.add(setting);
  }

  send(bytes: Uint8Array, to: Address): boolean {
    // The kernel's word for it: Bun has one of its own.
    if (to.port === 0) throw new CodedError("EINVAL");
    try {
      return this.#send(bytes, to);
    } catch (cause) {
      // Bun lets a call report what an ICMP message said of an earlier datagram (oven-sh/bun#36249). The error is gone then;
      // one that is this datagram's own comes again.
      const isSent = this.#send(bytes, to);
      this.#sink?.failed(cause);
      return isSent;
    }
  }

  sendMany(datagrams: readonly { readonly bytes: Uint8Array; readonly to: Address }[]): number {
    try {
      if (this.#connected !== undefined) return this.#connected.sendMany(datagrams.map(({ bytes }) => bytes));
      return this.#socket?.sendMany(datagrams.flatMap(({ bytes, to }) => [bytes, to.port, to.host])) ?? 0;
    } catch {
      // One of them is refused: sent one by one, it says which.
      return 0;
    }
  }

  #send(bytes: Uint8Array, to: Address): boolean {
    if (this.#connected !== undefined) return this.#connected.send(bytes);
    return this.#socket?.send(bytes, to.port, to.host) ?? false;
  }

  async connect(to: Address): Promise<void> {
    await everythingRead();
    if (this.#isClosed) throw new CodedError("EBADF");
    this.#current?.close();
    this.#socket = undefined;
    this.#connected = undefined;
    try {
      // Bun refuses port 0, which the kernel takes: core's filter alone connects the socket.
      if (to.port === 0) this.#socket = await Bun.udpSocket(this.#options());
      else this.#connected = await Bun.udpSocket({ ...this.#options(), connect: { hostname: to.host, port: to.port } });
    } catch (cause) {
      // As it was before, but on the same port.
      this.#socket = await Bun.udpSocket(this.#options()).catch((gone: unknown) => {
        this.#sink?.closed(gone);
        throw gone;
      });
      // The kernel asks for SO_BROADCAST before Bun lets it be set: then core's filter alone connects the socket.
      if (!this.#settings.mayBroadcast || (cause as { code?: unknown }).code !== "EACCES") throw cause;
    } finally {
      this.#restore();
    }
    if (this.#isClosed) throw new CodedError("EBADF");
  }

  /** Brings a socket that `connect()` made to where the one before was. */
  #restore(): void {
    const socket = this.#current;
    if (socket === undefined) return;
    if (this.#isClosed) {
      socket.close();
      return;
    }
    if (!this.#isHeld) socket.unref();
    for (const setting of this.#settings) set(socket, ...setting);
    // Nothing could be sent meanwhile.
    this.#sink?.writable();
  }

  resume(): void {}
  pause(): void {}

  get fd(): number {
    return descriptorOf(this.#current as object);
  }

  close(): void {
    this.#isClosed = true;
    this.#current?.close();
    queueMicrotask(() => this.#sink?.closed());
  }

  ref(): void {
    this.#isHeld = true;
    this.#current?.ref();
  }

  unref(): void {
    this.#isHeld = false;
    this.#current?.unref();
  }

  get #current(): Bun.udp.BaseUDPSocket | undefined {
    return this.#connected ?? this.#socket;
  }

  #options(): Options {
    return {
      hostname: this.local.host,
      port: this.local.port,
      binaryType: "uint8array",
      flags: this.#flags,
      socket: {
        data: (_, bytes, port, address, flags) => {
          busyPoll();
          this.#sink?.datagram(bytes, true, numericAddress(address, port), flags.truncated ?? false);
        },
        drain: () => this.#sink?.writable(),
        // Bun may give this handler the error alone.
        error: (...given: unknown[]) => this.#sink?.failed(given.at(-1)),
      },
    };
  }
}

/** What the kernel still holds of a socket would go with it: Bun reads it between two turns. */
async function everythingRead(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

function set(socket: Bun.udp.BaseUDPSocket, ...[name, value]: OptionSetting): void {
  if (name === "SO_BROADCAST") socket.setBroadcast(value);
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

/** Bun wants an IPv6 interface as the zone of an address. */
function zoneOf(on: InterfaceId | undefined): string | undefined {
  return on && `::%${on.name}`;
}
