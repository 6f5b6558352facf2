import type { WaitOptions } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs, failsWith } from "../expect.ts";
import { block, bytes, MORE_THAN_FITS, receiveAll, receiveExactly, text } from "../traffic.ts";

const byte = new Uint8Array(1);

export const signal: Topic = {
  name: "signal and limits",
  cases: [
    {
      id: "signal-aborted",
      title: "an aborted signal makes every call that waits reject with its reason, consuming nothing",
      source: "WHATWG DOM, AbortSignal; Go nettest PastTimeout; behaviours 32",
      async run(fixture) {
        const reason = new Error("stop");
        const signal = AbortSignal.abort(reason);
        const [client, server] = await fixture.pair();
        const listener = await fixture.listener();
        await client.sendAll(bytes("kept"));
        equal(text(await receiveExactly(server, 1)), "k", "the first byte");
        await failsAs(server.receive(byte, { signal }), reason, "receive() with bytes here");
        await failsAs(client.receive(byte, { signal }), reason, "receive()");
        await failsAs(client.send(bytes("lost"), { signal }), reason, "send()");
        await failsAs(client.sendAll(bytes("lost"), { signal }), reason, "sendAll()");
        await failsAs(listener.accept({ signal }), reason, "accept()");
        await client.close();
        equal(text(await receiveAll(server)), "ept", "what arrived");
      },
    },
    {
      id: "signal-receive",
      title: "a signal ends a receive() that waits with its reason, and loses no byte",
      source: "Go nettest PresentTimeout; behaviours 33, 34",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const controller = new AbortController();
        const reason = { any: "value" };
        const aborted = failsAs(server.receive(byte, { signal: controller.signal }), reason, "receive()");
        const behind = server.receive(new Uint8Array(1));
        await fixture.turn();
        controller.abort(reason);
        await aborted;
        await client.sendAll(bytes("xy"));
        equal(await behind, 1, "the call behind");
        equal(text(await receiveExactly(server, 1)), "y", "what arrived next");
      },
    },
    {
      id: "signal-send",
      title: "a signal ends send() and sendAll() that wait, and the connection goes on",
      source: "Go nettest PresentTimeout; behaviours 33",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const controller = new AbortController();
        const reason = new Error("enough");
        const { signal } = controller;
        const sends = [client.send(bytes("lost"), { signal }), client.sendAll(bytes("lost"), { signal })];
        const aborted = sends.map((sending) => failsAs(sending, reason, "send()"));
        await fixture.turn();
        controller.abort(reason);
        await Promise.all(aborted);
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
        await client.close();
        equal((await receiveAll(server)).byteLength, 0, "bytes after the first call's");
      },
    },
    {
      id: "signal-send-part",
      title: "a signal ends a sendAll() of which a part is sent; what arrives is a prefix",
      source: "Python socket.sendall()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const controller = new AbortController();
        const reason = new Error("enough");
        const sending = client.sendAll(new Uint8Array(MORE_THAN_FITS).fill(7), { signal: controller.signal });
        const aborted = failsAs(sending, reason, "sendAll()");
        await fixture.turn();
        controller.abort(reason);
        await aborted;
        const closing = client.close();
        const received = await receiveAll(server);
        await closing;
        equal(received.byteLength > 0 && received.byteLength < MORE_THAN_FITS, true, "whether a part arrived");
        equal(
          received.every((one) => one === 7),
          true,
          "whether it is a prefix",
        );
      },
    },
    {
      id: "signal-accept",
      title: "a signal ends an accept() that waits, and the next connection goes to the next call",
      source: "Go nettest PresentTimeout; behaviours 33",
      async run(fixture) {
        const listener = await fixture.listener();
        const controller = new AbortController();
        const reason = new Error("closing time");
        const aborted = failsAs(listener.accept({ signal: controller.signal }), reason, "accept()");
        await fixture.turn();
        controller.abort(reason);
        await aborted;
        const client = await fixture.socket().connect(listener.localAddress);
        const server = fixture.own(await listener.accept());
        equal(String(server.remoteAddress), String(client.localAddress), "the connection accepted");
      },
    },
    {
      id: "signal-timeout",
      title: "AbortSignal.timeout() ends a call with its TimeoutError; the socket's own timeout is EAGAIN",
      source: "WHATWG DOM, AbortSignal.timeout()",
      async run(fixture) {
        const [client] = await fixture.pair();
        await failsWith(client.receive(byte, { signal: AbortSignal.timeout(10) }), DOMException, "receive()");
        await fails(client.receive(byte, { signal: AbortSignal.timeout(60_000), timeout: 10 }), "EAGAIN", "receive()");
      },
    },
    {
      id: "signal-shared",
      title: "a signal that outlives many calls ends only the one that waits",
      source: "WHATWG DOM, AbortSignal",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const controller = new AbortController();
        const { signal } = controller;
        for (let round = 0; round < 50; round++) {
          const receiving = server.receive(new Uint8Array(1), { signal });
          equal(await client.send(byte, { signal }), 1, "send()");
          equal(await receiving, 1, "receive()");
        }
        const reason = new Error("the end");
        const aborted = failsAs(server.receive(byte, { signal }), reason, "the last receive()");
        controller.abort(reason);
        await aborted;
        await client.send(bytes("x"));
        equal(text(await receiveExactly(server, 1)), "x", "what arrived next");
      },
    },
    {
      id: "limit-wrong-timeout",
      title: "a timeout that is out of range is a RangeError, one that is no number a TypeError, consuming nothing",
      source: "issue 2: one result for each misuse",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const listener = await fixture.listener();
        await client.sendAll(bytes("kept"));
        const check = async (timeout: number, kind: new () => Error): Promise<void> => {
          const what = `timeout ${String(timeout)}`;
          await failsWith(server.receive(byte, { timeout }), kind, `receive(), ${what}`);
          await failsWith(client.send(byte, { timeout }), kind, `send(), ${what}`);
          await failsWith(client.sendAll(byte, { timeout }), kind, `sendAll(), ${what}`);
          await failsWith(listener.accept({ timeout }), kind, `accept(), ${what}`);
          await failsWith(fixture.socket().connect(listener.localAddress, { timeout }), kind, `connect(), ${what}`);
        };
        for (const timeout of [Number.NaN, -1, -0.001, 2 ** 31, Number.NEGATIVE_INFINITY])
          await check(timeout, RangeError);
        for (const timeout of ["1000", null, {}, 10n] as unknown as number[]) await check(timeout, TypeError);
        for (const limit of [1000, "1000", null, true, () => 1000] as unknown as WaitOptions[]) {
          await failsWith(server.receive(byte, limit), TypeError, `receive() with ${String(limit)}`);
        }
        await client.close();
        equal(text(await receiveAll(server)), "kept", "what arrived");
      },
    },
    {
      id: "limit-wrong-signal",
      title: "a signal that is no AbortSignal is a TypeError",
      source: "issue 2: one result for each misuse",
      async run(fixture) {
        const [client] = await fixture.pair();
        const listener = await fixture.listener();
        const controller = new AbortController();
        for (const signal of [controller, null, "abort", { aborted: false }] as unknown as AbortSignal[]) {
          await failsWith(client.receive(byte, { signal }), TypeError, "receive()");
          await failsWith(client.send(byte, { signal }), TypeError, "send()");
          await failsWith(client.sendAll(byte, { signal }), TypeError, "sendAll()");
          await failsWith(listener.accept({ signal }), TypeError, "accept()");
          await failsWith(fixture.socket().connect(listener.localAddress, { signal }), TypeError, "connect()");
        }
      },
    },
  ],
};
