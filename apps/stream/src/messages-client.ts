/** Sends messages and prints the answers. Mirrors the Socket HOWTO, "Using a Socket": the four ways to tell messages apart. */
import { Failure, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { MESSAGES_CLIENT } from "./command-lines.ts";
import { conversation } from "./conversation.ts";
import { checkMessages } from "./framings.ts";

await program(MESSAGES_CLIENT, async ({ address, words, flags }) => {
  const all = words.length > 0 ? words : ["Hello!"];
  checkMessages(all, flags.framing);

  await using socket = new Socket(address.family, SocketType.STREAM);
  const server = conversation(await socket.connect(address), flags.framing);

  // The server need not answer before we send the next: the framing keeps them apart.
  for (const message of all) await server.send(message);
  for (const message of all) {
    const answer = await server.receive();
    if (answer === undefined) throw new Failure(`the server ended before it answered "${message}"`);
    console.log(`Received: ${answer}`);
  }
});
