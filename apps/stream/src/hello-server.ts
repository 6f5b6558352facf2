/** Says hello to a client, and hears it out. Mirrors the server of the D tutorial, "Communication by stream". */
import { interruption, program, wholeNumber } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock";
import { receiveRest } from "./receive-rest.ts";

const HELP = `Usage: hello-server [--host HOST] [--port PORT | --unix PATH] [--clients COUNT]

Says "Hello!" to a client, prints what it answers, and ends.

  --host HOST      where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1; 0.0.0.0 is every interface)
  --port PORT      0 to 65535; 0 lets the system choose (default 2525)
  --unix PATH      a Unix socket instead; @NAME is an abstract name
  --clients COUNT  ends after so many, one after the other (default 1)
  --help           prints this`;

const ABOUT = {
  name: "hello-server",
  help: HELP,
  port: 2525,
  portAny: true,
  unix: true,
  flags: { clients: wholeNumber(1, 1, 1_000_000) },
};

await program(ABOUT, async ({ address, flags }) => {
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
