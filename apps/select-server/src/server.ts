/** One loop, many clients. Mirrors the select server of the D tutorial, "Event-driven programming". */
import { interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketSet, SocketShutdown, SocketType, select } from "omnisock";
import { SERVER } from "./command-lines.ts";

await program(SERVER, async ({ address, flags }) => {
  const interrupted = interruption();
  await using server = new Socket(address.family, SocketType.STREAM);
  // The tutorial sets SO_REUSEADDR here, to be able to start again at once. For streams every runtime does it by itself.
  await server.bind(address);
  const listener = await server.listen(10);
  console.log(`listening on ${listener.localAddress}`);

  // The sockets that we ask select() about. It takes out none: we fill it anew for each round, as D does. A server with
  // thousands of clients would keep the set, and add() and remove() as they come and go.
  const readSet = new SocketSet();
  const clients = new Set<Connection>();
  let gone = 0;

  try {
    while (gone < flags.connections) {
      readSet.reset();
      for (const client of clients) readSet.add(client);
      readSet.add(listener);

      // Up to three sets: for reading, for writing, and for exceptional conditions. We could wait for room to write too;
      // for a few bytes there always is. Without a timeout, select() would wait until something happens.
      const count = await select(readSet, null, null, { timeout: flags.timeout, signal: interrupted });
      if (count === 0) {
        console.log("Select timed out.");
        continue;
      }

      // A listener is readable when somebody wants to connect: accept() does not wait now.
      if (readSet.isSet(listener)) {
        console.log("accepting new socket");
        const client = await listener.accept();
        clients.add(client);
        await greet(client, flags.echo);
      }

      // A client is readable when bytes have come, when it has ended, and when its connection broke.
      for (const client of clients) {
        if (!readSet.isSet(client) || (await answer(client))) continue;
        gone += 1;
        clients.delete(client);
        await client.close();
        console.log("socket disconnected");
      }
    }
  } finally {
    for (const client of clients) await client.close();
  }
});

/** Says hello and, unless it is to echo, that there will be no more. */
async function greet(client: Connection, echo: boolean): Promise<void> {
  try {
    await client.sendAll(new TextEncoder().encode("Hello!\n"));
    if (!echo) await client.shutdown(SocketShutdown.SEND);
  } catch (error) {
    complain(error);
  }
}

/** Receives once, and sends it back. Returns whether the client is still there. */
async function answer(client: Connection): Promise<boolean> {
  const buffer = new Uint8Array(1024);
  try {
    const byteLength = await client.receive(buffer);
    if (byteLength === 0) return false;
    await client.sendAll(buffer.subarray(0, byteLength));
    await client.shutdown(SocketShutdown.SEND);
    console.log("socket sent data");
  } catch (error) {
    // EPIPE: having said that no more will come, we cannot send. The tutorial's program does not look, and does not notice.
    if (error instanceof SocketError && error.code === "EPIPE") {
      console.log("socket sends no more: the data is not sent back");
      return true;
    }
    complain(error);
    return false;
  }
  return true;
}

/** A client may break its connection; the others are served all the same. */
function complain(error: unknown): void {
  if (!(error instanceof SocketError)) throw error;
  console.error(error.message);
}
