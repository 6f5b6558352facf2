import {
  type Address,
  type AddressFamily,
  type Connection,
  type DatagramSocket,
  type Listener,
  parseAddress,
  SO_LINGER,
  type Socket,
  type SocketConstructor,
  SocketError,
  SocketShutdown,
  SocketType,
} from "@omnisock/core";
import { Crc32 } from "./crc32.ts";
import { PatternSource } from "./pattern-source.ts";

/** How long a connection must have taken nothing before it counts as full, in milliseconds. */
const FULL = 250;
const CHUNK_BYTES = 65536;
const LARGEST_DATAGRAM = 65536;

type Command = (...words: string[]) => Promise<string>;

/** One listener, one connection and one datagram socket, and the commands that move them. `foreign/protocol.md` says what each does. */
export class Driver {
  readonly #Socket: SocketConstructor;
  readonly #into = new Uint8Array(CHUNK_BYTES);
  #listener: Listener | undefined;
  #connection: Connection | undefined;
  #datagrams: DatagramSocket | undefined;

  constructor(Socket: SocketConstructor) {
    this.#Socket = Socket;
  }

  /** Obeys one line; the answer is one line, too. */
  async obey(line: string): Promise<string> {
    const [verb = "", ...words] = line.split(" ");
    const command = Object.hasOwn(this.#commands, verb) ? this.#commands[verb] : undefined;
    if (command === undefined) return `error no such command: ${verb}`;
    try {
      return `ok ${await command(...words)}`.trimEnd();
    } catch (error) {
      if (error instanceof SocketError) return `error ${error.code}`;
      return `error ${String(error).replaceAll("\n", " ")}`;
    }
  }

  readonly #commands: Readonly<Record<string, Command>> = {
    listen: async (at = "") => {
      const address = parseAddress(at);
      const socket = this.#stream(address);
      try {
        await socket.bind(address);
        this.#listener = await socket.listen();
      } catch (error) {
        await socket.close();
        throw error;
      }
      return String(this.#listener.localAddress);
    },
    accept: async () => {
      this.#connection = await given(this.#listener).accept();
      return "";
    },
    connect: async (to = "") => {
      const address = parseAddress(to);
      const socket = this.#stream(address);
      try {
        this.#connection = await socket.connect(address);
      } catch (error) {
        await socket.close();
        throw error;
      }
      return "";
    },
    send: (byteLength, seed, most) => this.#send(Number(byteLength), Number(seed), Number(most ?? CHUNK_BYTES * 8)),
    receive: (byteLength, timeout) => this.#receive(Number(byteLength), timeout),
    drain: () => this.#receive(Number.POSITIVE_INFINITY),
    exchange: async (byteLength, seed) => {
      const sending = this.#send(Number(byteLength), Number(seed), CHUNK_BYTES * 8);
      const [sent, received] = await Promise.all([sending, this.#receive(Number(byteLength))]);
      return `${sent} ${received}`;
    },
    echo: async () => {
      const connection = given(this.#connection);
      const received = new Crc32();
      for (;;) {
        const count = await connection.receive(this.#into);
        if (count === 0) break;
        const bytes = this.#into.subarray(0, count);
        received.add(bytes);
        await connection.sendAll(bytes);
      }
      await connection.shutdown(SocketShutdown.SEND);
      return String(received);
    },
    fill: async (seed) => {
      const connection = given(this.#connection);
      const source = new PatternSource(Number.POSITIVE_INFINITY, Number(seed));
      for (;;) {
        const bytes = source.next(CHUNK_BYTES);
        try {
          source.taken(bytes.subarray(0, await connection.send(bytes, { timeout: FULL })));
        } catch (error) {
          if (error instanceof SocketError && error.wouldBlock) return String(source.sent);
          throw error;
        }
      }
    },
    shutdown: async () => {
      await given(this.#connection).shutdown(SocketShutdown.SEND);
      return "";
    },
    reset: async () => {
      given(this.#connection).setOption(SO_LINGER, { seconds: 0 });
      return this.#close(this.#connection);
    },
    close: () => this.#close(given(this.#connection)),
    unlisten: () => this.#close(given(this.#listener)),
    bind: async (at = "") => {
      const address = parseAddress(at);
      this.#datagrams = new this.#Socket(address.family as AddressFamily, SocketType.DGRAM);
      await this.#datagrams.bind(address);
      return String(this.#datagrams.localAddress);
    },
    sendto: async (to = "", byteLength, seed) => {
      const source = new PatternSource(Number(byteLength), Number(seed));
      const bytes = source.next(Number(byteLength));
      await given(this.#datagrams).sendTo(bytes, parseAddress(to));
      source.taken(bytes);
      return String(source.sent);
    },
    receivefrom: async () => {
      const into = new Uint8Array(LARGEST_DATAGRAM);
      const { byteLength, from } = await given(this.#datagrams).receiveFrom(into);
      const received = new Crc32();
      received.add(into.subarray(0, byteLength));
      return `${received} ${from}`;
    },
    unbind: () => this.#close(given(this.#datagrams)),
    clear: async () => {
      await Promise.all([this.#listener, this.#connection, this.#datagrams].map((socket) => socket?.close()));
      return "";
    },
  };

  #stream({ family }: Address): Socket {
    return new this.#Socket(family as AddressFamily, SocketType.STREAM);
  }

  async #send(byteLength: number, seed: number, most: number): Promise<string> {
    const connection = given(this.#connection);
    const source = new PatternSource(byteLength, seed);
    while (!source.isDone) {
      const bytes = source.next(most);
      await connection.sendAll(bytes);
      source.taken(bytes);
    }
    return String(source.sent);
  }

  async #receive(byteLength: number, timeout?: string): Promise<string> {
    const connection = given(this.#connection);
    const received = new Crc32();
    while (received.byteLength < byteLength) {
      const into = this.#into.subarray(0, Math.min(CHUNK_BYTES, byteLength - received.byteLength));
      const count = await connection.receive(into, timeout === undefined ? undefined : { timeout: Number(timeout) });
      if (count === 0) break;
      received.add(into.subarray(0, count));
    }
    return String(received);
  }

  async #close(socket: Socket | undefined): Promise<string> {
    await socket?.close();
    return "";
  }
}

function given<S>(socket: S | undefined): S {
  if (socket === undefined) throw new Error("there is no such socket yet");
  return socket;
}
