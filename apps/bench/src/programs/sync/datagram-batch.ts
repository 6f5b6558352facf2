/** Sends batches of datagrams for as long as it is asked to. */
import { AddressFamily, InternetAddress } from "omnisock";
import { Socket, SocketType } from "omnisock/posix/sync";
import { batchOf, Counts, requestIn, SEND } from "../shared/datagrams.ts";
import { bound, serveForever } from "./datagrams.ts";

const QUESTION_BYTES = 64;

const counts = new Counts();
const batch = batchOf().map((bytes) => ({ bytes }));
const buffer = new Uint8Array(QUESTION_BYTES);
const server = bound();
serveForever(() => {
  const { byteLength, from } = server.receiveFrom(buffer);
  const question = buffer.subarray(0, byteLength);
  const kind = counts.take(question);
  if (kind === SEND) send(question);
  else server.sendTo(counts.answer(kind), from);
});

function send(request: Uint8Array): void {
  const { milliseconds, port } = requestIn(request);
  using socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  socket.connect(new InternetAddress(InternetAddress.ADDR_LOOPBACK, port));
  const began = performance.now();
  while (performance.now() - began < milliseconds) counts.datagrams += socket.sendMany(batch);
  counts.microseconds = (performance.now() - began) * 1e3;
}
