/** Answers requests that end with a blank line, or with the client's side of the connection. Mirrors the Socket HOWTO, "Creating a Socket" and "Disconnecting". */
import { Failure, interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketType } from "omnisock";
import { PAGE_SERVER } from "./command-lines.ts";
import { pageFor } from "./page.ts";
import { receiveRequest } from "./receive-request.ts";

const clients = new Set<Promise<void>>();

await program(PAGE_SERVER, async ({ address }) => {
  const signal = interruption();
  // The "server" socket: all it does is to produce "client" sockets.
  await using serverSocket = new Socket(address.family, SocketType.STREAM);
  await serverSocket.bind(address);
  await serverSocket.listen(5);
  console.log(`listening on ${serverSocket.localAddress}`);

  try {
    for (;;) {
      const clientSocket = await serverSocket.accept({ signal });
      // Python starts a thread for each client. Here a function that is not waited for is enough: they take turns.
      const client = answer(clientSocket, signal).finally(() => clients.delete(client));
      clients.add(client);
    }
  } finally {
    await Promise.all(clients);
  }
});

async function answer(client: Connection, signal: AbortSignal): Promise<void> {
  await using connection = client;
  try {
    const request = await receiveRequest(connection, { signal });
    const [line = ""] = request.split("\r\n", 1);
    console.log(`Request: ${line}`);
    // It may have ended its side, but it still receives. Closing tells it that the page ends here.
    await connection.sendAll(new TextEncoder().encode(pageFor(line)));
  } catch (error) {
    // Ctrl-C, which the loop above hears too; or a client that broke its connection, or never comes to an end.
    if (signal.aborted) return;
    if (!(error instanceof SocketError || error instanceof Failure)) throw error;
    console.error(error.message);
  }
}
