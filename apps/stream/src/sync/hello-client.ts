/** Hears a greeting to its end, and answers: the D tutorial's stream client, line for line. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock/posix/sync";
import { HELLO_CLIENT } from "../command-lines.ts";
import { receiveRest } from "./receive-rest.ts";

await program(HELLO_CLIENT, ({ address }) => {
  using socket = new Socket(address.family, SocketType.STREAM);
  // Throws ECONNREFUSED when no server runs: try it.
  socket.connect(address);
  console.log("Client connected!");

  console.log(`Received from server: ${receiveRest(socket)}`);

  let reply = new TextEncoder().encode("Thanks! Bye.");
  while (reply.length > 0) reply = reply.subarray(socket.send(reply));
  console.log("reply sent!");
});
