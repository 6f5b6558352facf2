/** Sends messages and prints the answers. Mirrors the TCP client of the network-sockets text, and its exercise 2. */
import { Failure, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { CLIENT } from "./command-lines.ts";

await program(CLIENT, async ({ address, words }) => {
  await using socket = new Socket(address.family, SocketType.STREAM);
  console.log(`Connecting to ${address}`);
  const connection = await socket.connect(address);

  const buffer = new Uint8Array(1024);
  for (const message of words.length > 0 ? words : ["Hello from client!"]) {
    await connection.sendAll(new TextEncoder().encode(message));
    // Waiting for the answer before we send on keeps the messages apart. Nothing else does.
    const byteLength = await connection.receive(buffer);
    if (byteLength === 0) throw new Failure(`the server closed the connection without an answer to "${message}"`);
    console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
  }
  await connection.close();
  console.log("Connection closed");
});
