/** Survives lost datagrams by timeout and retry: exercise 3 of the network-sockets text. Talks to any of its UDP servers. */
import { setTimeout as pause } from "node:timers/promises";
import { Failure, program } from "@omnisock/apps-common";
import { type Address, Socket, SocketError, SocketType } from "omnisock";
import { RETRYING_CLIENT } from "./command-lines.ts";

await program(RETRYING_CLIENT, async ({ address, words, flags }) => {
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
