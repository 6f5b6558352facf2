/** The other end of a connection, to see from there what a program does. */
import { type Address, type Connection, SocketError } from "omnisock";
import { interruption } from "./interruption.ts";
import type { Sockets } from "./sockets.ts";

/**
 * Listens, and prints of each connection, one after the other, how much came and how it ended; until Ctrl-C.
 *
 * @param greeting What it says first, so that the other knows that it is there; nothing when it is empty.
 */
export async function witness(
  { listen }: Pick<Sockets, "listen">,
  at: Address,
  greeting: Uint8Array = new Uint8Array(0),
): Promise<void> {
  const signal = interruption();
  await using listener = await listen(at);
  console.log(`listening on ${listener.localAddress}`);
  for (;;) {
    await using client = await listener.accept({ signal });
    console.log(await fateOf(client, greeting, signal));
  }
}

async function fateOf(client: Connection, greeting: Uint8Array, signal: AbortSignal): Promise<string> {
  const buffer = new Uint8Array(4096);
  let total = 0;
  try {
    await client.sendAll(greeting);
    for (;;) {
      const byteLength = await client.receive(buffer, { signal });
      if (byteLength === 0) return `${total} bytes, then the end of the stream`;
      total += byteLength;
    }
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    return `${total} bytes, then ${error.code}`;
  }
}
