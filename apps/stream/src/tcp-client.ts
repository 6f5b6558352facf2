/** Connects, sends, and prints what comes back. Mirrors the client of "Coding with TCP Sockets", in C and in Python. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock";
import { receiveRest } from "./receive-rest.ts";

const HELP = `Usage: tcp-client [--host HOST] [--port PORT | --unix PATH] [--] [WORD...]

Sends the words, or else "Hello!", and prints what comes back.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 49152)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`;

const ABOUT = { name: "tcp-client", help: HELP, port: 49152, unix: true, words: true };

await program(ABOUT, async ({ address, words }) => {
  // C1: socket(), connect(). `await using` is Python's with block: it closes the socket.
  await using c1 = new Socket(address.family, SocketType.STREAM);
  const connection = await c1.connect(address);
  await connection.sendAll(new TextEncoder().encode(words.length > 0 ? words.join(" ") : "Hello!"));
  await connection.shutdown(SocketShutdown.SEND);
  console.log(await receiveRest(connection));
});
