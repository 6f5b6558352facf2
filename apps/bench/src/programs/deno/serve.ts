import { ready } from "../shared/server.ts";

/** Serves each connection that comes to a loopback port. */
export async function serve(each: (connection: Deno.TcpConn) => Promise<void>): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  ready(listener.addr.port);
  for await (const connection of listener) {
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
