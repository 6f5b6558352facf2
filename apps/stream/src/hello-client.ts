/** Hears a greeting to its end, and answers. Mirrors the client of the D tutorial, "Communication by stream". */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { receiveRest } from "./receive-rest.ts";

const HELP = `Usage: hello-client [--host HOST] [--port PORT | --unix PATH]

Prints what the server says until it ends, and answers "Thanks! Bye.".

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 2525)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`;

await program({ name: "hello-client", help: HELP, port: 2525, unix: true }, async ({ address }) => {
  await using socket = new Socket(address.family, SocketType.STREAM);
  // Rejects with ECONNREFUSED when no server runs: try it.
  const connection = await socket.connect(address);
  console.log("Client connected!");

  console.log(`Received from server: ${await receiveRest(connection)}`);

  await connection.sendAll(new TextEncoder().encode("Thanks! Bye."));
  console.log("reply sent!");
});
