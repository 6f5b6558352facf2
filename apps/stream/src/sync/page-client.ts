/** Requests a page, as a browser does: the Socket HOWTO, "Creating a Socket" and "Disconnecting". */
import { program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock/posix/sync";
import { PAGE_CLIENT } from "../command-lines.ts";
import { pathOf, requestFor } from "../page.ts";
import { receiveRest } from "./receive-rest.ts";

await program(PAGE_CLIENT, ({ address, words }) => {
  const path = pathOf(words);
  using socket = new Socket(address.family, SocketType.STREAM);
  socket.connect(address);
  socket.sendAll(new TextEncoder().encode(requestFor(path, address.host)));
  // Python's shutdown(1): "I have sent all, and still listen." The server sees the end of the request.
  socket.shutdown(SocketShutdown.SEND);
  console.log(receiveRest(socket));
});
