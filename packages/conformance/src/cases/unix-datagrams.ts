import { AddressFamily, type Capability, type DatagramSocket, type SocketError, UnixAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachName } from "../each-name.ts";
import { equal, equalBytes, fails, failsAs } from "../expect.ts";
import { bytes, pattern } from "../traffic.ts";
import { besides, boundAt, next, twoAt } from "../unix-datagrams.ts";

const needs: readonly Capability[] = ["unix-datagrams"];

function codeOf({ code }: { code: string }): string {
  return code;
}

/** What two sockets may send to each other unread, at least: a kernel keeps ten datagrams for each. */
const MANY = 200;

export const unixDatagrams: Topic = {
  name: "Unix datagrams",
  cases: [
    ...eachName({
      id: "unix-datagram-reply",
      title: "receiveFrom() of a Unix datagram socket says which name sent, and sendTo() answers it",
      source: "behaviour 59; Deno netUnixPacketSendReceive; unix(7)",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        equal(`${one.localAddress}`, `${at}`, "localAddress");
        equal(await other.sendTo(bytes("Hello!"), at), 6, "bytes sent");
        equal((await next(one)).join(), `Hello!,${besides(at)}`, "what arrived");
        await one.sendTo(bytes("got it"), besides(at));
        equal((await next(other)).join(), `got it,${at}`, "the answer");
      },
    }),
    ...eachName({
      id: "unix-datagram-boundaries",
      title: "receiveFrom() gives one Unix datagram a call, an empty one too, in the order they were sent",
      source: "behaviour 48; unix(7): order is kept",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        for (const word of ["one", "", "three", ""]) await other.sendTo(bytes(word), at);
        for (const word of ["one", "", "three", ""]) equal((await next(one))[0], word, "the next datagram");
      },
    }),
    ...eachName({
      id: "unix-datagram-reliable",
      title: "sendTo() to a Unix socket that does not receive waits, and none is lost or overtaken",
      source: "unix(7): reliable and not reordered",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        const sends = Array.from({ length: MANY }, (_, index) => other.sendTo(Uint8Array.of(index), at));
        const into = new Uint8Array(1);
        for (let index = 0; index < MANY; index++) {
          await one.receiveFrom(into);
          equal(into[0], index, "the next datagram");
        }
        await Promise.all(sends);
        equal(one.droppedDatagrams, 0, "dropped");
      },
    }),
    ...eachName({
      id: "unix-datagram-meet",
      title: "sendTo() and receiveFrom() of one Unix datagram socket go on at the same time",
      source: "unix(7); runtimes.md: Deno says Busy",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        for (let round = 0; round < 50; round++) {
          const waiting = [next(one), next(other)];
          await fixture.turn();
          await one.sendTo(bytes(`to ${round}`), besides(at));
          await other.sendTo(bytes(`fro ${round}`), at);
          equal((await Promise.all(waiting)).join(), `fro ${round},${besides(at)},to ${round},${at}`, "what arrived");
        }
      },
    }),
    ...eachName({
      id: "unix-datagram-receives-itself",
      title: "sendTo() of a Unix datagram socket to itself arrives, also while it receives",
      source: "unix(7)",
      needs,
      async run(fixture, at) {
        const socket = await boundAt(fixture, at);
        await socket.sendTo(bytes("before"), at);
        equal((await next(socket)).join(), `before,${at}`, "what arrived");
        const waiting = next(socket);
        await fixture.turn();
        await socket.sendTo(bytes("meanwhile"), at);
        equal((await waiting).join(), `meanwhile,${at}`, "what arrived");
      },
    }),
    {
      id: "unix-datagram-both-full",
      title: "sendTo() both ways at once by two Unix sockets that receive late ends",
      source: "unix(7)",
      needs: [...needs, "unix-files"],
      async run(fixture) {
        const at = new UnixAddress((await fixture.directory()).path("socket"));
        const [one, other] = await twoAt(fixture, at);
        const send = (from: DatagramSocket, to: UnixAddress): Promise<unknown> =>
          Promise.all(Array.from({ length: MANY }, () => from.sendTo(bytes("x"), to)));
        const receive = async (socket: DatagramSocket): Promise<void> => {
          for (let count = 0; count < MANY; count++) await next(socket);
        };
        const sends = [send(one, besides(at)), send(other, at)];
        await fixture.turn();
        await Promise.all([...sends, receive(one), receive(other)]);
      },
    },
    ...eachName({
      id: "unix-datagram-large",
      title: "sendTo() carries 100,000 bytes to a Unix socket whole; too many are EMSGSIZE, and the socket goes on",
      source: "behaviour 49; unix(7), SO_SNDBUF",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        const sent = pattern(100_000);
        await other.sendTo(sent, at);
        const into = new Uint8Array(100_001);
        const { byteLength, isTruncated } = await one.receiveFrom(into);
        equalBytes(into.subarray(0, byteLength), sent, "what arrived");
        equal(isTruncated, false, "isTruncated");
        await fails(other.sendTo(new Uint8Array(16 << 20), at), "EMSGSIZE", "sendTo()");
        await other.sendTo(bytes("longer"), at);
        const short = await one.receiveFrom(new Uint8Array(4));
        equal(short.byteLength, 4, "bytes received into too short a buffer");
        equal(short.isTruncated, true, "isTruncated of it");
      },
    }),
    ...eachName({
      id: "unix-datagram-connected",
      title: "connect() of a Unix datagram socket sends to that name, and receives from it alone",
      source: "behaviour 51; connect(2)",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        const stranger = fixture.datagramSocket(AddressFamily.UNIX);
        await other.connect(at);
        equal(`${other.remoteAddress}`, `${at}`, "remoteAddress");
        await other.send(bytes("to you"));
        equal((await next(one)).join(), `to you,${besides(at)}`, "what the peer received");
        try {
          await stranger.sendTo(bytes("spam"), besides(at));
        } catch (error) {
          // Where the kernel itself knows of the connection, it tells the stranger.
          equal((error as SocketError).code, "EPERM", "what the stranger hears, if anything");
        }
        await one.sendTo(bytes("thanks"), besides(at));
        equal((await next(other)).join(), `thanks,${at}`, "what was received");
        await fails(other.sendTo(bytes("x"), at), "EISCONN", "sendTo()");
        await fails(one.send(bytes("x")), "EDESTADDRREQ", "send() unconnected");
      },
    }),
    ...eachName({
      id: "unix-datagram-close",
      title: "close() of a Unix datagram socket ends its pending calls with EBADF, and frees its name at once",
      source: "behaviours 28 and 43; close(2)",
      needs,
      async run(fixture, at) {
        const socket = await boundAt(fixture, at);
        const waiting = fails(socket.receiveFrom(new Uint8Array(1)), "EBADF", "receiveFrom()");
        await fixture.turn();
        await socket.close();
        await waiting;
        await fails(socket.sendTo(bytes("x"), besides(at)), "EBADF", "sendTo() after close()");
        await boundAt(fixture, at);
      },
    }),
    {
      id: "unix-datagram-close-full",
      title:
        "close() of a Unix datagram socket ends the calls that wait for a full receiver, and what was sent arrives",
      source: "behaviour 28; close(2)",
      needs: [...needs, "unix-files"],
      async run(fixture) {
        const at = new UnixAddress((await fixture.directory()).path("socket"));
        const [one, other] = await twoAt(fixture, at);
        // More than the kernel keeps: the last ones wait.
        const sends = Array.from({ length: MANY }, () => one.sendTo(bytes("x"), besides(at)).catch(codeOf));
        await fixture.turn();
        await one.close();
        const outcomes = await Promise.all(sends);
        equal(outcomes.at(-1), "EBADF", "the last call");
        const sent = outcomes.filter((outcome) => outcome === 1).length;
        for (let count = 0; count < sent; count++) equal((await next(other)).join(), `x,${at}`, "what had been sent");
        await boundAt(fixture, at);
      },
    },
    ...eachName({
      id: "unix-datagram-timeout",
      title: "receiveFrom() of a Unix datagram socket that timed out or was aborted loses no datagram",
      source: "behaviours 32 and 34",
      needs,
      async run(fixture, at) {
        const [one, other] = await twoAt(fixture, at);
        await fails(one.receiveFrom(new Uint8Array(1), { timeout: 10 }), "EAGAIN", "receiveFrom()");
        const controller = new AbortController();
        const reason = new Error("enough");
        const aborted = failsAs(
          one.receiveFrom(new Uint8Array(1), { signal: controller.signal }),
          reason,
          "receiveFrom() with a signal",
        );
        controller.abort(reason);
        await aborted;
        await other.sendTo(bytes("late"), at);
        equal((await next(one))[0], "late", "what arrived");
      },
    }),
  ],
};
