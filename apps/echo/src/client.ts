/** The echo client: sends what it is given and prints what comes back. One source for Node, Bun and Deno. */
import process from "node:process";
import { Failure, print, program, standardInput } from "@omnisock/apps-common";
import { type Address, type Connection, Socket, SocketShutdown, SocketType } from "omnisock";
import { DEFAULT_PORT } from "./default-port.ts";

const HELP = `Usage: client [--host HOST] [--port PORT] [--] [WORD...]

Sends the words, or else its standard input, to an echo server, and prints the answer.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default ${DEFAULT_PORT})
  --help       prints this`;

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

let allSent = false;

/** Sends and prints at once: a server whose answer nobody takes stops reading, and then neither end could go on. */
async function talk(to: Address, input: Chunks): Promise<void> {
  await using socket = new Socket(to.family, SocketType.STREAM);
  const connection = await socket.connect(to);
  const sending = send(connection, input);
  const printing = printAll(connection);
  // The end of the answer is the end, even while there is still input.
  await Promise.race([printing, sending.then(() => printing)]);
  if (!allSent) throw new Failure(`${to} ended the connection before everything was sent`);
}

/** Sends every chunk, then the end of the stream: the server sees that no more will come. */
async function send(connection: Connection, chunks: Chunks): Promise<void> {
  for await (const chunk of chunks) await connection.sendAll(chunk);
  allSent = true;
  await connection.shutdown(SocketShutdown.SEND);
}

/** Prints what the server sends, until it ends; no faster than standard output takes it. */
async function printAll(connection: Connection): Promise<void> {
  for await (const chunk of connection) await print(chunk);
}

await program({ name: "client", help: HELP, port: DEFAULT_PORT, words: true }, ({ address, words }) =>
  talk(address, words.length > 0 ? [new TextEncoder().encode(words.join(" "))] : standardInput()),
);
// Standard input may still be open, and would keep the process waiting for what nobody wants.
process.exit();
