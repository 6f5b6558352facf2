/** Waits for one datagram, prints it, and answers. Mirrors the receiver of the D tutorial, "Communication by datagram". */
import { interruption, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { RECEIVER } from "./command-lines.ts";

await program(RECEIVER, async ({ address }) => {
  // Ctrl-C, for the call that waits: first of all, so that it is heard from the beginning.
  const interrupted = interruption();

  // The address knows its family: IPv4, IPv6 or Unix. All else is the same for each of them.
  await using socket = new Socket(address.family, SocketType.DGRAM);

  // The sender has to know the port, so we ask for it by number.
  await socket.bind(address);
  console.log(`Waiting for data on ${socket.localAddress}`);

  // A datagram comes whole or not at all. What does not fit into the buffer is lost, so have room for the longest.
  const buffer = new Uint8Array(1024);
  const { byteLength, from } = await socket.receiveFrom(buffer, { signal: interrupted });

  // Only the first bytes of the buffer have been filled; none, if the datagram was empty.
  const data = buffer.subarray(0, byteLength);
  console.log(`Received: ${new TextDecoder().decode(data)}`);

  // There is no connection: every datagram says where it comes from, and that is where the answer goes.
  await socket.sendTo(new TextEncoder().encode("got it!"), from);
});
