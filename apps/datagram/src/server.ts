/** Answers every datagram. Mirrors the UDP server of the network-sockets text, "UDP Socket Example in Python". */
import { Interruption, interruption, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { answer } from "./answer.ts";
import { SERVER } from "./command-lines.ts";

await program(SERVER, async ({ address, flags }) => {
  // Ctrl-C, Python's KeyboardInterrupt: it ends the call that waits, and with it the program.
  const interrupted = interruption();

  await using socket = new Socket(address.family, SocketType.DGRAM);
  await socket.bind(address);
  console.log(`UDP Server is listening on ${socket.localAddress}`);

  const buffer = new Uint8Array(1024);
  let answers = 0;

  try {
    // One socket serves everybody: each datagram says whom to answer.
    for (let ignored = 0; ; ) {
      console.log("Waiting for data...");
      const { byteLength, from } = await socket.receiveFrom(buffer, { signal: interrupted });
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
        await socket.sendTo(new TextEncoder().encode(answer(flags.answers > 1 ? answers : undefined)), from);
      }
    }
  } catch (error) {
    if (error instanceof Interruption) console.log("Server shutting down");
    throw error;
  }
});
