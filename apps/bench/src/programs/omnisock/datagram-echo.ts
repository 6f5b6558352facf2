/** Sends each datagram back. */
import { bound } from "./datagrams.ts";

const BUFFER_BYTES = 65_536;

const socket = await bound();
const buffer = new Uint8Array(BUFFER_BYTES);
for (;;) {
  const { byteLength, from } = await socket.receiveFrom(buffer);
  await socket.sendTo(buffer.subarray(0, byteLength), from);
}
