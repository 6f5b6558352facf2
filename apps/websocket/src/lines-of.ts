/** Lines from standard input. */
import { Decoder, lines } from "@omnisock/core/framing";

/** The lines of a stream. Nobody is sure to end the last one: it counts all the same. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new Decoder(lines({ lastLine: "keep" }));
  for await (const chunk of chunks) yield* decoder.push(chunk);
  yield* decoder.end();
}
