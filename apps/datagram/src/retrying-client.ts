/** Survives lost datagrams by timeout and retry: exercise 3 of the network-sockets text. Talks to any of its UDP servers. */
import { setTimeout as pause } from "node:timers/promises";
import { Failure, milliseconds, program, wholeNumber } from "@omnisock/apps-common";
import { type Address, Socket, SocketError, SocketType } from "omnisock";
import { DENO_NEEDS_A_FLAG } from "./hints.ts";

const HELP = `Usage: retrying-client [--host HOST] [--port PORT] [--timeout MILLISECONDS] [--attempts COUNT] [--] [WORD...]

Sends each word, or else "Hello from UDP client!", as a datagram, and prints its answer. What is not answered in time
is sent again, and each time it waits twice as long. \`server --drop 2\` shows it.

  --host HOST             the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT             the server's port, 1 to 65535 (default 8000)
  --timeout MILLISECONDS  how long to wait the first time (default 500)
  --attempts COUNT        how often to send before giving up (default 5)
  --help                  prints this`;

const ABOUT = {
  name: "retrying-client",
  help: HELP,
  port: 8000,
  words: true,
  flags: { timeout: milliseconds(500), attempts: wholeNumber(5, 1, 100) },
  hints: DENO_NEEDS_A_FLAG,
};

await program(ABOUT, async ({ address, words, flags }) => {
  for (const message of words.length > 0 ? words : ["Hello from UDP client!"]) {
    console.log(`Received: ${await ask(address, message, flags.timeout, flags.attempts)}`);
  }
});

/** Sends `message` until an answer comes. */
async function ask(server: Address, message: string, timeout: number, attempts: number): Promise<string> {
  // A new socket, and with it a new port, for each message. The server may have got our message twice, or the network may
  // double its answer: one that comes late finds this port closed, and is not taken for the answer to the next message.
  await using socket = new Socket(server.family, SocketType.DGRAM);
  // Connecting a datagram socket sends nothing. From now on it receives from the server alone: strangers are not heard.
  await socket.connect(server);

  const buffer = new Uint8Array(1024);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    // Backing off: when the network is full, sending faster makes it worse.
    const patience = timeout * 2 ** (attempt - 1);
    const deadline = performance.now() + patience;
    console.log(`Sending: ${message}${attempt > 1 ? ` (attempt ${attempt})` : ""}`);
    try {
      await socket.send(new TextEncoder().encode(message));
      const byteLength = await socket.receive(buffer, { timeout: patience });
      return new TextDecoder().decode(buffer.subarray(0, byteLength));
    } catch (error) {
      // EAGAIN: the time is up. ECONNREFUSED: the server's machine says that nobody is at that port; perhaps not yet.
      const isLoss = error instanceof SocketError && ["EAGAIN", "ECONNREFUSED"].includes(error.code);
      if (!isLoss) throw error;
      await pause(Math.max(0, deadline - performance.now()));
    }
  }
  throw new Failure(`no answer from ${server} after ${attempts} attempts`);
}
