/** Sends one datagram and prints the answer: the UDP client of the network-sockets text, line for line. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock/posix/sync";
import { CLIENT } from "../command-lines.ts";

await program(CLIENT, ({ address }) => {
  using socket = new Socket(address.family, SocketType.DGRAM);

  const message = "Hello from UDP client!";
  console.log(`Sending: ${message}`);
  socket.sendTo(new TextEncoder().encode(message), address);

  const buffer = new Uint8Array(1024);
  const { byteLength } = socket.receiveFrom(buffer);
  console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
});
