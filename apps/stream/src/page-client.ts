/** Requests a page, as a browser does. Mirrors the Socket HOWTO, "Creating a Socket" and "Disconnecting". */
import { program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock";
import { PAGE_CLIENT } from "./command-lines.ts";
import { pathOf, requestFor } from "./page.ts";
import { receiveRest } from "./receive-rest.ts";

await program(PAGE_CLIENT, async ({ address, words }) => {
  const path = pathOf(words);
  await using socket = new Socket(address.family, SocketType.STREAM);
  const connection = await socket.connect(address);

  await connection.sendAll(new TextEncoder().encode(requestFor(path, address.host)));
  // Python's shutdown(1): "I have sent all, and still listen." The server sees the end of the request.
  await connection.shutdown(SocketShutdown.SEND);

  // One page a connection: its end is the end of the page.
  console.log(await receiveRest(connection));
});
