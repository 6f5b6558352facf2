import { AddressFamily, type Outgoing, SocketError } from "@omnisock/core";
import { checkAddress, checkBytes, checkFlags } from "../arguments.ts";
import { remoteAddressOf, sendBytes, sendBytesTo } from "../calls.ts";
import { type BatchedDatagram, DatagramBatch } from "../datagram-batch.ts";
import type { Descriptor } from "../descriptor.ts";
import { checked } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { type Addressed, sendBatch } from "../send-batch.ts";
import { numeric } from "./names.ts";

const { MSG_WAITFORONE } = constants;
const MOST = 1024;

/** Room for the datagrams that are copied on. */
let room: DatagramBatch | undefined;

/** @throws {SocketError} The kernel's error. @throws {TypeError | RangeError} An argument is not as it should be. */
export function sendMany(
  descriptor: Descriptor,
  family: AddressFamily,
  datagrams: readonly Outgoing[],
  flags: number,
): number {
  if (!Array.isArray(datagrams)) throw new TypeError("sendMany() takes an array of { bytes, to }");
  checkFlags(flags);
  const list = (datagrams as readonly Outgoing[]).map((one) => Object(one) as Outgoing);
  for (const { bytes } of list) checkBytes(bytes);
  const peer = list.some(({ to }) => to === undefined) ? remoteAddressOf(descriptor) : undefined;
  const addressed = list.map(({ bytes, to }): Addressed => {
    if (to === undefined && peer === undefined) throw new SocketError("EDESTADDRREQ", "send");
    const [found = to ?? peer] = to === undefined ? [peer] : numeric(checkAddress("sendMany", to), family, "send");
    return { bytes, to: found as Addressed["to"] };
  });
  const isConnected = list.every(({ to }) => to === undefined);
  let sent = 0;
  for (;;) {
    const taken = sendBatch(descriptor, sent === 0 ? addressed : addressed.slice(sent), isConnected, flags);
    if (sent === 0) checked(taken, "send", addressed[0]?.to);
    sent += Math.max(0, taken);
    const next = addressed[sent];
    if (next === undefined) return sent;
    const result = isConnected
      ? sendBytes(descriptor, next.bytes, flags)
      : sendBytesTo(descriptor, next.bytes, next.to, flags);
    if (result < 0 && sent > 0) return sent;
    checked(result, "send", next.to);
    sent++;
  }
}

/** @throws {SocketError} The kernel's error. @throws {RangeError} `most` is out of range. */
export function receiveMany(
  descriptor: Descriptor,
  family: AddressFamily,
  most: number,
  flags: number,
): BatchedDatagram[] {
  if (!(Number.isInteger(most) && most >= 1 && most <= MOST)) {
    throw new RangeError(`The most to receive is a whole number from 1 to ${MOST}, not ${String(most)}`);
  }
  checkFlags(flags);
  room ??= new DatagramBatch({ bytes: 65_536 });
  checked(room.receive(descriptor, most, flags | MSG_WAITFORONE, family === AddressFamily.UNIX), "recv");
  return room.copied();
}

/** @throws {SocketError} The kernel's error. @throws {TypeError} `batch` is none. */
export function receiveBatch(
  descriptor: Descriptor,
  family: AddressFamily,
  batch: DatagramBatch,
  flags: number,
): number {
  if (!(batch instanceof DatagramBatch)) throw new TypeError("receiveBatch() takes a DatagramBatch");
  checkFlags(flags);
  const isUnix = family === AddressFamily.UNIX;
  return checked(batch.receive(descriptor, batch.capacity, flags | MSG_WAITFORONE, isUnix), "recv");
}
