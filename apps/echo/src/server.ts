/** The echo server: sends back whatever its clients send. One source for Node, Bun and Deno. */
import process from "node:process";
import { program } from "@omnisock/apps-common";
import { type Address, type Connection, Socket, SocketError, SocketType } from "omnisock";
import { DEFAULT_PORT } from "./default-port.ts";

const HELP = `Usage: server [--host HOST] [--port PORT]

Sends back whatever its clients send. Ctrl-C ends it.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default ${DEFAULT_PORT})
  --help       prints this`;

/** More clients than this wait in the kernel until one of these has left, so that memory stays bounded. */
const MOST_CLIENTS = 1000;

/** The clients here now; each promise settles when its client has left. */
const clients = new Map<Connection, Promise<void>>();
let connections = 0;
let bytes = 0;

async function serve(at: Address): Promise<void> {
  const server = new Socket(at.family, SocketType.STREAM);
  await server.bind(at);
  const listener = await server.listen();

  const stop = () => {
    void listener.close();
    closeClients();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  console.log(`listening on ${listener.localAddress}`);

  // The loop ends when the listener is closed.
  for await (const client of listener) {
    connections += 1;
    clients.set(client, echo(client));
    if (clients.size >= MOST_CLIENTS) await Promise.race(clients.values());
  }
  closeClients(); // One more may have come while the listener closed.
  await Promise.all(clients.values());
  console.log(`served ${count(connections, "connection")}, ${count(bytes, "byte")}`);
}

function closeClients(): void {
  for (const client of clients.keys()) void client.close();
}

/** Sends back what the client sends, until it sends no more. A slow client is waited for: its bytes stay in the kernel. */
async function echo(client: Connection): Promise<void> {
  try {
    for await (const chunk of client) {
      await client.sendAll(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    // A client may break its connection; the others are served all the same.
    if (!(error instanceof SocketError)) throw error;
    // EBADF is our own close() on Ctrl-C.
    if (error.code !== "EBADF") console.error(error.message);
  } finally {
    await client.close();
    clients.delete(client);
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

const ABOUT = { name: "server", help: HELP, port: DEFAULT_PORT, portAny: true };
await program(ABOUT, ({ address }) => serve(address));
