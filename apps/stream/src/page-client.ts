/** Requests a page, as a browser does. Mirrors the Socket HOWTO, "Creating a Socket" and "Disconnecting". */
import { program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock";
import { receiveRest } from "./receive-rest.ts";

const HELP = `Usage: page-client [--host HOST] [--port PORT | --unix PATH] [/PATH]

Requests a page by HTTP/1.0 and prints the whole answer.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 8080)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`;

const ABOUT = { name: "page-client", help: HELP, port: 8080, unix: true, words: true };

await program(ABOUT, async ({ address, words: [path = "/"] }) => {
  await using socket = new Socket(address.family, SocketType.STREAM);
  const connection = await socket.connect(address);

  const request = [`GET ${encodeURI(path)} HTTP/1.0`, `Host: ${address.host}`, "Connection: close"];
  await connection.sendAll(new TextEncoder().encode(`${request.join("\r\n")}\r\n\r\n`));
  // Python's shutdown(1): "I have sent all, and still listen." The server sees the end of the request.
  await connection.shutdown(SocketShutdown.SEND);

  // One page a connection: its end is the end of the page.
  console.log(await receiveRest(connection));
});
