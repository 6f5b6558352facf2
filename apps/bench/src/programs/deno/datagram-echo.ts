/** Sends each datagram back. */
import { bound } from "./datagrams.ts";

const BUFFER_BYTES = 65_536;

const socket = bound();
const buffer = new Uint8Array(BUFFER_BYTES);
for (;;) {
  const [bytes, from] = await socket.receive(buffer);
  await socket.send(bytes, from);
}
