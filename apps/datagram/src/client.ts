/** Sends one datagram and prints the answer. Mirrors the UDP client of the network-sockets text. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { CLIENT } from "./command-lines.ts";

await program(CLIENT, async ({ address }) => {
  // `await using` closes the socket when this function ends, however it ends: the `finally` of the Python program.
  await using socket = new Socket(address.family, SocketType.DGRAM);

  const message = "Hello from UDP client!";
  console.log(`Sending: ${message}`);
  await socket.sendTo(new TextEncoder().encode(message), address);

  const buffer = new Uint8Array(1024);
  const { byteLength } = await socket.receiveFrom(buffer);
  console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
});
