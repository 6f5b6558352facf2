/** Sends one datagram and prints the answer. Mirrors the UDP client of the network-sockets text. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { DENO_NEEDS_A_FLAG } from "./hints.ts";

const HELP = `Usage: client [--host HOST] [--port PORT]

Sends "Hello from UDP client!" to a UDP server and prints the answer. It waits for ever when there is none:
retrying-client does better.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 8000)
  --help       prints this`;

await program({ name: "client", help: HELP, port: 8000, hints: DENO_NEEDS_A_FLAG }, async ({ address }) => {
  // `await using` closes the socket when this function ends, however it ends: the `finally` of the Python program.
  await using socket = new Socket(address.family, SocketType.DGRAM);

  const message = "Hello from UDP client!";
  console.log(`Sending: ${message}`);
  await socket.sendTo(new TextEncoder().encode(message), address);

  const buffer = new Uint8Array(1024);
  const { byteLength } = await socket.receiveFrom(buffer);
  console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
});
