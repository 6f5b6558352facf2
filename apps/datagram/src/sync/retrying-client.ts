/** Survives lost datagrams by timeout and retry: exercise 3 of the network-sockets text, as its Python would have it. */
import { Failure, program } from "@omnisock/apps-common";
import { type Address, SO_RCVTIMEO, Socket, SocketError, SocketType, select } from "omnisock/posix/sync";
import { RETRYING_CLIENT } from "../command-lines.ts";

await program(RETRYING_CLIENT, ({ address, words, flags }) => {
  for (const message of words.length > 0 ? words : ["Hello from UDP client!"]) {
    console.log(`Received: ${ask(address, message, flags.timeout, flags.attempts)}`);
  }
});

/** Sends `message` until an answer comes. */
function ask(server: Address, message: string, timeout: number, attempts: number): string {
  // A new socket, and with it a new port, for each message: an answer that comes late finds this port closed.
  using socket = new Socket(server.family, SocketType.DGRAM);
  // From now on it receives from the server alone: strangers are not heard.
  socket.connect(server);

  const buffer = new Uint8Array(1024);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    // Backing off: when the network is full, sending faster makes it worse.
    const patience = timeout * 2 ** (attempt - 1);
    const deadline = performance.now() + patience;
    console.log(`Sending: ${message}${attempt > 1 ? ` (attempt ${attempt})` : ""}`);
    try {
      socket.send(new TextEncoder().encode(message));
      socket.setOption(SO_RCVTIMEO, patience);
      const byteLength = socket.receive(buffer);
      return new TextDecoder().decode(buffer.subarray(0, byteLength));
    } catch (error) {
      // EAGAIN: the time is up. ECONNREFUSED: the server's machine says that nobody is at that port; perhaps not yet.
      const isLoss = error instanceof SocketError && ["EAGAIN", "ECONNREFUSED"].includes(error.code);
      if (!isLoss) throw error;
      // select() over no sockets is how C sleeps for less than a second.
      select(null, null, null, { timeout: Math.max(0, deadline - performance.now()) });
    }
  }
  throw new Failure(`no answer from ${server} after ${attempts} attempts`);
}
