/** Sends messages and prints the answers: the Socket HOWTO, "Using a Socket", and its exercises. */
import { Failure, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock/posix/sync";
import { MESSAGES_CLIENT } from "../command-lines.ts";
import { checkMessages } from "../framings.ts";
import { conversation } from "./conversation.ts";

await program(MESSAGES_CLIENT, ({ address, words, flags }) => {
  const all = words.length > 0 ? words : ["Hello!"];
  checkMessages(all, flags.framing);

  using socket = new Socket(address.family, SocketType.STREAM);
  const server = conversation(socket.connect(address), flags.framing);

  // The server need not answer before we send the next: the framing keeps them apart.
  for (const message of all) server.send(message);
  for (const message of all) {
    const answer = server.receive();
    if (answer === undefined) throw new Failure(`the server ended before it answered "${message}"`);
    console.log(`Received: ${answer}`);
  }
});
