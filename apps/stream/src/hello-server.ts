/** Says hello to a client, and hears it out. Mirrors the server of the D tutorial, "Communication by stream". */
import { interruption, program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock";
import { HELLO_SERVER } from "./command-lines.ts";
import { receiveRest } from "./receive-rest.ts";

await program(HELLO_SERVER, async ({ address, flags }) => {
  const signal = interruption();
  await using server = new Socket(address.family, SocketType.STREAM);

  // SO_REUSEADDR, which the tutorial sets here, every runtime sets for streams by itself.
  await server.bind(address);
  // So many connections may wait while we are busy with one.
  const listener = await server.listen(10);
  console.log(`listening on ${listener.localAddress}`);

  for (let served = 0; served < flags.clients; served += 1) {
    // accept() gives a socket of its own for each client; the listener only listens.
    await using client = await listener.accept({ signal });

    // send() may take only a part, and say how much. sendAll() is the loop around it.
    await client.sendAll(new TextEncoder().encode("Hello!"));

    // We have said all we had to say: the client sees the end. It can still answer.
    await client.shutdown(SocketShutdown.SEND);

    console.log(`Got from client: ${await receiveRest(client, { signal })}`);
  }
});
