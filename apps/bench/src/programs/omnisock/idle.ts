/**
 * Sends back what comes, with a buffer for one message and one function that waits for each connection: what one takes that
 * waits.
 */
import { type Connection, TCP_NODELAY } from "omnisock";
import { listen } from "./serve.ts";

const BUFFER_BYTES = 64;

async function echo(connection: Connection): Promise<void> {
  try {
    const buffer = new Uint8Array(BUFFER_BYTES);
    for (let count = await connection.receive(buffer); count > 0; count = await connection.receive(buffer)) {
      // A view has the runtime move an array so small out of its heap.
      await connection.sendAll(count === BUFFER_BYTES ? buffer : buffer.subarray(0, count));
    }
  } finally {
    await connection.close();
  }
}

for await (const connection of await listen()) {
  connection.setOption(TCP_NODELAY, true);
  echo(connection).catch(console.error);
}
