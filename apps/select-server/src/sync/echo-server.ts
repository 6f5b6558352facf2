/** A non-blocking echo server: the one of the network-sockets text, line for line, but that it sends all. */
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketError, SocketType, select, WOULD_BLOCK } from "omnisock/posix/sync";
import { ECHO_SERVER } from "../command-lines.ts";

/** Sockets to wait for until they can be read, or written. Each client is in one of the two. */
const inputs: Socket[] = [];
const outputs: Socket[] = [];
/** What clients have not taken yet. */
const unsent = new Map<Socket, Uint8Array>();

await program(ECHO_SERVER, ({ address }) => {
  using server = new Socket(address.family, SocketType.STREAM);
  server.blocking = false;
  server.setOption(SO_REUSEADDR, true);
  server.bind(address);
  server.listen(5);
  console.log(`listening on ${server.localAddress}`);
  inputs.push(server);

  while (inputs.length > 0) {
    // Python's select() returns three lists. Ours leaves in the lists what is ready, so we give it copies.
    const readable = [...inputs];
    const writable = [...outputs];
    const exceptional = [...inputs];
    select(readable, writable, exceptional);

    for (const socket of readable) {
      if (socket === server) {
        const connection = server.accept();
        connection.blocking = false;
        inputs.push(connection);
      } else {
        attempt(socket, receive);
      }
    }
    for (const connection of writable) attempt(connection, sendRest);
  }
});

/** Receives once: select() said that something is there, so it does not have to wait. */
function receive(connection: Socket): void {
  const buffer = new Uint8Array(1024);
  const byteLength = connection.receive(buffer);
  if (byteLength === 0) {
    // The client has closed the connection.
    leave(connection);
    return;
  }
  const data = buffer.subarray(0, byteLength);
  console.log(`Received: ${new TextDecoder().decode(data)}`);
  unsent.set(connection, data);
  move(connection, inputs, outputs);
  sendRest(connection);
}

/** Sends as much as there is room for. Only when all of it is gone do we read again. */
function sendRest(connection: Socket): void {
  const data = unsent.get(connection) ?? new Uint8Array();
  const sent = connection.trySend(data);
  const rest = sent === WOULD_BLOCK ? data : data.subarray(sent);
  unsent.set(connection, rest);
  if (rest.length === 0) move(connection, outputs, inputs);
}

/** Does something with a client. One that breaks its connection has left; the others are served all the same. */
function attempt(connection: Socket, what: (connection: Socket) => void): void {
  try {
    what(connection);
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    // Nothing was there after all, for now: select() tells when something is.
    if (error.wouldBlock) return;
    console.error(error.message);
    leave(connection);
  }
}

function leave(connection: Socket): void {
  move(connection, inputs, []);
  move(connection, outputs, []);
  unsent.delete(connection);
  connection.close();
}

/** Takes a client from one list to the other, if it is there. */
function move(connection: Socket, from: Socket[], to: Socket[]): void {
  const at = from.indexOf(connection);
  if (at >= 0) to.push(...from.splice(at, 1));
}
