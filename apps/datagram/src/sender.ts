/** Sends one datagram and prints the answer. Mirrors the sender of the D tutorial, "Communication by datagram". */
import { milliseconds, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";
import { DENO_NEEDS_A_FLAG } from "./hints.ts";

const HELP = `Usage: sender [--host HOST] [--port PORT | --unix PATH] [--timeout MILLISECONDS] [--] [WORD...]

Sends a datagram with the words, or else "Hello!", and prints the answer.

  --host HOST             the receiver's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT             the receiver's port, 1 to 65535 (default 8765)
  --unix PATH             a Unix datagram socket instead, where the runtime has them
  --timeout MILLISECONDS  gives up when no answer has come (default: waits for ever)
  --help                  prints this`;

const ABOUT = {
  name: "sender",
  help: HELP,
  port: 8765,
  unix: true,
  words: true,
  flags: { timeout: milliseconds(undefined) },
  hints: { ...DENO_NEEDS_A_FLAG, EAGAIN: "nobody answered: the datagram may be lost, or no receiver runs" },
};

await program(ABOUT, async ({ address, words, flags }) => {
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
