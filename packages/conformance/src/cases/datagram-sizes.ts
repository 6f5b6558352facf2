import { AddressFamily } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalBytes, fails } from "../expect.ts";
import { bytes, pattern, receiveText, text } from "../traffic.ts";

const into = (byteLength = 65536): Uint8Array => new Uint8Array(byteLength);

/** What a datagram over IPv6 can carry: 65535 less the header of UDP. */
const LARGEST_IP6 = 65527;

export const datagramSizes: Topic = {
  name: "sizes of datagrams",
  cases: [
    {
      id: "datagram-largest",
      title: "sendTo() carries 65507 bytes whole over IPv4",
      source: "udp(7)",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sent = pattern(65507);
        equal(await fixture.datagramSocket().sendTo(sent, at), 65507, "bytes sent");
        const buffer = into();
        const { byteLength, isTruncated } = await receiver.receiveFrom(buffer);
        equalBytes(buffer.subarray(0, byteLength), sent, "what was received");
        equal(isTruncated, false, "isTruncated");
      },
    },
    {
      id: "datagram-largest-ip6",
      title: "sendTo() carries 65527 bytes whole over IPv6, and more is EMSGSIZE",
      source: "RFC 8200; udp(7); behaviours 49",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket(AddressFamily.INET6);
        const sender = fixture.datagramSocket(AddressFamily.INET6);
        await fails(sender.sendTo(new Uint8Array(LARGEST_IP6 + 1), at), "EMSGSIZE", "sendTo()");
        const sent = pattern(LARGEST_IP6);
        equal(await sender.sendTo(sent, at), LARGEST_IP6, "bytes sent");
        const buffer = into();
        const { byteLength, isTruncated } = await receiver.receiveFrom(buffer);
        equalBytes(buffer.subarray(0, byteLength), sent, "what was received");
        equal(isTruncated, false, "isTruncated");
      },
    },
    {
      id: "datagram-too-long",
      title: "sendTo() of more than a datagram can carry is EMSGSIZE, and the socket goes on",
      source: "sendto(2); libuv udp_dgram_too_big; behaviours 49",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const error = await fails(sender.sendTo(into(65508), at), "EMSGSIZE", "sendTo()");
        equal(error.syscall, "send", "syscall");
        equal(error.port, at.port, "port");
        await fails(() => sender.trySendTo(into(65508), at), "EMSGSIZE", "trySendTo()");
        await sender.sendTo(bytes("short"), at);
        equal(await receiver.receive(into()), 5, "bytes received");
      },
    },
    {
      id: "datagram-truncated",
      title: "receiveFrom() into too short a buffer says so, and the rest is lost",
      source: "recvfrom(2), MSG_TRUNC; CPython testRecvmsgTrunc; behaviours 50",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        for (let round = 0; round < 2; round++) {
          // Once with the call waiting, once with the datagram waiting.
          const buffer = into(4);
          const early = round === 0 ? receiver.receiveFrom(buffer) : undefined;
          await sender.sendTo(bytes("truncated"), at);
          const received = await (early ?? receiver.receiveFrom(buffer));
          equal(received.byteLength, 4, "bytes received");
          equal(received.isTruncated, true, "isTruncated");
          equal(text(buffer), "trun", "what was received");
        }
        await sender.sendTo(bytes("next"), at);
        const buffer = into();
        equal((await receiver.receiveFrom(buffer)).byteLength, 4, "the next datagram's bytes");
        equal(text(buffer.subarray(0, 4)), "next", "the next datagram");
      },
    },
    {
      id: "datagram-connected-sizes",
      title:
        "send() and trySend() of a connected socket carry empty and largest datagrams, and EMSGSIZE is what is longer",
      source: "udp(7); behaviours 48, 49, 50",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const socket = fixture.datagramSocket();
        await socket.connect(at);
        equal(await socket.send(new Uint8Array(0)), 0, "send() of nothing");
        equal((await receiver.receiveFrom(new Uint8Array(0))).isTruncated, false, "an empty datagram, into nothing");
        equal(await socket.send(new Uint8Array(65507)), 65507, "send() of the largest");
        const { byteLength, isTruncated } = await receiver.receiveFrom(new Uint8Array(65506));
        equal(byteLength, 65506, "bytes received");
        equal(isTruncated, true, "isTruncated, one byte short");
        await fails(socket.send(new Uint8Array(65508)), "EMSGSIZE", "send()");
        await fails(() => socket.trySend(new Uint8Array(65508)), "EMSGSIZE", "trySend()");
        await fails(socket.sendMany([{ bytes: new Uint8Array(65508) }]), "EMSGSIZE", "sendMany()");
        equal(await socket.send(bytes("after")), 5, "send() after");
        equal(await receiveText(receiver), "after", "what arrived");
      },
    },
  ],
};
