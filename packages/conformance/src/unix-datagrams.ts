/** Unix datagram sockets for cases, and what they receive. */
import { AddressFamily, type DatagramSocket, UnixAddress } from "@omnisock/core";
import type { Fixture } from "./fixture.ts";
import { text } from "./traffic.ts";

export async function boundAt(fixture: Fixture, at: UnixAddress): Promise<DatagramSocket> {
  const socket = fixture.datagramSocket(AddressFamily.UNIX);
  await socket.bind(at);
  return socket;
}

/** What the next datagram says, and who sent it. */
export async function next(socket: DatagramSocket): Promise<[said: string, from: string]> {
  const into = new Uint8Array(64);
  const { byteLength, from } = await socket.receiveFrom(into);
  return [text(into.subarray(0, byteLength)), `${from}`];
}

/** Two sockets bound beside each other. */
export async function twoAt(fixture: Fixture, at: UnixAddress): Promise<[one: DatagramSocket, other: DatagramSocket]> {
  return [await boundAt(fixture, at), await boundAt(fixture, besides(at))];
}

/** A name that is as unused as this one. */
export function besides({ path }: UnixAddress): UnixAddress {
  return new UnixAddress(`${path}2`);
}
