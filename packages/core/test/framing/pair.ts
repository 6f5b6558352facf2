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
  const counted = new Proxy(socket, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (name === "trySend" || name === "sendAll") writes.push((args[0] as Uint8Array).length);
        return value.apply(target, args);
      };
    },
  });
  return { socket: counted, writes };
}
