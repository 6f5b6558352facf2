import {
  type Adapter,
  type Address,
  AddressFamily,
  type Connection,
  Internet6Address,
  InternetAddress,
  type Listener,
  type Socket,
  SocketType,
  socketClass,
} from "@omnisock/core";

/** What a case works with: sockets of the adapter under test, on loopback, all closed when the case ends. */
export class Fixture {
  readonly adapter: Adapter;
  readonly #Socket: new (family: AddressFamily, type: SocketType) => Socket;
  readonly #made: Socket[] = [];

  constructor(adapter: Adapter) {
    this.adapter = adapter;
    this.#Socket = socketClass(adapter);
  }

  /** A new stream socket. */
  socket(family: AddressFamily = AddressFamily.INET): Socket {
    return this.own(new this.#Socket(family, SocketType.STREAM));
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

  /** Closes `socket` too, when the case ends. */
  own<S extends Socket>(socket: S): S {
    this.#made.push(socket);
    return socket;
  }

  async close(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((socket) => socket.close()));
  }
}
