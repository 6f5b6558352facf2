/** Receiving one message, waiting or not as the flags say. */
import { type Received, SocketType, UnixAddress } from "@omnisock/core";
import { lastPeer, receiveFromInto, receiveInto, remoteAddressOf } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { constants } from "../linux/constants.ts";
import { lengthOf } from "../memory.ts";

/** Bytes received, or a negative errno. A stream gives none for no room, where the kernel would wait; a datagram is taken all the same. */
export function receiveBytes(descriptor: Descriptor, type: SocketType, into: Uint8Array, flags: number): number {
  if (!isNoRoom(type, into)) return receiveInto(descriptor, into, flags);
  descriptor.fdFor("recv");
  return 0;
}

/** The message's true length, or a negative errno. The kernel tells it with `MSG_TRUNC`; of a stream, that would drop bytes. */
export function receiveWhole(descriptor: Descriptor, type: SocketType, into: Uint8Array, flags: number): number {
  if (isNoRoom(type, into)) return receiveBytes(descriptor, type, into, flags);
  return receiveFromInto(descriptor, into, type === SocketType.STREAM ? flags : flags | constants.MSG_TRUNC);
}

function isNoRoom(type: SocketType, into: Uint8Array): boolean {
  return lengthOf(into) === 0 && type === SocketType.STREAM;
}

/** What there is to say of the message that was received last. */
export function received(descriptor: Descriptor, type: SocketType, length: number, into: Uint8Array): Received {
  const isTruncated = length > lengthOf(into);
  // Where there was no room, the kernel was not asked, and the last peer is another's.
  const from = (isNoRoom(type, into) ? undefined : lastPeer()) ?? remoteAddressOf(descriptor) ?? UnixAddress.UNNAMED;
  return { byteLength: isTruncated ? lengthOf(into) : length, from, isTruncated };
}
