/** Answers one message of each client. Mirrors the TCP server of the network-sockets text, "Python Socket Programming Example". */
import { Interruption, interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketType } from "omnisock";
import { SERVER } from "./command-lines.ts";

await program(SERVER, async ({ address }) => {
  // Python's KeyboardInterrupt: it ends the call that waits, and with it the program.
  const signal = interruption();

  await using server = new Socket(address.family, SocketType.STREAM);
  await server.bind(address);
  const listener = await server.listen(1);
  console.log(`Server is listening on ${listener.localAddress}`);

  try {
    for (;;) {
      console.log("Waiting for a connection...");
      const client = await listener.accept({ signal });
      console.log(`Connection from ${client.remoteAddress}`);
      try {
        await serve(client, signal);
      } catch (error) {
        // A client may break its connection; the next is served all the same.
        if (!(error instanceof SocketError)) throw error;
        console.error(error.message);
      } finally {
        await client.close();
        console.log("Connection closed");
      }
    }
  } catch (error) {
    if (error instanceof Interruption) console.log("Server shutting down");
    throw error;
  }
});

async function serve(client: Connection, signal: AbortSignal): Promise<void> {
  // One call to receive() is one message only as long as messages are short and the network is kind: see messages-server.
  const buffer = new Uint8Array(1024);
  const byteLength = await client.receive(buffer, { signal });
  console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
  await client.sendAll(new TextEncoder().encode("Hello from server!"));
}
