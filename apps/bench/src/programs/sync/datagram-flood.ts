/** Counts the datagrams that come: `copied`, each in a buffer of its own, or as `views` of what the kernel joined together. */
import process from "node:process";
import { type Datagram, DatagramBatch, UDP_GRO } from "omnisock/posix/sync";
import { Counts, DATA } from "../shared/datagrams.ts";
import { bound, serveForever } from "./datagrams.ts";

const JOINED_BYTES = 65_536;

const counts = new Counts();
const socket = bound();
if (process.argv[2] === "views") {
  socket.setOption(UDP_GRO, true);
  const batch = new DatagramBatch({ bytes: JOINED_BYTES });
  serveForever(() => {
    socket.receiveBatch(batch);
    for (const datagram of batch) take(datagram);
  });
} else {
  serveForever(() => {
    for (const datagram of socket.receiveMany()) take(datagram);
  });
}

function take({ bytes, from }: Datagram): void {
  const kind = counts.take(bytes);
  if (kind !== DATA) socket.sendTo(counts.answer(kind), from);
}
