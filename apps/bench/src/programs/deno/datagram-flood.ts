/** Counts the datagrams that come. */
import { Counts, DATA } from "../shared/datagrams.ts";
import { bound } from "./datagrams.ts";

const BUFFER_BYTES = 2048;

const counts = new Counts();
const socket = bound();
const buffer = new Uint8Array(BUFFER_BYTES);
for (;;) {
  const [bytes, from] = await socket.receive(buffer);
  const kind = counts.take(bytes);
  if (kind !== DATA) await socket.send(counts.answer(kind), from);
}
