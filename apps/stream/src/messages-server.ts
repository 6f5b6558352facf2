/** Answers messages, as many as come. Mirrors the Socket HOWTO, "Using a Socket": the four ways to tell messages apart. */
import { choice, Failure, interruption, program } from "@omnisock/apps-common";
import { Socket, SocketError, SocketType } from "omnisock";
import { type Conversation, conversation, FRAMING_HELP, FRAMINGS } from "./conversation.ts";

const HELP = `Usage: messages-server [--host HOST] [--port PORT | --unix PATH] [--framing WAY]

Answers each message with the same in capital letters. Ctrl-C ends it.

  --host HOST    where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT    0 to 65535; 0 lets the system choose (default 8000)
  --unix PATH    a Unix socket instead; @NAME is an abstract name
  --framing WAY  ${FRAMING_HELP} (default fixed)
  --help         prints this`;

const ABOUT = {
  name: "messages-server",
  help: HELP,
  port: 8000,
  portAny: true,
  unix: true,
  flags: { framing: choice(...FRAMINGS) },
};

await program(ABOUT, async ({ address, flags }) => {
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
