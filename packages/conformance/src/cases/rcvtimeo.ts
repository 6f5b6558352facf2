import { AddressFamily, type Connection, SO_RCVTIMEO, select, UnixAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalBytes, fails, failsAs } from "../expect.ts";
import { bytes, pattern, receiveExactly, text } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(100);
const byte = new Uint8Array(1);
/** Longer than any case takes: a call that ends in time did not wait for it. */
const LONG = 60_000;

export const rcvtimeo: Topic = {
  name: "SO_RCVTIMEO",
  cases: [
    {
      id: "rcvtimeo-receive",
      title: "SO_RCVTIMEO makes receive() EAGAIN when time is up, again and again, and loses no byte",
      source: "socket(7), SO_RCVTIMEO; D's programs; behaviours 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, 5);
        for (let round = 0; round < 10; round++) {
          const error = await fails(server.receive(into()), "EAGAIN", "receive()");
          equal(error.wouldBlock, true, "wouldBlock");
          equal(error.syscall, "recv", "syscall");
          await client.sendAll(Uint8Array.of(round));
          server.setOption(SO_RCVTIMEO, LONG);
          equal((await receiveExactly(server, 1))[0], round, "what arrived next");
          server.setOption(SO_RCVTIMEO, 5);
        }
      },
    },
    {
      id: "rcvtimeo-racing",
      title: "SO_RCVTIMEO that ends calls just as bytes arrive loses none",
      source: "Go nettest FutureTimeout; behaviours 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, 1);
        const sent = pattern(300);
        const sending = (async () => {
          for (const [index, one] of sent.entries()) {
            await client.send(Uint8Array.of(one));
            await new Promise((resolve) => setTimeout(resolve, index % 3));
          }
          await client.close();
        })();
        const received: number[] = [];
        for (;;) {
          const buffer = into();
          const count = await server.receive(buffer).catch(() => undefined);
          if (count === 0) break;
          received.push(...buffer.subarray(0, count ?? 0));
        }
        equalBytes(Uint8Array.from(received), sent, "what arrived");
        await sending;
      },
    },
    {
      id: "rcvtimeo-while-waiting",
      title: "SO_RCVTIMEO set while calls wait ends those that have no timeout of their own",
      source: "Go nettest PresentTimeout; behaviours 33",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const first = fails(server.receive(into()), "EAGAIN", "receive()");
        const timed = fails(server.receive(into(), { timeout: 10 }), "EAGAIN", "receive() with a timeout");
        await timed;
        const kept = new Uint8Array(1);
        const own = server.receive(kept, { timeout: LONG });
        server.setOption(SO_RCVTIMEO, 10);
        await first;
        await client.sendAll(bytes("x"));
        equal(await own, 1, "receive() with a longer timeout of its own");
        equal(text(kept), "x", "what it received");
      },
    },
    {
      id: "rcvtimeo-changed",
      title: "SO_RCVTIMEO may be made shorter, longer or 0 while a call waits, whose time starts anew",
      source: "Go nettest PresentTimeout, FutureTimeout; behaviours 32, 33",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, LONG);
        const shortened = fails(server.receive(into()), "EAGAIN", "receive() under a time made shorter");
        server.setOption(SO_RCVTIMEO, 10);
        await shortened;
        const lengthened = server.receive(into());
        server.setOption(SO_RCVTIMEO, LONG);
        const witness = fails(client.receive(into(), { timeout: 30 }), "EAGAIN", "what takes longer than 10 ms");
        await witness;
        await client.sendAll(bytes("late"));
        equal(await lengthened, 4, "receive() under a time made longer");
        server.setOption(SO_RCVTIMEO, 10);
        const freed = server.receive(into());
        server.setOption(SO_RCVTIMEO, 0);
        await fails(client.receive(into(), { timeout: 30 }), "EAGAIN", "what takes longer than 10 ms");
        await client.sendAll(bytes("later"));
        equal(await freed, 5, "receive() without a limit any more");
        const again = fails(server.receive(into()), "EAGAIN", "receive() under a time set again");
        server.setOption(SO_RCVTIMEO, 10);
        await again;
      },
    },
    {
      id: "rcvtimeo-own-timeout",
      title: "a call's own timeout counts, whether shorter or longer than SO_RCVTIMEO, also Infinity",
      source: "the interface's own promise",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, LONG);
        await fails(server.receive(into(), { timeout: 5 }), "EAGAIN", "receive() with a shorter timeout");
        await fails(server.receive(into(), { timeout: 0 }), "EAGAIN", "receive() with timeout 0");
        server.setOption(SO_RCVTIMEO, 5);
        for (const timeout of [LONG, Number.POSITIVE_INFINITY]) {
          const receiving = server.receive(into(), { timeout });
          await fails(client.receive(into(), { timeout: 20 }), "EAGAIN", "what takes longer than 5 ms");
          await client.sendAll(bytes("here"));
          equal(await receiving, 4, `receive() with timeout ${timeout}`);
        }
      },
    },
    {
      id: "rcvtimeo-signal",
      title: "SO_RCVTIMEO and a call's signal each end the call, whichever comes first",
      source: "WHATWG DOM, AbortSignal",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const { signal } = new AbortController();
        server.setOption(SO_RCVTIMEO, 5);
        await fails(server.receive(into(), { signal }), "EAGAIN", "receive() with a signal that says nothing");
        server.setOption(SO_RCVTIMEO, LONG);
        const controller = new AbortController();
        const reason = new Error("enough");
        const aborted = failsAs(server.receive(into(), { signal: controller.signal }), reason, "receive()");
        controller.abort(reason);
        await aborted;
        await client.sendAll(bytes("x"));
        equal(await server.receive(into()), 1, "the next receive()");
      },
    },
    {
      id: "rcvtimeo-leaves-send",
      title: "SO_RCVTIMEO leaves sends alone",
      source: "Go nettest ReadTimeout; behaviours 35",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        client.setOption(SO_RCVTIMEO, 5);
        const sent = pattern(16 << 20);
        const sending = client.sendAll(sent);
        await fails(client.receive(byte), "EAGAIN", "receive()");
        await fails(client.receive(byte), "EAGAIN", "receive()");
        equalBytes(await receiveExactly(server, sent.byteLength), sent, "what arrived");
        await sending;
      },
    },
    {
      id: "rcvtimeo-accept",
      title: "SO_RCVTIMEO makes accept() EAGAIN, and the next connection goes to the next call",
      source: "socket(7), SO_RCVTIMEO; accept(2)",
      async run(fixture) {
        const listener = await fixture.listener();
        const waiting = fails(listener.accept(), "EAGAIN", "accept() that waits already");
        listener.setOption(SO_RCVTIMEO, 5);
        await waiting;
        const error = await fails(listener.accept(), "EAGAIN", "accept()");
        equal(error.syscall, "accept", "syscall");
        const client = await fixture.socket().connect(listener.localAddress);
        const server = fixture.own(await listener.accept({ timeout: LONG }));
        equal(String(server.remoteAddress), String(client.localAddress), "the connection accepted");
      },
    },
    {
      id: "rcvtimeo-iteration",
      title: "SO_RCVTIMEO ends an iteration with EAGAIN, and the next one goes on where it was",
      source: "the interface's own promise",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, 20);
        const received: number[] = [];
        const gather = async (): Promise<void> => {
          for await (const chunk of server) received.push(...chunk);
        };
        await client.sendAll(Uint8Array.of(1, 2));
        await fails(gather(), "EAGAIN", "for await of the connection");
        await client.sendAll(Uint8Array.of(3));
        await client.close();
        server.setOption(SO_RCVTIMEO, LONG);
        await gather();
        equalBytes(Uint8Array.from(received), Uint8Array.of(1, 2, 3), "what arrived");
        const listener = await fixture.listener();
        listener.setOption(SO_RCVTIMEO, 5);
        const connections = async (): Promise<Connection[]> => {
          for await (const one of listener) return [fixture.own(one)];
          return [];
        };
        await fails(connections(), "EAGAIN", "for await of the listener");
        listener.setOption(SO_RCVTIMEO, LONG);
        const [one] = await Promise.all([connections(), fixture.socket().connect(listener.localAddress)]);
        equal(one.length, 1, "connections");
      },
    },
    {
      id: "rcvtimeo-readable",
      title: "SO_RCVTIMEO makes reading the readable stream fail with EAGAIN",
      source: "the interface's own promise",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("kept"));
        equal(await server.receive(into()), 4, "receive()");
        server.setOption(SO_RCVTIMEO, 20);
        await fails(server.readable.getReader().read(), "EAGAIN", "read()");
        await client.sendAll(bytes("more"));
        equal(await server.receive(into(), { timeout: LONG }), 4, "receive() after");
      },
    },
    {
      id: "rcvtimeo-select",
      title: "SO_RCVTIMEO leaves select() alone",
      source: "socket(7): timeouts have no effect for select(2)",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, 5);
        const selecting = select([server], [], [], { timeout: LONG });
        await fails(server.receive(into()), "EAGAIN", "receive()");
        await client.sendAll(bytes("x"));
        await selecting;
        equal(server.tryReceive(into()), 1, "tryReceive() after");
      },
    },
    {
      id: "timeo-blocking",
      title: "SO_RCVTIMEO does not make a non-blocking socket wait",
      source: "socket(7): a non-blocking socket does not wait",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, LONG);
        server.blocking = false;
        await fails(server.receive(into()), "EAGAIN", "receive()");
        server.blocking = true;
        await client.sendAll(bytes("x"));
        equal(await server.receive(into()), 1, "receive() of a blocking socket");
      },
    },
    {
      id: "timeo-unix",
      title: "SO_RCVTIMEO limits Unix streams as well",
      source: "socket(7)",
      needs: ["unix", "unix-abstract"],
      async run(fixture) {
        const socket = fixture.socket(AddressFamily.UNIX);
        socket.setOption(SO_RCVTIMEO, 5);
        equal(socket.getOption(SO_RCVTIMEO), 5, "SO_RCVTIMEO");
        await socket.bind(new UnixAddress(`\0omnisock-timeo-${Math.random()}`));
        const listener = await socket.listen();
        await fails(listener.accept(), "EAGAIN", "accept()");
      },
    },
    {
      id: "timeo-many",
      title: "SO_RCVTIMEO of many calls that come and go ends each in its time, in their order",
      source: "Go nettest PresentTimeout; behaviours 33",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        server.setOption(SO_RCVTIMEO, 300);
        const ended: number[] = [];
        const calls = Array.from({ length: 20 }, async (_, index) => {
          await server.receive(into()).catch(() => ended.push(index));
        });
        await client.sendAll(byte);
        await Promise.all(calls);
        // The byte went to one of them.
        equal(ended.length, 19, "calls that timed out");
        equal(
          ended.every((index, at) => at === 0 || index > (ended[at - 1] ?? 0)),
          true,
          `they ended in their order: ${ended.join()}`,
        );
      },
    },
  ],
};
