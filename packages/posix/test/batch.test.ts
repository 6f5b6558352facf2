import { AddressFamily, InternetAddress, SocketType } from "@omnisock/core";
import { expect, test } from "vitest";
import { bindTo, localAddressOf, openSocket, receiveInto } from "../dist/calls.js";
import { constants } from "../dist/linux/constants.js";
import { EAGAIN, EMSGSIZE } from "../dist/linux/errno.js";
import { sendBatch } from "../dist/send-batch.js";

test("sendBatch() sends more datagrams than fit into a call, in order, and stops at one that cannot be sent", () => {
  const receiver = openSocket(AddressFamily.INET, SocketType.DGRAM, false);
  bindTo(receiver, new InternetAddress("127.0.0.1", 0));
  const to = localAddressOf(receiver) as InternetAddress;
  const sender = openSocket(AddressFamily.INET, SocketType.DGRAM, false);
  const batch = Array.from({ length: 150 }, (_, index) => ({ bytes: new Uint8Array(index % 7).fill(index), to }));
  expect(sendBatch(sender, batch, false)).toBe(150);
  const into = new Uint8Array(16);
  for (const { bytes } of batch) {
    expect(receiveInto(receiver, into, 0)).toBe(bytes.length);
    expect([...into.subarray(0, bytes.length)]).toEqual([...bytes]);
  }
  expect(receiveInto(receiver, into, constants.MSG_DONTWAIT)).toBe(-EAGAIN);
  const tooLong = { bytes: new Uint8Array(65_508), to };
  expect(sendBatch(sender, [...batch.slice(0, 70), tooLong, ...batch], false)).toBe(70);
  expect(sendBatch(sender, [tooLong], false)).toBe(-EMSGSIZE);
  sender.close();
  receiver.close();
});
