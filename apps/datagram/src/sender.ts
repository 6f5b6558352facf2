/** Sends one datagram and prints the answer. Mirrors the sender of the D tutorial, "Communication by datagram". */
import { program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { SENDER } from "./command-lines.ts";

await program(SENDER, async ({ address, words, flags }) => {
  // We do not bind: the answer comes back to wherever we send from, so any port will do, and the system chooses one.
  await using socket = new Socket(address.family, SocketType.DGRAM);

  console.log("Sending data...");
  const message = words.length > 0 ? words.join(" ") : "Hello!";
  // No connect(), no accept(): the datagram carries the address itself. That it went does not say that it arrived.
  await socket.sendTo(new TextEncoder().encode(message), address);

  // Every socket can both send and receive.
  const buffer = new Uint8Array(1024);
  // The network may lose the datagram or its answer. Without a time limit we would then wait for ever.
  const { byteLength } = await socket.receiveFrom(buffer, { timeout: flags.timeout });
  console.log(`Got response: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
});
