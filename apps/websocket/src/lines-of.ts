/** Lines from standard input and to standard output. */
import process from "node:process";
import { Decoder, lines } from "@omnisock/core/framing";

/** The lines of a stream. Nobody is sure to end the last one: it counts all the same. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new Decoder(lines({ lastLine: "keep" }));
  for await (const chunk of chunks) yield* decoder.push(chunk);
  yield* decoder.end();
}

/** Prints a line, no faster than standard output takes it: `process.exit()` would lose what it has not taken. */
export function printLine(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

/** From now on, the program ends quietly when whoever reads its output has seen enough, as in `client | head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: Error & { code?: string }) => process.exit(error.code === "EPIPE" ? 0 : 1));
}
