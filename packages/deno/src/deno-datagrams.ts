import {
  type Address,
  type BindRequest,
  type DatagramHandle,
  type DatagramSink,
  numericAddress,
  type OptionSetting,
  scopedAs,
  UnixAddress,
} from "@omnisock/core";
import { UnixDatagramConn } from "./deno-unix-datagrams.ts";
import { Multicast } from "./multicast.ts";
import { permitted } from "./permitted.ts";
import { socketFiles } from "./socket-files.ts";

/** A whole datagram, whatever its length. */
const DATAGRAM_BYTES = 65536;

/** More than a kernel lets through as it is set by default; what fills it may have been longer. */
const UNIX_DATAGRAM_BYTES = 1 << 20;

type Addr = Deno.NetAddr | Deno.UnixAddr;

/** What is used of a `Deno.DatagramConn`, and two methods that its type leaves out. */
export interface DatagramConn<A extends Addr> {
  readonly addr: A;
  receive(into: Uint8Array): Promise<[Uint8Array, A]>;
  send(bytes: Uint8Array, to: A): Promise<number>;
  close(): void;
  ref(): void;
  unref(): void;
}

/** A bound socket of `Deno.listenDatagram`: one receive and one send at a time, each a promise. */
export class DenoDatagrams implements DatagramHandle {
  readonly local: Address;
  draining = false;
  readonly #conn: DatagramConn<Addr>;
  #buffer: Uint8Array | undefined;
  #sink: DatagramSink | undefined;
  #isWanted = false;
  #isClosed = false;
  #receiving: Promise<void> | undefined;
  #sending: Promise<void> | undefined;
  readonly #multicast: Multicast;

  static async bind({ at, options }: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void> {
    const conn = await permitted(() =>
      at instanceof UnixAddress
        ? new UnixDatagramConn(at)
        : Deno.listenDatagram({
            transport: "udp",
            hostname: at.host,
            port: at.port,
            reuseAddress: options.SO_REUSEADDR,
            loopback: true,
          }),
    );
    const handle = new DenoDatagrams(conn as DatagramConn<Addr>, at);
    handle.#sink = bound(handle);
  }

  private constructor(conn: DatagramConn<Addr>, at: Address) {
    this.#conn = conn;
    // A Unix socket has no multicast, and is never given its options.
    this.#multicast = new Multicast(conn as unknown as Deno.DatagramConn, (option, cause) =>
      this.#sink?.refused(option, cause),
    );
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

  /** Deno has no connected datagram sockets: core's filter makes one. Of a Unix path, whether there is one is all that can be told. */
  async connect(to: Address): Promise<void> {
    if (to instanceof UnixAddress && !to.isAbstract) socketFiles.identify(to.path);
  }

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
    this.#buffer ??= new Uint8Array(this.local instanceof UnixAddress ? UNIX_DATAGRAM_BYTES : DATAGRAM_BYTES);
    const buffer = this.#buffer;
    while (this.#isWanted && !this.#isClosed) {
      try {
        const [bytes, from] = await this.#conn.receive(buffer);
        this.#sink?.datagram(bytes, false, addressOf(from, this.local), bytes.byteLength === buffer.byteLength);
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
      await this.#conn.send(
        bytes,
        to instanceof UnixAddress
          ? { transport: "unixpacket", path: to.path }
          : { transport: "udp", hostname: to.host, port: to.port },
      );
    } catch (cause) {
      failure = cause;
    }
    this.draining = false;
    this.#sink?.writable(failure);
  }
}

/** `on` says on which interface a link-local address is: Deno does not. */
function addressOf(address: Addr, on: Address): Address {
  if ("hostname" in address) return scopedAs(numericAddress(address.hostname, address.port), on);
  // Deno's type has no null, Deno has: for a socket without a name.
  return address.path ? new UnixAddress(address.path) : UnixAddress.UNNAMED;
}
