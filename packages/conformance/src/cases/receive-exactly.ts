import { SO_RCVTIMEO, type Socket, SocketShutdown, WOULD_BLOCK } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, fails, failsAs, failsWith } from "../expect.ts";
import { bytes, MORE_THAN_FITS, NO_BYTES, pattern, receiveAll, text } from "../traffic.ts";

/** Longer than any case takes: a call that ends in time did not wait for it. */
const LONG = 60_000;

/** What `socket.receiveExactly()` gives, as text. */
async function receiveWord(socket: Socket, length: number, timeout?: number): Promise<string> {
  const into = new Uint8Array(length);
  return text(into.subarray(0, await socket.receiveExactly(into, { timeout })));
}

export const receiveExactly: Topic = {
  name: "receiveExactly",
  cases: [
    ...eachFamily({
      id: "exactly-pieces",
      title: "receiveExactly() waits until its buffer is full, however the bytes come",
      source: "POSIX recv(), MSG_WAITALL; Socket HOWTO, myreceive",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        const order: string[] = [];
        const receiving = receiveWord(server, 5).then((word) => order.push(word));
        for (const letter of "piece") {
          await fixture.turn();
          order.push(letter);
          await client.send(bytes(letter));
        }
        await receiving;
        equal(order.join(" "), "p i e c e piece", "the order");
      },
    }),
    {
      id: "exactly-rest",
      title: "receiveExactly() takes no byte too many: what follows is the next call's",
      source: "POSIX recv(), MSG_WAITALL; Socket HOWTO, myreceive",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const waiting = receiveWord(server, 3);
        await client.sendAll(bytes("onetwothree"));
        equal(await waiting, "one", "what was waited for");
        await fixture.turn();
        equal(await receiveWord(server, 3), "two", "what was here");
        const into = bytes("-------");
        equal(await server.receiveExactly(into.subarray(1, 6)), 5, "bytes into a view");
        equal(text(into), "-three-", "the buffer around the view");
      },
    },
    {
      id: "exactly-large",
      title: "receiveExactly() fills a buffer that is larger than any kernel's",
      source: "POSIX recv(), MSG_WAITALL",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(MORE_THAN_FITS);
        const sending = client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND));
        await fixture.turn();
        const into = new Uint8Array(MORE_THAN_FITS - 1);
        equal(await server.receiveExactly(into), into.byteLength, "bytes received");
        equalBytes(into, sent.subarray(0, -1), "what arrived");
        equalBytes(await receiveAll(server), sent.subarray(-1), "the rest");
        await sending;
      },
    },
    {
      id: "exactly-end",
      title: "receiveExactly() gives what there is when the stream ends before, and 0 at its end",
      source: "POSIX recv(), MSG_WAITALL",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const waiting = [receiveWord(server, 4), receiveWord(server, 4), receiveWord(server, 4, LONG)];
        await client.sendAll(bytes("whole"));
        await client.shutdown(SocketShutdown.SEND);
        equal((await Promise.all(waiting)).join(), "whol,e,", "what calls got that waited");
        equal(await receiveWord(server, 4), "", "what arrived after the end");
        await server.sendAll(bytes("late"));
        await server.shutdown(SocketShutdown.SEND);
        await fixture.turn();
        equal(await receiveWord(client, 10), "late", "what was here before the end");
        equal(await receiveWord(client, 10, 0), "", "what timeout 0 gives at the end");
      },
    },
    {
      id: "exactly-arguments",
      title: "receiveExactly() of nothing is 0, of what is no Uint8Array a TypeError, and both consume nothing",
      source: "POSIX recv(), EFAULT, as a caller's mistake",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        equal(await server.receiveExactly(new Uint8Array(0)), 0, "bytes before any arrived");
        await client.sendAll(bytes("kept"));
        equal(await receiveWord(server, 1), "k", "the first byte");
        equal(await server.receiveExactly(new Uint8Array(0)), 0, "bytes with some here");
        for (const into of NO_BYTES) await failsWith(server.receiveExactly(into), TypeError, "receiveExactly()");
        await failsWith(server.receiveExactly(new Uint8Array(1), { timeout: -1 }), RangeError, "timeout -1");
        equal(await receiveWord(server, 3), "ept", "the rest");
      },
    },
    {
      id: "exactly-order",
      title: "receiveExactly() and receive() calls that wait are served in the order they were made",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const any = new Uint8Array(10);
        const first = receiveWord(server, 3);
        const second = server.receive(any);
        await fixture.turn();
        await client.send(bytes("1"));
        await fixture.turn();
        equal(server.tryReceive(new Uint8Array(1)), WOULD_BLOCK, "tryReceive() while a call has a part");
        await client.send(bytes("11"));
        await client.send(bytes("2"));
        equal(await first, "111", "what the first call got");
        equal(text(any.subarray(0, await second)), "2", "what the second call got");
      },
    },
    {
      id: "exactly-timeout",
      title: "receiveExactly() that timed out with a part consumes nothing: the call behind gets it",
      source: "Go nettest FutureTimeout; behaviours 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (let round = 0; round < 10; round++) {
          await client.send(bytes("part"));
          const late = fails(server.receiveExactly(new Uint8Array(5), { timeout: 5 }), "EAGAIN", "receiveExactly()");
          const behind = receiveWord(server, 4);
          equal((await late).wouldBlock, true, "wouldBlock");
          equal(await behind, "part", "what the call behind got");
        }
        server.setOption(SO_RCVTIMEO, 5);
        await client.send(bytes("kept"));
        const error = await fails(server.receiveExactly(new Uint8Array(5)), "EAGAIN", "SO_RCVTIMEO");
        equal(error.syscall, "recv", "syscall");
        equal(await receiveWord(server, 4, LONG), "kept", "what the next call got");
      },
    },
    {
      id: "exactly-signal",
      title: "a signal ends a receiveExactly() that has megabytes already, and loses none of them",
      source: "Go nettest PresentTimeout; behaviours 33, 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(MORE_THAN_FITS);
        const controller = new AbortController();
        const reason = { any: "value" };
        const { signal } = controller;
        const aborted = failsAs(server.receiveExactly(new Uint8Array(sent.byteLength + 1), { signal }), reason, "it");
        // More than fits: it is sent when the call has the greater part.
        await client.sendAll(sent);
        controller.abort(reason);
        await aborted;
        await client.close();
        equalBytes(await receiveAll(server), sent, "what the next calls got");
        await failsAs(server.receiveExactly(new Uint8Array(1), { signal }), reason, "receiveExactly() after");
      },
    },
    {
      id: "exactly-timeout-0",
      title: "receiveExactly() that may not wait is EAGAIN until all is here, and consumes nothing before",
      source: "CPython testTimeoutZero; POSIX recv(), O_NONBLOCK; behaviours 32, 37",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const into = new Uint8Array(200_000);
        const sent = pattern(into.byteLength);
        await fails(server.receiveExactly(into, { timeout: 0 }), "EAGAIN", "timeout 0");
        await client.sendAll(sent.subarray(0, 100_000));
        await fixture.turn();
        server.blocking = false;
        for (let times = 0; times < 3; times++) await fails(server.receiveExactly(into), "EAGAIN", "not blocking");
        equal(
          into.every((byte) => byte === 0),
          true,
          "whether the buffer is as it was",
        );
        const sending = client.sendAll(sent.subarray(100_000));
        for (let count = 0; count === 0; ) {
          await fixture.turn();
          count = await server.receiveExactly(into).catch((error) => {
            if (!error.wouldBlock) throw error;
            return 0;
          });
        }
        await sending;
        equalBytes(into, sent, "what arrived");
      },
    },
    {
      id: "exactly-shutdown",
      title: "shutdown(RECEIVE) gives a receiveExactly() that waits what it has",
      source: "POSIX shutdown(), SHUT_RD",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const waiting = receiveWord(server, 5);
        await client.send(bytes("part"));
        await fixture.turn();
        await server.shutdown(SocketShutdown.RECEIVE);
        equal(await waiting, "part", "what the call got");
        equal(await receiveWord(server, 5), "", "what the next call got");
      },
    },
    {
      id: "exactly-close",
      title: "close() makes a receiveExactly() that waits EBADF, and the ones after it",
      source: "POSIX close(); behaviours 24",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const waiting = [0, 1].map(() => fails(server.receiveExactly(new Uint8Array(5)), "EBADF", "receiveExactly()"));
        await client.send(bytes("part"));
        await fixture.turn();
        await server.close();
        await Promise.all(waiting);
        await fails(server.receiveExactly(new Uint8Array(5)), "EBADF", "receiveExactly() after close()");
        const unconnected = fixture.socket();
        await fails(unconnected.receiveExactly(new Uint8Array(5)), "ENOTCONN", "receiveExactly() before connect()");
      },
    },
    {
      id: "exactly-close-resets",
      title:
        "close() with bytes that a receiveExactly() waits to complete resets the connection: nobody has received them",
      source: "RFC 2525 section 2.17; behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const waiting = fails(server.receiveExactly(new Uint8Array(5)), "EBADF", "receiveExactly()");
        await client.send(bytes("part"));
        await fixture.turn();
        const reset = fails(client.receiveExactly(new Uint8Array(5)), "ECONNRESET", "receiveExactly() of the peer");
        await server.close();
        await Promise.all([waiting, reset]);
      },
    },
    {
      id: "exactly-reset",
      title: "receiveExactly() gives what came before a reset; the call behind it is ECONNRESET",
      source: "POSIX recv(), MSG_WAITALL; behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const part = receiveWord(server, 5);
        const behind = fails(server.receiveExactly(new Uint8Array(5)), "ECONNRESET", "receiveExactly() behind");
        await client.send(bytes("part"));
        await server.send(bytes("unread"));
        await fixture.turn();
        await client.close();
        equal(await part, "part", "what came before");
        await behind;
        equal(await receiveWord(server, 5), "", "what comes after the error");
      },
    },
    {
      id: "exactly-datagrams",
      title: "receiveExactly() is EOPNOTSUPP on a datagram socket, and loses no datagram",
      source: "recv(2): MSG_WAITALL has no effect on datagram sockets",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket, at] = await fixture.boundDatagramSocket();
        await fails(socket.receiveExactly(new Uint8Array(1)), "EOPNOTSUPP", "receiveExactly()");
        const into = new Uint8Array(10);
        const receiving = socket.receive(into);
        await socket.sendTo(bytes("kept"), at);
        equal(text(into.subarray(0, await receiving)), "kept", "the datagram");
      },
    },
  ],
};
