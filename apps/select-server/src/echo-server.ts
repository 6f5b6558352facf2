/** A non-blocking echo server. Mirrors the network-sockets text, "Non-blocking Sockets and I/O Multiplexing". */
import { interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketType, select, WOULD_BLOCK } from "omnisock";
import { ECHO_SERVER } from "./command-lines.ts";

/** Sockets to wait for until they can be read, or written. Each client is in one of the two. */
const inputs: Socket[] = [];
const outputs: Connection[] = [];
/** What clients have not taken yet. */
const unsent = new Map<Connection, Uint8Array>();

await program(ECHO_SERVER, async ({ address }) => {
  const interrupted = interruption();
  await using server = new Socket(address.family, SocketType.STREAM);
  server.blocking = false;
  await server.bind(address);
  const listener = await server.listen(5);
  console.log(`listening on ${listener.localAddress}`);
  inputs.push(listener);

  try {
    while (inputs.length + outputs.length > 0) {
      // As in Python, select() takes lists. It leaves in them what is ready, so we give it copies.
      const readable = [...inputs];
      const writable = [...outputs];
      await select(readable, writable, [], { signal: interrupted });

      for (const socket of readable) {
        if (socket === listener) {
          const connection = await listener.accept();
          connection.blocking = false;
          inputs.push(connection);
        } else {
          await attempt(socket as Connection, receive);
        }
      }
      for (const connection of writable) await attempt(connection, sendRest);
    }
  } finally {
    for (const connection of [...inputs, ...outputs]) await connection.close();
  }
});

/** Receives once: select() said that something is there, so it does not have to wait. */
async function receive(connection: Connection): Promise<void> {
  const buffer = new Uint8Array(1024);
  const byteLength = await connection.receive(buffer);
  // The client has closed the connection.
  if (byteLength === 0) return leave(connection);
  const data = buffer.subarray(0, byteLength);
  console.log(`Received: ${new TextDecoder().decode(data)}`);
  unsent.set(connection, data);
  move(connection, inputs, outputs);
  await sendRest(connection);
}

/**
 * Sends as much as there is room for. The text's program sends once and does not look how much went: with a client that
 * reads slowly, it would lose the rest. This is what the second list is for.
 */
async function sendRest(connection: Connection): Promise<void> {
  const data = unsent.get(connection) ?? new Uint8Array();
  const sent = connection.trySend(data);
  const rest = sent === WOULD_BLOCK ? data : data.subarray(sent);
  unsent.set(connection, rest);
  // Only when all of it is gone do we read again. So nobody can make us hold more than a buffer for him.
  if (rest.length === 0) move(connection, outputs, inputs);
}

/** Does something with a client. One that breaks its connection has left; the others are served all the same. */
async function attempt(connection: Connection, what: (connection: Connection) => Promise<void>): Promise<void> {
  try {
    await what(connection);
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    console.error(error.message);
    await leave(connection);
  }
}

async function leave(connection: Connection): Promise<void> {
  move(connection, inputs, []);
  move(connection, outputs, []);
  unsent.delete(connection);
  await connection.close();
}

/** Takes a client from one list to the other, if it is there. */
function move(connection: Connection, from: Socket[], to: Socket[]): void {
  const at = from.indexOf(connection);
  if (at >= 0) to.push(...from.splice(at, 1));
}
