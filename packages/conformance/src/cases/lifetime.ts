import { select } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs } from "../expect.ts";
import { watchTimers } from "../timers.ts";
import { bytes, receiveAll, text } from "../traffic.ts";

export const lifetime: Topic = {
  name: "lifetime",
  cases: [
    {
      id: "lifetime-accepted-class",
      title: "an accepted connection is of its listener's class",
      source: "Python socket.accept()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        equal(server.constructor, client.constructor, "the class");
        equal(server.type, client.type, "the type");
      },
    },
    {
      id: "lifetime-listener-independent",
      title: "closing a listener, a connection or a client ends nothing else",
      source: "POSIX close()",
      async run(fixture) {
        const listener = await fixture.listener();
        const one = await fixture.socket().connect(listener.localAddress);
        const two = await fixture.socket().connect(listener.localAddress);
        const first = fixture.own(await listener.accept());
        const second = fixture.own(await listener.accept());
        await one.close();
        equal((await receiveAll(first)).byteLength, 0, "bytes of the first");
        await first.close();
        await listener.close();
        await two.sendAll(bytes("alive"));
        await two.close();
        equal(text(await receiveAll(second)), "alive", "what the second received");
      },
    },
    {
      id: "lifetime-many-in-turn",
      title: "300 connections made and closed in turn leave nothing behind",
      source: "libuv tcp_connect_close",
      async run(fixture) {
        const listener = await fixture.listener();
        for (let round = 0; round < 300; round++) {
          await using client = await fixture.socket().connect(listener.localAddress);
          await using server = await listener.accept();
          await client.sendAll(Uint8Array.of(round & 255));
          equal(await server.receive(new Uint8Array(2)), 1, "bytes received");
        }
        await fails(listener.accept({ timeout: 0 }), "EAGAIN", "accept() when all are gone");
      },
    },
    {
      id: "lifetime-timers",
      title: "close() leaves no timer running, however the calls that had a timeout ended",
      source: "libuv timer_close; oven-sh/bun#5218; behaviours 47",
      isAlone: true,
      async run(fixture) {
        const timers = watchTimers();
        try {
          const long = { timeout: 60_000 };
          const listener = await fixture.listener();
          const accepting = listener.accept(long);
          const client = await fixture.socket().connect(listener.localAddress, long);
          const server = fixture.own(await accepting);
          const receiving = server.receive(new Uint8Array(1), long);
          await client.sendAll(bytes("served"), long);
          await receiving;
          equal(await select([server], null, null, long), 1, "how many are ready");
          await fails(client.receive(new Uint8Array(1), { timeout: 1 }), "EAGAIN", "receive() that timed out");
          const abort = new AbortController();
          const aborted = failsAs(client.receive(new Uint8Array(1), { ...long, signal: abort.signal }), "why", "abort");
          abort.abort("why");
          await aborted;
          const closed = fails(client.receive(new Uint8Array(1), long), "EBADF", "receive() that close() ended");
          await Promise.all([client, server, listener].map((socket) => socket.close()));
          await closed;
          equal(timers.running, 0, "timers that still run");
        } finally {
          timers.restore();
        }
      },
    },
    {
      id: "lifetime-close-order",
      title: "close() of both ends at once resolves at both",
      source: "RFC 9293 section 3.6, case 3",
      async run(fixture) {
        for (let round = 0; round < 20; round++) {
          const ends = await fixture.pair();
          await Promise.all(ends.map((end) => end.send(bytes("x"))));
          await Promise.all(ends.map((end) => end.close()));
        }
      },
    },
  ],
};
