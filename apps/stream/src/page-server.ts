/** Answers requests that end with a blank line, or with the client's side of the connection. Mirrors the Socket HOWTO, "Creating a Socket" and "Disconnecting". */
import { interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketShutdown, SocketType } from "omnisock";
import { PAGE_SERVER } from "./command-lines.ts";
import { LONGEST_REQUEST, PATIENCE, pageFor, Refusal } from "./page.ts";
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
    // Ctrl-C, which the loop above hears too; or a client that broke its connection, or sends what it should not.
    if (signal.aborted) return;
    if (!(error instanceof SocketError || error instanceof Refusal)) throw error;
    console.error(error.message);
    // A client that breaks its connection then, or never ends it, is its own loss.
    if (error instanceof Refusal) await refuse(connection, error, signal).catch(() => {});
  }
}

/** Answers a client that is still sending. What is unread when we close would reset the connection, and take the answer with it. */
async function refuse(connection: Connection, { answer }: Refusal, signal: AbortSignal): Promise<void> {
  await connection.sendAll(new TextEncoder().encode(answer));
  await connection.shutdown(SocketShutdown.SEND);
  const end = performance.now() + PATIENCE;
  const unread = new Uint8Array(LONGEST_REQUEST);
  for (let left = PATIENCE; left > 0; left = end - performance.now()) {
    if ((await connection.receive(unread, { signal, timeout: left })) === 0) return;
  }
}
