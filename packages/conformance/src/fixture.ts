import {
  type Adapter,
  type Address,
  AddressFamily,
  type Connection,
  type DatagramSocket,
  Internet6Address,
  InternetAddress,
  type Listener,
  type Socket,
  type SocketConstructor,
  SocketType,
  socketClass,
} from "@omnisock/core";
import { Contract } from "./contract.ts";
import { Directory } from "./files.ts";

/** What a case works with: sockets of the adapter under test, on loopback, all closed when the case ends. */
export class Fixture {
  /** The adapter under test, held to its contract. */
  readonly adapter: Adapter;
  readonly #contract = new Contract();
  readonly #classOn: (adapter: Adapter) => SocketConstructor;
  readonly #Socket: SocketConstructor;
  readonly #made: Socket[] = [];
  #directory: Promise<Directory> | undefined;

  /** @param classOn Makes the `Socket` class under test. Default: core's. */
  constructor(adapter: Adapter, classOn: (adapter: Adapter) => SocketConstructor = socketClass) {
    this.adapter = this.#contract.held(adapter);
    this.#classOn = classOn;
    this.#Socket = classOn(this.adapter);
  }

  /** What the adapter did against its contract so far, as sentences. */
  get breaches(): string[] {
    return [...this.#contract.breaches];
  }

  /** Why something may still wait, as sentences: what the adapter owes, and how the sockets are. */
  get unsettled(): string[] {
    return [...this.#contract.awaited, ...this.#made.map(describe)];
  }

  /** A new stream socket. */
  socket(family: AddressFamily = AddressFamily.INET): Socket {
    return this.own(new this.#Socket(family, SocketType.STREAM));
  }

  /** A new datagram socket. */
  datagramSocket(family: AddressFamily = AddressFamily.INET): DatagramSocket {
    return this.own(new this.#Socket(family, SocketType.DGRAM));
  }

  /** A datagram socket on loopback and a port of the system's choice, and where that is. */
  async boundDatagramSocket(
    family: AddressFamily = AddressFamily.INET,
  ): Promise<[socket: DatagramSocket, at: Address]> {
    const socket = this.datagramSocket(family);
    await socket.bind(this.loopback(family));
    if (socket.localAddress === undefined) throw new Error("A bound datagram socket has no local address");
    return [socket, socket.localAddress];
  }

  /** A new stream socket on the adapter with parts of it replaced, so that a case decides when they happen. */
  socketWith(parts: Partial<Adapter>): Socket {
    const changed: Adapter = Object.assign(Object.create(this.adapter), parts);
    return this.own(new (this.#classOn(changed))(AddressFamily.INET, SocketType.STREAM));
  }

  /** As `socketWith()`, for datagrams. */
  datagramSocketWith(parts: Partial<Adapter>): DatagramSocket {
    const changed: Adapter = Object.assign(Object.create(this.adapter), parts);
    return this.own(new (socketClass(changed))(AddressFamily.INET, SocketType.DGRAM));
  }

  /** The loopback address of a family. */
  loopback(family: AddressFamily = AddressFamily.INET, port = 0): Address {
    return family === AddressFamily.INET
      ? new InternetAddress(InternetAddress.ADDR_LOOPBACK, port)
      : new Internet6Address(Internet6Address.ADDR_LOOPBACK, port);
  }

  /** A listener on loopback and a port of the system's choice. */
  async listener(family: AddressFamily = AddressFamily.INET, backlog?: number): Promise<Listener> {
    const socket = this.socket(family);
    await socket.bind(this.loopback(family));
    return socket.listen(backlog);
  }

  /** A connection: the end that connected, and the end that was accepted. */
  async pair(family: AddressFamily = AddressFamily.INET): Promise<[client: Connection, server: Connection]> {
    const listener = await this.listener(family);
    const accepted = listener.accept();
    const client = await this.socket(family).connect(listener.localAddress);
    const server = this.own(await accepted);
    await listener.close();
    return [client, server];
  }

  /** An address on loopback where nobody listens. */
  async deserted(family: AddressFamily = AddressFamily.INET): Promise<Address> {
    const listener = await this.listener(family);
    await listener.close();
    return listener.localAddress;
  }

  /** A directory of the case's own, for Unix sockets; it goes when the case ends. */
  directory(): Promise<Directory> {
    this.#directory ??= Directory.make();
    return this.#directory;
  }

  /** Round trips over a connection of their own: what was about to happen elsewhere has happened then. */
  async turn(): Promise<void> {
    const [client, server] = await this.pair();
    const byte = new Uint8Array(1);
    for (let round = 0; round < 10; round++) {
      await Promise.all([client.send(byte), server.receive(byte)]);
      await Promise.all([server.send(byte), client.receive(byte)]);
    }
  }

  /** Closes `socket` too, when the case ends. */
  own<S extends Socket>(socket: S): S {
    this.#made.push(socket);
    return socket;
  }

  async close(): Promise<void> {
    await Promise.all(this.#made.map((socket) => socket.close()));
    this.#made.length = 0;
    await (await this.#directory)?.close();
  }
}

function describe({ state, localAddress, remoteAddress }: Socket): string {
  const from = localAddress === undefined ? "" : ` at ${localAddress}`;
  return `a socket is ${state}${from}${remoteAddress === undefined ? "" : `, peer ${remoteAddress}`}`;
}
