/** Sends messages and prints the answers. Mirrors the Socket HOWTO, "Using a Socket": the four ways to tell messages apart. */
import { choice, Failure, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { conversation, FRAMING_HELP, FRAMINGS } from "./conversation.ts";

const HELP = `Usage: messages-client [--host HOST] [--port PORT | --unix PATH] [--framing WAY] [--] [MESSAGE...]

Sends the messages, or else "Hello!", all at once, and prints the answer to each.

  --host HOST    the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT    the server's port, 1 to 65535 (default 8000)
  --unix PATH    a Unix socket instead; @NAME is an abstract name
  --framing WAY  ${FRAMING_HELP} (default fixed)
  --help         prints this`;

const ABOUT = {
  name: "messages-client",
  help: HELP,
  port: 8000,
  unix: true,
  words: true,
  flags: { framing: choice(...FRAMINGS) },
};

await program(ABOUT, async ({ address, words, flags }) => {
  await using socket = new Socket(address.family, SocketType.STREAM);
  const server = conversation(await socket.connect(address), flags.framing);

  const all = words.length > 0 ? words : ["Hello!"];
  // The server need not answer before we send the next: the framing keeps them apart.
  for (const message of all) await server.send(message);
  for (const message of all) {
    const answer = await server.receive();
    if (answer === undefined) throw new Failure(`the server ended before it answered "${message}"`);
    console.log(`Received: ${answer}`);
  }
});
