import {
  type Address,
  type BindRequest,
  type DatagramHandle,
  type DatagramSink,
  numericAddress,
  type OptionSetting,
  scopedAs,
} from "@omnisock/core";
import { Multicast } from "./multicast.ts";
import { permitted } from "./permitted.ts";

/** A whole datagram, whatever its length. */
const DATAGRAM_BYTES = 65536;

/** What Deno gives, and its types leave out. */
type RefableConn = Deno.DatagramConn & { ref(): void; unref(): void };

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
  readonly #multicast: Multicast;

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
    const handle = new DenoDatagrams(conn as RefableConn, at);
    handle.#sink = bound(handle);
  }

  private constructor(conn: RefableConn, at: Address) {
    this.#conn = conn;
    this.#multicast = new Multicast(conn, (option, cause) => this.#sink?.refused(option, cause));
    this.local = addressOf(conn.addr, at);
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

  setOption(...setting: OptionSetting): void {
    this.#multicast.setOption(setting);
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

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(DATAGRAM_BYTES);
    while (this.#isWanted && !this.#isClosed) {
      try {
        const [bytes, from] = await this.#conn.receive(buffer);
        this.#sink?.datagram(bytes, false, addressOf(from, this.local), false);
      } catch (cause) {
        if (!this.#isClosed) this.#sink?.failed(cause);
      }
    }
    this.#receiving = undefined;
  }

  async #send(bytes: Uint8Array, to: Address): Promise<void> {
    let failure: unknown;
    try {
      // For it, what was set before counts.
      if (this.#multicast.pending !== undefined) await this.#multicast.pending;
      await this.#conn.send(bytes, { transport: "udp", hostname: to.host, port: to.port });
    } catch (cause) {
      failure = cause;
    }
    this.draining = false;
    this.#sink?.writable(failure);
  }
}

/** `on` says on which interface a link-local address is: Deno does not. */
function addressOf(address: Deno.Addr, on: Address): Address {
  const { hostname, port } = address as Deno.NetAddr;
  return scopedAs(numericAddress(hostname, port), on);
}
