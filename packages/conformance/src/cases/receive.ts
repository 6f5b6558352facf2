import { SocketShutdown, WOULD_BLOCK } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, fails, failsWith } from "../expect.ts";
import { bytes, NO_BYTES, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

export const receive: Topic = {
  name: "receive",
  cases: [
    ...eachFamily({
      id: "receive-short",
      title: "receive() into a short buffer leaves the rest for the next call",
      source: "CPython testOverFlowRecv; behaviours 10",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        await client.sendAll(bytes("abcdef"));
        await client.shutdown(SocketShutdown.SEND);
        const into = new Uint8Array(1);
        let received = "";
        while ((await server.receive(into)) === 1) received += text(into);
        equal(received, "abcdef", "what arrived byte by byte");
      },
    }),
    {
      id: "receive-waits",
      title: "receive() waits until something arrives",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const order: string[] = [];
        const receiving = receiveExactly(server, 1).then(() => order.push("received"));
        await fixture.turn();
        order.push("sent");
        await client.send(bytes("x"));
        await receiving;
        equal(order.join(", "), "sent, received", "the order");
      },
    },
    {
      id: "receive-order",
      title: "receive() calls that wait are served in the order they were made",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const buffers = Array.from({ length: 5 }, () => new Uint8Array(2));
        const receives = buffers.map((into) => server.receive(into));
        for (const [index, into] of buffers.entries()) {
          await client.sendAll(Uint8Array.of(index, index));
          const count = (await receives[index]) ?? 0;
          // One byte may come alone; the next is then another call's.
          equal(count > 0 && into[0] === index, true, `whether call ${index} got byte ${index}`);
          if (count === 1) return;
        }
      },
    },
    {
      id: "receive-stream-split",
      title: "receive() calls that wait share what arrives at once",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(1000);
        const parts = Array.from({ length: 100 }, () => receiveInto(server, new Uint8Array(10)));
        await client.sendAll(sent);
        await client.shutdown(SocketShutdown.SEND);
        const received = (await Promise.all(parts)).flatMap((part) => [...part]);
        const rest = await receiveAll(server);
        equalBytes(Uint8Array.from([...received, ...rest]), sent, "what arrived");
      },
    },
    {
      id: "receive-empty",
      title: "receive() and tryReceive() into an empty buffer are 0 at once, and consume nothing",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const empty = new Uint8Array(0);
        equal(await server.receive(empty), 0, "receive() before anything arrived");
        equal(server.tryReceive(empty), 0, "tryReceive() before anything arrived");
        await client.sendAll(bytes("kept"));
        equal(text(await receiveExactly(server, 1)), "k", "the first byte");
        equal(await server.receive(empty), 0, "receive() with bytes there");
        equal(server.tryReceive(empty), 0, "tryReceive() with bytes there");
        equal(text(await receiveExactly(server, 3)), "ept", "the rest");
      },
    },
    {
      id: "receive-view",
      title: "receive() into a view fills that part of its buffer alone",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("abcd"));
        const whole = bytes("----------");
        for (let filled = 0; filled < 4; ) filled += await server.receive(whole.subarray(3 + filled, 7));
        equal(text(whole), "---abcd---", "the buffer");
      },
    },
    {
      id: "receive-no-bytes",
      title: "receive() and tryReceive() into what is no Uint8Array are a TypeError, and consume nothing",
      source: "POSIX recv(), EFAULT, as a caller's mistake",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("kept"));
        for (const into of NO_BYTES) {
          await failsWith(server.receive(into), TypeError, "receive()");
          await failsWith(() => server.tryReceive(into), TypeError, "tryReceive()");
        }
        equal(text(await receiveExactly(server, 4)), "kept", "what arrived");
      },
    },
    {
      id: "receive-try",
      title: "tryReceive() is WOULD_BLOCK until something arrives, and 0 at the end of the stream",
      source: "POSIX recv(), O_NONBLOCK; behaviours 37",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const into = new Uint8Array(10);
        equal(server.tryReceive(into), WOULD_BLOCK, "tryReceive() before anything arrived");
        await client.sendAll(bytes("x"));
        equal(
          await poll(
            () => server.tryReceive(into),
            () => fixture.turn(),
          ),
          1,
          "tryReceive() of what arrived",
        );
        equal(server.tryReceive(into), WOULD_BLOCK, "tryReceive() when all was received");
        await client.close();
        equal(
          await poll(
            () => server.tryReceive(into),
            () => fixture.turn(),
          ),
          0,
          "tryReceive() at the end",
        );
        equal(server.tryReceive(into), 0, "tryReceive() at the end again");
      },
    },
    {
      id: "receive-end",
      title: "receive() at the end of the stream is 0, as often as it is asked",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const into = new Uint8Array(1);
        const waiting = [server.receive(into), server.receive(into, { timeout: 60_000 })];
        await client.shutdown(SocketShutdown.SEND);
        for (const count of await Promise.all(waiting)) equal(count, 0, "receive() that waited for the end");
        for (let times = 0; times < 3; times++) equal(await server.receive(into), 0, "receive() after the end");
        equal(await server.receive(into, { timeout: 0 }), 0, "receive() with timeout 0 after the end");
      },
    },
    {
      id: "receive-late",
      title: "receive() gives what arrived before anybody asked, then what comes",
      source: "libuv tcp_unexpected_read; oven-sh/bun#28289, #35108; behaviours 11, 15",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(40_000);
        await client.sendAll(sent);
        await fixture.turn();
        const first = await receiveExactly(server, 20_000);
        await client.sendAll(bytes("end"));
        await client.close();
        await fixture.turn();
        equalBytes(first, sent.subarray(0, 20_000), "the first half");
        const rest = await receiveAll(server);
        equalBytes(rest.subarray(0, 20_000), sent.subarray(20_000), "the second half");
        equal(text(rest.subarray(20_000)), "end", "what was sent later");
      },
    },
    {
      id: "receive-stop-start",
      title: "receive() by fits and starts keeps every byte",
      source: "libuv tcp_read_stop_start; oven-sh/bun#39830; behaviours 12",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(8 << 20);
        const sending = client.sendAll(sent).then(() => client.close());
        for (let from = 0, size = 1; from < sent.byteLength; from += size, size = (size * 5 + 1) % 700_001) {
          const part = sent.subarray(from, from + size);
          equalBytes(await receiveExactly(server, part.byteLength), part, `what arrived from byte ${from} on`);
          await new Promise((resolve) => setTimeout(resolve));
        }
        equal(await server.receive(new Uint8Array(1)), 0, "receive() at the end");
        await sending;
      },
    },
    {
      id: "receive-closed",
      title: "receive() after close() is EBADF, and so are all other verbs",
      source: "POSIX recv()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("unread"));
        const byte = new Uint8Array(1);
        await receiveExactly(server, 1);
        await server.close();
        await fails(server.receive(byte), "EBADF", "receive()");
        await fails(() => server.tryReceive(byte), "EBADF", "tryReceive()");
        await fails(server.receive(new Uint8Array(0)), "EBADF", "receive() of nothing");
        await fails(server.send(byte), "EBADF", "send()");
        await fails(server.send(new Uint8Array(0)), "EBADF", "send() of nothing");
        await fails(server.sendAll(byte), "EBADF", "sendAll()");
        await fails(() => server.trySend(byte), "EBADF", "trySend()");
        await fails(server.shutdown(SocketShutdown.BOTH), "EBADF", "shutdown()");
        await fails(server.accept(), "EBADF", "accept()");
        await fails(server.listen(), "EBADF", "listen()");
        await fails(server.bind(fixture.loopback()), "EBADF", "bind()");
        await fails(server.connect(fixture.loopback()), "EBADF", "connect()");
      },
    },
  ],
};

async function receiveInto(
  socket: { receive(into: Uint8Array): Promise<number> },
  into: Uint8Array,
): Promise<Uint8Array> {
  return into.subarray(0, await socket.receive(into));
}

/** Asks until the answer is not WOULD_BLOCK, the event loop turning between. */
async function poll(ask: () => number, turn: () => Promise<void>): Promise<number> {
  for (;;) {
    const answer = ask();
    if (answer !== WOULD_BLOCK) return answer;
    await turn();
  }
}
