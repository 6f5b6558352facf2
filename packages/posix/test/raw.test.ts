/** Raw sockets, where the process may have them: ICMP's echo, which the kernel answers. Source: RFC 792. */
import { AddressFamily, type Datagram, InternetAddress, ProtocolType, SocketError } from "@omnisock/core";
import { expect, test } from "vitest";
import { rawSocket } from "../dist/index.js";
import { rawSocket as rawSyncSocket } from "../dist/sync/index.js";

const ECHO = 8;
const ECHO_REPLY = 0;
const HEADER_BYTES = 8;
const self = new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0);

function isPermitted(): boolean {
  try {
    rawSyncSocket(AddressFamily.INET, ProtocolType.ICMP).close();
    return true;
  } catch (error) {
    if (error instanceof SocketError && error.code === "EPERM") return false;
    throw error;
  }
}

/** An echo request with its checksum. */
function echo(id: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 4).fill(7, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ECHO);
  view.setUint16(4, id);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += view.getUint16(at);
  view.setUint16(2, ~((sum & 0xffff) + (sum >>> 16)));
  return bytes;
}

/** Whether a packet, IPv4 header and all, is the answer. */
function isReply(packet: Uint8Array, id: number): boolean {
  const icmp = packet.subarray(((packet[0] ?? 0) & 15) * 4);
  return icmp[0] === ECHO_REPLY && icmp[4] === id >> 8 && icmp[5] === (id & 255);
}

test.skipIf(!isPermitted())("rawSocket() sends and receives ICMP, blocking and with promises", async () => {
  using blocking = rawSyncSocket(AddressFamily.INET, ProtocolType.ICMP);
  expect(blocking.sendMany([1001, 1002, 1003].map((id) => ({ bytes: echo(id), to: self })))).toBe(3);
  const into = new Uint8Array(256);
  for (const id of [1001, 1002, 1003]) {
    let length = blocking.receive(into);
    while (!isReply(into.subarray(0, length), id)) length = blocking.receive(into);
  }
  const socket = rawSocket(AddressFamily.INET, ProtocolType.ICMP);
  await socket.sendTo(echo(1004), self);
  const { from }: Datagram = await (async () => {
    for await (const datagram of socket) {
      if (isReply(datagram.bytes, 1004)) return datagram;
    }
    throw new Error("no answer");
  })();
  expect(from).toEqual(self);
  await socket.close();
});

test("rawSocket() refuses what is no protocol", () => {
  expect(() => rawSocket(AddressFamily.UNIX as never, 1)).toThrow(TypeError);
  expect(() => rawSocket(AddressFamily.INET, 256)).toThrow(RangeError);
  expect(() => rawSyncSocket(AddressFamily.INET, -1)).toThrow(RangeError);
  expect(() => rawSyncSocket(AddressFamily.INET, "icmp" as never)).toThrow(TypeError);
});
