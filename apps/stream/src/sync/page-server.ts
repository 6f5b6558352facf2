/** Answers requests that end with a blank line, or with the client's side of the connection: the Socket HOWTO's web server. */
import { Failure, program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketError, SocketType } from "omnisock/posix/sync";
import { PAGE_SERVER } from "../command-lines.ts";
import { pageFor } from "../page.ts";
import { receiveRequest } from "./receive-request.ts";

await program(PAGE_SERVER, ({ address }) => {
  // The "server" socket: all it does is to produce "client" sockets.
  using serverSocket = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  serverSocket.setOption(SO_REUSEADDR, true);
  serverSocket.bind(address);
  serverSocket.listen(5);
  console.log(`listening on ${serverSocket.localAddress}`);

  for (;;) {
    // One client after the other, as the HOWTO's `ct.run()` has it; a worker for each would be its thread.
    using clientSocket = serverSocket.accept();
    try {
      answer(clientSocket);
    } catch (error) {
      // A client may break its connection, or never come to an end; the next is served all the same.
      if (!(error instanceof SocketError || error instanceof Failure)) throw error;
      console.error(error.message);
    }
  }
});

function answer(client: Socket): void {
  const request = receiveRequest(client);
  const [line = ""] = request.split("\r\n", 1);
  console.log(`Request: ${line}`);
  // It may have ended its side, but it still receives. Closing tells it that the page ends here.
  client.sendAll(new TextEncoder().encode(pageFor(line)));
}
