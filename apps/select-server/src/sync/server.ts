/** One loop, many clients: the D tutorial's select server, line for line. Its one thread waits in select(), and nowhere else. */
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketError, SocketSet, SocketShutdown, SocketType, select } from "omnisock/posix/sync";
import { SERVER } from "../command-lines.ts";

await program(SERVER, ({ address, flags }) => {
  using listener = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  listener.setOption(SO_REUSEADDR, true);
  listener.bind(address);
  listener.listen(10);
  console.log(`listening on ${listener.localAddress}`);

  // The sockets that we ask select() about. It takes out those that are not ready, so we fill it anew for each round.
  const readSet = new SocketSet();
  const clients = new Set<Socket>();
  let gone = 0;

  while (gone < flags.connections) {
    readSet.reset();
    for (const client of clients) readSet.add(client);
    readSet.add(listener);

    // Sets for reading, for writing, and for exceptional conditions. D's -1, for a signal that came, there is none.
    const count = select(readSet, null, null, { timeout: flags.timeout });
    if (count === 0) {
      console.log("Select timed out.");
      continue;
    }

    // A listener is readable when somebody wants to connect: accept() does not wait now.
    if (readSet.isSet(listener)) {
      console.log("accepting new socket");
      const client = listener.accept();
      clients.add(client);
      greet(client, flags.echo);
    }

    // A client is readable when bytes have come, when it has ended, and when its connection broke.
    for (const client of clients) {
      if (!readSet.isSet(client) || answer(client)) continue;
      gone += 1;
      clients.delete(client);
      client.close();
      console.log("socket disconnected");
    }
  }
  for (const client of clients) client.close();
});

/** Says hello and, unless it is to echo, that there will be no more. */
function greet(client: Socket, echo: boolean): void {
  try {
    client.sendAll(new TextEncoder().encode("Hello!\n"));
    if (!echo) client.shutdown(SocketShutdown.SEND);
  } catch (error) {
    complain(error);
  }
}

/** Receives once, and sends it back. Returns whether the client is still there. */
function answer(client: Socket): boolean {
  const buffer = new Uint8Array(1024);
  try {
    const byteLength = client.receive(buffer);
    if (byteLength === 0) return false;
    client.sendAll(buffer.subarray(0, byteLength));
    client.shutdown(SocketShutdown.SEND);
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
