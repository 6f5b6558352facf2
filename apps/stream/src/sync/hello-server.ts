/** Says hello to a client, and hears it out: the D tutorial's stream server, line for line. */
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketShutdown, SocketType } from "omnisock/posix/sync";
import { HELLO_SERVER } from "../command-lines.ts";
import { receiveRest } from "./receive-rest.ts";

await program(HELLO_SERVER, ({ address, flags }) => {
  using listener = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  listener.setOption(SO_REUSEADDR, true);
  listener.bind(address);
  listener.listen(10);
  console.log(`listening on ${listener.localAddress}`);

  for (let served = 0; served < flags.clients; served += 1) {
    // Waits for a client; it gets a socket of its own.
    using socket = listener.accept();

    // send() may take only a part, and says how much: so we loop until all has gone. `sendAll()` is this loop.
    let message = new TextEncoder().encode("Hello!");
    while (message.length > 0) message = message.subarray(socket.send(message));

    // No more will come from us, but we still receive.
    socket.shutdown(SocketShutdown.SEND);
    console.log(`Got from client: ${receiveRest(socket)}`);
  }
});
