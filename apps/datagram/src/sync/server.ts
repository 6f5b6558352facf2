/** Answers every datagram: the UDP server of the network-sockets text, line for line. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock/posix/sync";
import { answer } from "../answer.ts";
import { SERVER } from "../command-lines.ts";

await program(SERVER, ({ address, flags }) => {
  using socket = new Socket(address.family, SocketType.DGRAM);
  socket.bind(address);
  console.log(`UDP Server is listening on ${socket.localAddress}`);

  const buffer = new Uint8Array(1024);
  let answers = 0;

  // There is no KeyboardInterrupt: while the thread stands still, no handler of Ctrl-C could run. It ends the process.
  for (let ignored = 0; ; ) {
    console.log("Waiting for data...");
    const { byteLength, from } = socket.receiveFrom(buffer);
    console.log(`Received ${byteLength} bytes from ${from}`);
    console.log(`Data: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);

    if (ignored < flags.drop) {
      ignored += 1;
      console.log("Dropped, as if the network had lost it");
      continue;
    }
    ignored = 0;
    for (let sent = 0; sent < flags.answers; sent += 1) {
      answers += 1;
      socket.sendTo(new TextEncoder().encode(answer(flags.answers > 1 ? answers : undefined)), from);
    }
  }
});
