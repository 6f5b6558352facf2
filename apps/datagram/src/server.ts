/** Answers every datagram. Mirrors the UDP server of the network-sockets text, "UDP Socket Example in Python". */
import { interruption, program, wholeNumber } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { DENO_NEEDS_A_FLAG } from "./hints.ts";

const HELP = `Usage: server [--host HOST] [--port PORT] [--drop COUNT] [--answers COUNT]

Answers every datagram with "Hello from UDP server!". Ctrl-C ends it.

  --host HOST      where to receive: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT      0 to 65535; 0 lets the system choose (default 8000)
  --drop COUNT     plays a bad network: ignores so many datagrams, answers one, and so on (default 0)
  --answers COUNT  plays a network that doubles: sends each answer so often (default 1)
  --help           prints this`;

const ABOUT = {
  name: "server",
  help: HELP,
  port: 8000,
  portAny: true,
  flags: { drop: wholeNumber(0, 0, 1000), answers: wholeNumber(1, 1, 1000) },
  hints: DENO_NEEDS_A_FLAG,
};

await program(ABOUT, async ({ address, flags }) => {
  // Ctrl-C, Python's KeyboardInterrupt: it ends the call that waits, and with it the program.
  const interrupted = interruption();
  interrupted.addEventListener("abort", () => console.log("Server shutting down"));

  await using socket = new Socket(address.family, SocketType.DGRAM);
  await socket.bind(address);
  console.log(`UDP Server is listening on ${socket.localAddress}`);

  const buffer = new Uint8Array(1024);
  const message = new TextEncoder().encode("Hello from UDP server!");

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
    for (let sent = 0; sent < flags.answers; sent += 1) await socket.sendTo(message, from);
  }
});
