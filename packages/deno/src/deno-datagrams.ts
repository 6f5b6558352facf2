import {
  type Address,
  type BindRequest,
  CodedError,
  type DatagramHandle,
  type DatagramSink,
  type GroupOnInterface,
  numericAddress,
  type OptionSetting,
} from "@omnisock/core";
import { permitted } from "./permitted.ts";

/** A whole datagram, whatever its length. */
const DATAGRAM_BYTES = 65536;

/** What Deno gives, and its types leave out. */
type RefableConn = Deno.DatagramConn & { ref(): void; unref(): void };

type Membership = Deno.MulticastV4Membership | Deno.MulticastV6Membership;

/** A bound socket of `Deno.listenDatagram`: one receive and one send at a time, each a promise. */
export class DenoDatagrams implements DatagramHandle {
  readonly local: Address;
  draining = false;
  readonly #conn: RefableConn;
  #sink: DatagramSink | undefined;
  #isWanted = false;
  #isClosed = false;
  #receiving: Promise<void> | undefined;
  #sending: Promise<void> | undefined;

  /** The groups that it is in, each with what leaves it. */
  readonly #memberships = new Map<string, Promise<Membership>>();

  static async bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    const conn = await permitted(() =>
      Deno.listenDatagram({
        transport: "udp",
        hostname: at.host,
        port: at.port,
        reuseAddress: options.SO_REUSEADDR,
        loopback: true,
      }),
    );
    const handle = new DenoDatagrams(conn as RefableConn);
    handle.#sink = bound(handle);
  }

  private constructor(conn: RefableConn) {
    this.#conn = conn;
    this.local = addressOf(conn.addr);
    conn.unref();
  }

  send(bytes: Uint8Array, to: Address, lent: boolean): boolean {
    // In flight together, they would arrive in any order.
    if (this.draining || this.#isClosed) return false;
    this.draining = true;
    this.#sending = this.#send(lent ? bytes : bytes.slice(), to);
    return true;
  }

  /** Deno has no connected datagram sockets: core's filter makes one. */
  async connect(): Promise<void> {}

  setOption(...[name, value]: OptionSetting): void {
    if (name === "IP_ADD_MEMBERSHIP") {
      this.#join(
        value,
        this.#conn.joinMulticastV4.bind(this.#conn, value.group, value.interface?.address ?? "0.0.0.0"),
      );
    } else if (name === "IPV6_JOIN_GROUP") {
      this.#join(value, this.#conn.joinMulticastV6.bind(this.#conn, value.group, value.interface?.index ?? 0));
    } else if (name === "IP_DROP_MEMBERSHIP" || name === "IPV6_LEAVE_GROUP") {
      this.#leave(value);
    }
  }

  resume(): void {
    this.#isWanted = true;
    this.#receiving ??= this.#receive();
  }

  pause(): void {
    this.#isWanted = false;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
    void Promise.all([this.#receiving, this.#sending]).then(() => this.#sink?.closed());
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }

  /** Deno joins at once, but says only later whether it could: what is wrong with the group itself is said here. */
  #join(group: GroupOnInterface, join: () => Promise<Membership>): void {
    const key = keyOf(group);
    if (this.#memberships.has(key)) throw new CodedError("EADDRINUSE");
    const membership = join();
    this.#memberships.set(key, membership);
    membership.catch((cause: unknown) => {
      this.#memberships.delete(key);
      this.#sink?.failed(cause);
    });
  }

  #leave(group: GroupOnInterface): void {
    const key = keyOf(group);
    const membership = this.#memberships.get(key);
    if (membership === undefined) throw new CodedError("EADDRNOTAVAIL");
    this.#memberships.delete(key);
    membership.then(({ leave }) => leave()).catch(() => {});
  }

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(DATAGRAM_BYTES);
    while (this.#isWanted && !this.#isClosed) {
      try {
        const [bytes, from] = await this.#conn.receive(buffer);
        this.#sink?.datagram(bytes, false, addressOf(from), false);
      } catch (cause) {
        if (!this.#isClosed) this.#sink?.failed(cause);
      }
    }
    this.#receiving = undefined;
  }

  async #send(bytes: Uint8Array, to: Address): Promise<void> {
    let failure: unknown;
    try {
      await this.#conn.send(bytes, { transport: "udp", hostname: to.host, port: to.port });
    } catch (cause) {
      failure = cause;
    }
    this.draining = false;
    this.#sink?.writable(failure);
  }
}

function addressOf(address: Deno.Addr): Address {
  const { hostname, port } = address as Deno.NetAddr;
  return numericAddress(hostname, port);
}

function keyOf({ group, interface: on }: GroupOnInterface): string {
  return `${group} ${on?.name ?? ""}`;
}
