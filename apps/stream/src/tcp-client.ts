/** Connects, sends, and prints what comes back. Mirrors the client of "Coding with TCP Sockets", in C and in Python. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock";
import { TCP_CLIENT } from "./command-lines.ts";
import { receiveRest } from "./receive-rest.ts";

await program(TCP_CLIENT, async ({ address, words }) => {
  // C1: socket(), connect(). `await using` is Python's with block: it closes the socket.
  await using c1 = new Socket(address.family, SocketType.STREAM);
  const connection = await c1.connect(address);
  await connection.sendAll(new TextEncoder().encode(words.length > 0 ? words.join(" ") : "Hello!"));
  await connection.shutdown(SocketShutdown.SEND);
  console.log(await receiveRest(connection));
});
