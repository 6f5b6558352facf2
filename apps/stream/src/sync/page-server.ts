/** Answers requests that end with a blank line, or with the client's side of the connection: the Socket HOWTO's web server. */
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketType } from "omnisock/posix/sync";
import { PAGE_SERVER } from "../command-lines.ts";
import { answerRequest } from "./answer-request.ts";

await program(PAGE_SERVER, ({ address }) => {
  // The "server" socket: all it does is to produce "client" sockets.
  using serverSocket = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  serverSocket.setOption(SO_REUSEADDR, true);
  serverSocket.bind(address);
  serverSocket.listen(5);
  console.log(`listening on ${serverSocket.localAddress}`);

  for (;;) {
    // One client after the other, as the HOWTO's `ct.run()` has it; a worker for each would be its thread, and
    // process-server has a process for each.
    using clientSocket = serverSocket.accept();
    answerRequest(clientSocket);
  }
});
