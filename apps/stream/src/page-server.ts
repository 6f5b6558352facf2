/** Answers requests that end with the client's side of the connection. Mirrors the Socket HOWTO, "Creating a Socket" and "Disconnecting". */
import { interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketType } from "omnisock";
import { receiveRest } from "./receive-rest.ts";

const HELP = `Usage: page-server [--host HOST] [--port PORT | --unix PATH]

Answers each HTTP/1.0 request with a page of one line. Ctrl-C ends it.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default 8080; HTTP's own, 80, needs a privilege)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`;

const clients = new Set<Promise<void>>();

await program({ name: "page-server", help: HELP, port: 8080, portAny: true, unix: true }, async ({ address }) => {
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
    // The client has ended its side: so this is the whole request.
    const request = await receiveRest(connection, { signal });
    const [line = ""] = request.split("\r\n", 1);
    console.log(`Request: ${line}`);
    const [, path] = /^GET (\S+) HTTP\//.exec(line) ?? [];
    const page = path === undefined ? "I understand GET alone.\n" : `You asked for ${path}\n`;
    const head = [
      `HTTP/1.0 ${path === undefined ? "400 Bad Request" : "200 OK"}`,
      "Content-Type: text/plain; charset=utf-8",
      `Content-Length: ${new TextEncoder().encode(page).length}`,
    ];
    // It has ended its side, but still receives. Closing tells it that the page ends here.
    await connection.sendAll(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${page}`));
  } catch (error) {
    // Ctrl-C, which the loop above hears too; or a client that broke its connection.
    if (signal.aborted) return;
    if (!(error instanceof SocketError)) throw error;
    console.error(error.message);
  }
}
