import { ready } from "../shared/server.ts";

/** Listens on a loopback port, and tells which. */
export function listen(): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  ready(listener.addr.port);
  return listener;
}

/** Serves each connection that comes to a loopback port. */
export async function serve(each: (connection: Deno.TcpConn) => Promise<void>): Promise<void> {
  for await (const connection of listen()) {
    connection.setNoDelay(true);
    void serveOne(connection, each);
  }
}

async function serveOne(connection: Deno.TcpConn, each: (connection: Deno.TcpConn) => Promise<void>): Promise<void> {
  try {
    await each(connection);
  } catch (error) {
    console.error(String(error));
  } finally {
    connection.close();
  }
}

/** Deno's `write()` may take less than all. */
export async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let taken = await connection.write(bytes);
  while (taken < bytes.length) taken += await connection.write(bytes.subarray(taken));
}
