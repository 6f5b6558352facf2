/**
 * Sends back what comes, with a buffer for one message and one function that waits for each connection: what one takes that
 * waits.
 */
import { listen, writeAll } from "./serve.ts";

const BUFFER_BYTES = 64;

async function echo(connection: Deno.TcpConn): Promise<void> {
  try {
    const buffer = new Uint8Array(BUFFER_BYTES);
    for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
      // A view has the runtime move an array so small out of its heap.
      await writeAll(connection, count === BUFFER_BYTES ? buffer : buffer.subarray(0, count));
    }
  } finally {
    connection.close();
  }
}

for await (const connection of listen()) {
  connection.setNoDelay(true);
  echo(connection).catch(console.error);
}
