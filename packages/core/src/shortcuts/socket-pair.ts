import type { Adapter } from "../adapter.ts";
import { type Address, Internet6Address, InternetAddress, UnixAddress } from "../address.ts";
import { AddressFamily } from "../constants.ts";
import { SocketError } from "../errors.ts";
import type { Connection, SocketConstructor } from "../socket.ts";
import { listenOn } from "./listen.ts";
import { withSocket } from "./stream-socket.ts";

const SECRET_BYTES = 16;
/** How long a stranger may keep the accepting end waiting, in milliseconds. */
const PATIENCE = 1000;

/** Connects two new sockets; a secret that the one sends keeps strangers out who find the address in the meantime. */
export async function connectedPair(
  adapter: Adapter,
  Socket: SocketConstructor,
  family: AddressFamily = adapter.supports.has("unix-abstract") ? AddressFamily.UNIX : AddressFamily.INET,
): Promise<[Connection, Connection]> {
  const listener = await listenOn(adapter, Socket, somewhere(family));
  try {
    const to = listener.localAddress;
    return await withSocket(Socket, to, async (socket) => {
      const accepted = listener.accept();
      // When connecting fails, closing the listener ends it.
      accepted.catch(() => {});
      const client = await socket.connect(to);
      const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
      await client.sendAll(secret);
      for (let server = await accepted; ; server = await listener.accept()) {
        if (await knows(server, secret)) return [client, server];
        await server.close();
      }
    });
  } finally {
    await listener.close();
  }
}

function somewhere(family: AddressFamily): Address {
  if (family === AddressFamily.INET) return new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0);
  if (family === AddressFamily.INET6) return new Internet6Address(Internet6Address.ADDR_LOOPBACK, 0);
  if (family === AddressFamily.UNIX) return UnixAddress.abstract(`omnisock-${crypto.randomUUID()}`);
  throw new TypeError(`${String(family)} is no AddressFamily`);
}

async function knows(server: Connection, secret: Uint8Array): Promise<boolean> {
  const said = new Uint8Array(SECRET_BYTES);
  try {
    for (let filled = 0; filled < SECRET_BYTES; ) {
      const count = await server.receive(said.subarray(filled), { timeout: PATIENCE });
      if (count === 0) return false;
      filled += count;
    }
  } catch (error) {
    if (error instanceof SocketError) return false;
    throw error;
  }
  return said.every((byte, at) => byte === secret[at]);
}
