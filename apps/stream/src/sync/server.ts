/** Answers one message of each client: the TCP server of the network-sockets text, line for line. */
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketError, SocketType } from "omnisock/posix/sync";
import { SERVER } from "../command-lines.ts";

await program(SERVER, ({ address }) => {
  using server = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  server.setOption(SO_REUSEADDR, true);
  server.bind(address);
  server.listen(1);
  console.log(`Server is listening on ${server.localAddress}`);

  // There is no KeyboardInterrupt: while the thread stands still, no handler of Ctrl-C could run. It ends the process.
  for (;;) {
    console.log("Waiting for a connection...");
    using client = server.accept();
    console.log(`Connection from ${client.remoteAddress}`);
    try {
      serve(client);
    } catch (error) {
      // A client may break its connection; the next is served all the same.
      if (!(error instanceof SocketError)) throw error;
      console.error(error.message);
    } finally {
      client.close();
      console.log("Connection closed");
    }
  }
});

function serve(client: Socket): void {
  const buffer = new Uint8Array(1024);
  const byteLength = client.receive(buffer);
  console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
  client.sendAll(new TextEncoder().encode("Hello from server!"));
}
