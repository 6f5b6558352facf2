/** Hears a greeting to its end, and answers. Mirrors the client of the D tutorial, "Communication by stream". */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { HELLO_CLIENT } from "./command-lines.ts";
import { receiveRest } from "./receive-rest.ts";

await program(HELLO_CLIENT, async ({ address }) => {
  await using socket = new Socket(address.family, SocketType.STREAM);
  // Rejects with ECONNREFUSED when no server runs: try it.
  const connection = await socket.connect(address);
  console.log("Client connected!");

  console.log(`Received from server: ${await receiveRest(connection)}`);

  await connection.sendAll(new TextEncoder().encode("Thanks! Bye."));
  console.log("reply sent!");
});
