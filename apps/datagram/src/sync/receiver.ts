/** Waits for one datagram, prints it, and answers: the D tutorial's receiver, line for line. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock/posix/sync";
import { RECEIVER } from "../command-lines.ts";

await program(RECEIVER, ({ address }) => {
  // `using` closes the socket at the end of this function, however it ends.
  using socket = new Socket(address.family, SocketType.DGRAM);
  socket.bind(address);
  console.log(`Waiting for data on ${socket.localAddress}`);

  // A buffer must have a size: what of the datagram does not fit is lost.
  const buffer = new Uint8Array(1024);

  // The thread stands still here. What would be EINTR, and `goto try_again` in D, the library tries again by itself.
  const { byteLength, from } = socket.receiveFrom(buffer);
  console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);

  socket.sendTo(new TextEncoder().encode("got it!"), from);
});
