/** Serves one client after the other. Mirrors the server of "Coding with TCP Sockets", whose sections in C and Python are one. */
import { interruption, program } from "@omnisock/apps-common";
import { type Connection, Socket, SocketError, SocketType } from "omnisock";
import { TCP_SERVER } from "./command-lines.ts";

await program(TCP_SERVER, async ({ address }) => {
  const signal = interruption();
  // S1, the socket that listens: socket(), bind(), listen(). Up to 20 clients may wait for their turn.
  await using s1 = new Socket(address.family, SocketType.STREAM);
  await s1.bind(address);
  await s1.listen(20);
  console.log(`listening on ${s1.localAddress}`);

  for (;;) {
    // S2, the other end of the client's C1. It has S1's port too: what tells connections apart is both ends together.
    await using s2 = await s1.accept({ signal });
    try {
      await talk(s2, signal);
    } catch (error) {
      // A client may break its connection; the next is served all the same.
      if (!(error instanceof SocketError)) throw error;
      console.error(error.message);
    }
  }
});

async function talk(s2: Connection, signal: AbortSignal): Promise<void> {
  // Packets are seldom longer; a larger buffer would only be memory.
  const buffer = new Uint8Array(4096);
  for (;;) {
    const byteLength = await s2.receive(buffer, { signal });
    if (byteLength === 0) return;
    await s2.sendAll(buffer.subarray(0, byteLength), { signal });
  }
}
