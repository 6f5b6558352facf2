/** Answers messages, as many as come. Mirrors the Socket HOWTO, "Using a Socket": the four ways to tell messages apart. */
import { Failure, interruption, program } from "@omnisock/apps-common";
import { Socket, SocketError, SocketType } from "omnisock";
import { MESSAGES_SERVER } from "./command-lines.ts";
import { type Conversation, conversation } from "./conversation.ts";

await program(MESSAGES_SERVER, async ({ address, flags }) => {
  const signal = interruption();
  await using server = new Socket(address.family, SocketType.STREAM);
  await server.bind(address);
  const listener = await server.listen();
  console.log(`listening on ${listener.localAddress}`);

  for (;;) {
    await using client = await listener.accept({ signal });
    try {
      await answer(conversation(client, flags.framing), signal);
    } catch (error) {
      // A client may break its connection, or send nonsense; the next is served all the same.
      if (!(error instanceof SocketError || error instanceof Failure)) throw error;
      console.error(error.message);
    }
  }
});

async function answer(client: Conversation, signal: AbortSignal): Promise<void> {
  for (;;) {
    const message = await client.receive({ signal });
    if (message === undefined) return;
    console.log(`Received: ${message}`);
    await client.send(message.toUpperCase());
  }
}
