/** Counts the datagrams that come. */
import { Counts, DATA } from "../shared/datagrams.ts";
import { serve } from "./datagrams.ts";

const counts = new Counts();
serve((socket, bytes, { address, port }) => {
  const kind = counts.take(bytes);
  if (kind !== DATA) socket.send(counts.answer(kind), port, address);
});
