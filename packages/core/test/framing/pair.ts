import {
  AddressFamily,
  type Connection,
  InternetAddress,
  type SocketConstructor,
  SocketType,
} from "../../dist/index.js";
import { memorySockets } from "../../dist/memory.js";

/** Two sockets, connected to each other. */
export async function connectedPair(Socket: SocketConstructor = memorySockets()): Promise<[Connection, Connection]> {
  await using listening = new Socket(AddressFamily.INET, SocketType.STREAM);
  await listening.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  const listener = await listening.listen();
  const client = new Socket(AddressFamily.INET, SocketType.STREAM);
  return await Promise.all([client.connect(listener.localAddress), listener.accept()]);
}

/** As `socket`, and counts its writes in `writes`. */
export function counting(socket: Connection): { readonly socket: Connection; readonly writes: number[] } {
  const writes: number[] = [];
  const counted = watched(socket, (verb, bytes) => {
    if (verb === "trySend" || verb === "sendAll") writes.push(bytes.length);
  });
  return { socket: counted, writes };
}

/** As `socket`, and tells of each call of a verb that is given bytes, or memory for some. */
export function watched(socket: Connection, tell: (verb: string, bytes: Uint8Array) => void): Connection {
  return new Proxy(socket, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (args[0] instanceof Uint8Array) tell(String(name), args[0]);
        return value.apply(target, args);
      };
    },
  });
}
