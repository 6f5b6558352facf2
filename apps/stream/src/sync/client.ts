/** Sends messages and prints the answers: the TCP client of the network-sockets text, line for line, and its exercise 2. */
import { Failure, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock/posix/sync";
import { CLIENT } from "../command-lines.ts";

await program(CLIENT, ({ address, words }) => {
  using socket = new Socket(address.family, SocketType.STREAM);
  console.log(`Connecting to ${address}`);
  socket.connect(address);

  const buffer = new Uint8Array(1024);
  for (const message of words.length > 0 ? words : ["Hello from client!"]) {
    socket.sendAll(new TextEncoder().encode(message));
    const byteLength = socket.receive(buffer);
    if (byteLength === 0) throw new Failure(`the server closed the connection without an answer to "${message}"`);
    console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
  }
  socket.close();
  console.log("Connection closed");
});
