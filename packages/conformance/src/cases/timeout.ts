import { type Socket, SocketError, select } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalBytes, fails } from "../expect.ts";
import { block, bytes, MORE_THAN_FITS, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

const byte = new Uint8Array(1);

/** So often, what has been sent to this machine itself is here. */
const MOST_LOOKS = 200_000;

/** What `call` gives, tried again as long as it would have to wait. */
async function polled<T>(call: () => Promise<T>): Promise<T> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SocketError && error.wouldBlock)) throw error;
    }
  }
  throw new Error(`Nothing was seen in ${MOST_LOOKS} looks`);
}

function wait(): never {
  throw new SocketError("EAGAIN", "recv");
}

async function ready(socket: Socket): Promise<number> {
  return (await select([socket], null, null, { timeout: 0 })) || wait();
}

export const timeout: Topic = {
  name: "timeout",
  cases: [
    {
      id: "timeout-receive",
      title: "receive() that timed out loses no byte, and nor do the next ones",
      source: "Go nettest FutureTimeout; behaviours 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (let round = 0; round < 10; round++) {
          const error = await fails(server.receive(new Uint8Array(100), { timeout: 5 }), "EAGAIN", "receive()");
          equal(error.wouldBlock, true, "wouldBlock");
          equal(error.syscall, "recv", "syscall");
          await client.sendAll(Uint8Array.of(round));
          equal((await receiveExactly(server, 1))[0], round, "what arrived next");
        }
      },
    },
    {
      id: "timeout-receive-racing",
      title: "receive() with timeouts that end just as bytes arrive loses none",
      source: "Go nettest FutureTimeout; behaviours 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(300);
        const sending = (async () => {
          for (const [index, one] of sent.entries()) {
            await client.send(Uint8Array.of(one));
            await new Promise((resolve) => setTimeout(resolve, index % 3));
          }
          await client.close();
        })();
        const into = new Uint8Array(10);
        const received: number[] = [];
        for (let round = 0; ; round++) {
          const count = await server.receive(into, { timeout: round % 3 }).catch((error) => {
            if (!error.wouldBlock) throw error;
          });
          if (count === 0) break;
          received.push(...into.subarray(0, count ?? 0));
          // Timeout 0 alone would never let the event loop turn.
          if (count === undefined) await new Promise((resolve) => setTimeout(resolve));
        }
        equalBytes(Uint8Array.from(received), sent, "what arrived");
        await sending;
      },
    },
    {
      id: "timeout-receive-leaves-queue",
      title: "receive() that timed out gives its place to the call behind it",
      source: "Go nettest FutureTimeout; behaviours 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const first = fails(server.receive(new Uint8Array(1), { timeout: 10 }), "EAGAIN", "the first receive()");
        const into = new Uint8Array(1);
        const second = server.receive(into);
        const third = fails(server.receive(new Uint8Array(1), { timeout: 20 }), "EAGAIN", "the third receive()");
        await Promise.all([first, third]);
        await client.sendAll(bytes("x"));
        equal(await second, 1, "the second receive()");
        equal(text(into), "x", "what arrived");
      },
    },
    {
      id: "timeout-receive-leaves-send",
      title: "receive() that timed out leaves a send that waits alone",
      source: "Go nettest ReadTimeout; behaviours 35",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(16 << 20);
        const sending = client.sendAll(sent);
        await fails(client.receive(byte, { timeout: 10 }), "EAGAIN", "receive()");
        equalBytes(await receiveExactly(server, sent.byteLength), sent, "what arrived");
        await sending;
      },
    },
    {
      id: "timeout-send",
      title: "send() and sendAll() that time out on a full connection are EAGAIN, and it goes on afterwards",
      source: "Go nettest FutureTimeout; behaviours 33, 34, 36",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const error = await fails(client.send(bytes("never"), { timeout: 10 }), "EAGAIN", "send()");
        equal(error.wouldBlock, true, "wouldBlock");
        equal(error.syscall, "send", "syscall");
        await fails(client.sendAll(bytes("never"), { timeout: 10 }), "EAGAIN", "sendAll()");
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
        await client.sendAll(bytes("after"));
        equal(text(await receiveExactly(server, 5)), "after", "what arrived next");
      },
    },
    {
      id: "timeout-send-leaves-receive",
      title: "send() that timed out leaves a receive() that waits alone",
      source: "Go nettest WriteTimeout; behaviours 36",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const receiving = receiveExactly(client, 5);
        await fails(client.send(byte, { timeout: 10 }), "EAGAIN", "send()");
        await server.sendAll(bytes("reply"));
        equal(text(await receiving), "reply", "what arrived");
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
      },
    },
    {
      id: "timeout-send-leaves-queue",
      title: "send() that timed out gives its place to the call behind it",
      source: "Go nettest WriteTimeout; behaviours 7, 36",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const first = fails(client.send(bytes("first"), { timeout: 10 }), "EAGAIN", "the first send()");
        const second = client.sendAll(bytes("second"));
        const third = fails(client.send(bytes("third"), { timeout: 10 }), "EAGAIN", "the third send()");
        await Promise.all([first, third]);
        await receiveExactly(server, blocker.byteLength);
        await Promise.all([blocker.sending, second]);
        await client.close();
        equal(text(await receiveAll(server)), "second", "what arrived after the rest");
      },
    },
    {
      id: "timeout-accept",
      title: "accept() that timed out is EAGAIN, and the next connection goes to the next call",
      source: "Go nettest FutureTimeout; behaviours 33, 34",
      async run(fixture) {
        const listener = await fixture.listener();
        const error = await fails(listener.accept({ timeout: 10 }), "EAGAIN", "accept()");
        equal(error.wouldBlock, true, "wouldBlock");
        equal(error.syscall, "accept", "syscall");
        const client = await fixture.socket().connect(listener.localAddress);
        await fixture.turn();
        const server = fixture.own(await listener.accept());
        equal(String(server.remoteAddress), String(client.localAddress), "the connection accepted");
      },
    },
    {
      id: "timeout-0",
      title: "timeout 0 is EAGAIN where a call would wait, and what it asks for where not",
      source: "CPython testTimeoutZero; behaviours 32, 37",
      async run(fixture) {
        const listener = await fixture.listener();
        await fails(listener.accept({ timeout: 0 }), "EAGAIN", "accept()");
        const client = await fixture.socket().connect(listener.localAddress, { timeout: 10_000 });
        const server = fixture.own(await listener.accept());
        equal(await client.send(bytes("xy"), { timeout: 0 }), 2, "send()");
        await client.sendAll(bytes("z"), { timeout: 0 });
        equal((await receiveExactly(server, 3)).byteLength, 3, "bytes received");
        await fails(server.receive(byte, { timeout: 0 }), "EAGAIN", "receive()");
        const [other] = await fixture.pair();
        const tooMuch = other.sendAll(new Uint8Array(MORE_THAN_FITS), { timeout: 0 });
        await fails(tooMuch, "EAGAIN", "sendAll() of more than fits");
        const blocker = block(client);
        await fails(client.send(byte, { timeout: 0 }), "EAGAIN", "send() behind a call that waits");
        await fails(client.sendAll(byte, { timeout: 0 }), "EAGAIN", "sendAll() behind a call that waits");
        await receiveExactly(server, blocker.byteLength - 1);
        await blocker.sending;
        await fixture.turn();
        equal(await server.receive(byte, { timeout: 10_000 }), 1, "receive() of the last byte");
        await fails(server.receive(byte, { timeout: 0 }), "EAGAIN", "receive() when all was received");
      },
    },
    {
      id: "timeout-0-polled",
      title: "calls with timeout 0, and select(), one after the other and nothing between, see what comes",
      source: "select(2): a timeout of 0 polls; accept(2) and recv(2), O_NONBLOCK",
      async run(fixture) {
        const listener = await fixture.listener();
        const client = await fixture.socket().connect(listener.localAddress);
        const server = fixture.own(await polled(() => listener.accept({ timeout: 0 })));
        const into = new Uint8Array(10);
        await client.sendAll(bytes("one"));
        equal(await polled(() => server.receiveExactly(into.subarray(0, 3), { timeout: 0 })), 3, "receiveExactly()");
        await client.sendAll(bytes("two"));
        equal(await polled(() => ready(server)), 1, "select()");
        equal(await server.receive(into, { timeout: 0 }), 3, "receive() of what select() found");
        server.blocking = false;
        await client.sendAll(bytes("three"));
        equal((await polled(() => server.receive(into))) > 0, true, "receive() that does not block");
        await client.close();
        equal(await polled(async () => ((await server.receive(into)) === 0 ? 0 : wait())), 0, "the end");
      },
    },
    {
      id: "timeout-0-polled-datagrams",
      title: "receiveFrom() and receiveMany() with timeout 0, one after the other and nothing between, see what comes",
      source: "recvfrom(2) and recvmmsg(2), MSG_DONTWAIT",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, to] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        await sender.sendTo(bytes("one"), to);
        const { byteLength } = await polled(() => receiver.receiveFrom(new Uint8Array(10), { timeout: 0 }));
        equal(byteLength, 3, "receiveFrom()");
        await sender.sendTo(bytes("two"), to);
        equal((await polled(() => receiver.receiveMany(2, { timeout: 0 }))).length, 1, "receiveMany()");
        await sender.sendTo(bytes("three"), to);
        equal(await polled(() => ready(receiver)), 1, "select()");
      },
    },
    {
      id: "timeout-longest",
      title: "timeout of up to 2147483647 milliseconds, or Infinity, does not end a call early",
      source: "WHATWG timers: the longest timeout",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (const timeout of [2 ** 31 - 1, Number.POSITIVE_INFINITY, undefined]) {
          const receiving = server.receive(new Uint8Array(1), { timeout });
          await fixture.turn();
          await client.send(byte, { timeout });
          equal(await receiving, 1, `receive() with timeout ${timeout}`);
        }
      },
    },
  ],
};
