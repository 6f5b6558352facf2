import type { Connection } from "@omnisock/core";
import { framed, json, lengthPrefixed, lines, messages } from "@omnisock/core/framing";

/** Lists of numbers as JSON, each behind its length in two bytes. */
const codec = messages(lengthPrefixed({ length: "u16", maxFrameLength: 1000 }), json<number[]>());

/** Greets with a line, then answers each list by its sum. */
export async function serve(connection: Connection): Promise<void> {
  await using greeting = framed(connection, lines({ maxFrameLength: 80 }));
  if ((await greeting.receive({ timeout: 5000 })) !== "SUMS") return;
  await using peer = framed(connection, codec, { leftOver: await greeting.detach() });
  for await (const numbers of peer) await peer.send([numbers.reduce((a, b) => a + b, 0)]);
}

export async function ask(connection: Connection, questions: readonly number[][]): Promise<number[]> {
  await using greeting = framed(connection, lines());
  await greeting.send("SUMS");
  await using peer = framed(connection, codec, { leftOver: await greeting.detach() });
  await peer.sendAll(questions);
  const sums: number[] = [];
  while (sums.length < questions.length) sums.push(...((await peer.receive()) ?? []));
  return sums;
}
