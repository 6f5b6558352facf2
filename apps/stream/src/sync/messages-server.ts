/** Answers messages, as many as come: the Socket HOWTO, "Using a Socket", and its exercises. */
import { Failure, program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketError, SocketType } from "omnisock/posix/sync";
import { MESSAGES_SERVER } from "../command-lines.ts";
import { type Conversation, conversation } from "./conversation.ts";

await program(MESSAGES_SERVER, ({ address, flags }) => {
  using listener = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  listener.setOption(SO_REUSEADDR, true);
  listener.bind(address);
  listener.listen(5);
  console.log(`listening on ${listener.localAddress}`);

  for (;;) {
    using client = listener.accept();
    try {
      answer(conversation(client, flags.framing));
    } catch (error) {
      // A client may break its connection, or send nonsense; the next is served all the same.
      if (!(error instanceof SocketError || error instanceof Failure)) throw error;
      console.error(error.message);
    }
  }
});

function answer(client: Conversation): void {
  for (;;) {
    const message = client.receive();
    if (message === undefined) return;
    console.log(`Received: ${message}`);
    client.send(message.toUpperCase());
  }
}
