import { type Connection, type Listener, TCP_NODELAY } from "omnisock";
import { ready } from "../shared/server.ts";
import { face } from "./face.ts";

/** Listens on a loopback port, and tells which. */
export async function listen(): Promise<Listener> {
  const { AddressFamily, InternetAddress, Socket, SocketType } = face;
  const server = new Socket(AddressFamily.INET, SocketType.STREAM);
  await server.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  const listener = await server.listen();
  ready(listener.localAddress.port);
  return listener;
}

/** Serves each connection that comes to a loopback port. One that breaks is no concern of the others. */
export async function serve(each: (connection: Connection) => Promise<void>): Promise<void> {
  for await (const connection of await listen()) {
    // As all servers here, and every protocol that waits for answers should.
    connection.setOption(TCP_NODELAY, true);
    void serveOne(connection, each);
  }
}

async function serveOne(connection: Connection, each: (connection: Connection) => Promise<void>): Promise<void> {
  try {
    await each(connection);
  } catch (error) {
    console.error(String(error));
  } finally {
    await connection.close();
  }
}
