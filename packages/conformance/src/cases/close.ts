import { SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, fails } from "../expect.ts";
import { bytes, MORE_THAN_FITS, pattern, receiveAll, receiveWhatBlocked, sendUntilBlocked, text } from "../traffic.ts";

export const close: Topic = {
  name: "close",
  cases: [
    ...eachFamily({
      id: "close-ends-stream",
      title: "close() gives the peer what was sent, then the end of the stream",
      source: "POSIX close()",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        await client.sendAll(bytes("bye"));
        await client.close();
        equal(text(await receiveAll(server)), "bye", "what the server received");
      },
    }),
    {
      id: "close-twice",
      title: "close() twice, or at once, or of a socket never used, resolves each time",
      source: "ND net-socket-destroy-twice; behaviours 30",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (const socket of [client, server, fixture.socket(), await fixture.listener()]) {
          await Promise.all([socket.close(), socket.close()]);
          await socket.close();
        }
      },
    },
    {
      id: "close-pending-receive",
      title: "close() makes receive() calls that wait EBADF, and the peer sees the end of the stream",
      source:
        "Go nettest CloseTimeout; DN netTcpCloseCancelsPendingReadAndSendsFin; denoland/deno#35292; behaviours 28, 29",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const waits = [client.receive(new Uint8Array(1)), client.receive(new Uint8Array(1), { timeout: 60_000 })];
        const settled = waits.map((receiving) => fails(receiving, "EBADF", "receive()"));
        const ending = receiveAll(server);
        await fixture.turn();
        await client.close();
        await Promise.all(settled);
        equal((await ending).byteLength, 0, "bytes the server received");
      },
    },
    {
      id: "close-pending-send",
      title: "close() makes send() and sendAll() calls that wait EBADF",
      source: "Go nettest CloseTimeout; behaviours 28",
      async run(fixture) {
        const [client] = await fixture.pair();
        const tooMuch = new Uint8Array(MORE_THAN_FITS);
        const sending = fails(client.sendAll(tooMuch), "EBADF", "sendAll()");
        const waiting = [
          fails(client.send(tooMuch), "EBADF", "send()"),
          fails(client.sendAll(tooMuch, { timeout: 60_000 }), "EBADF", "sendAll() with a timeout"),
        ];
        await fixture.turn();
        await client.close();
        await Promise.all([sending, ...waiting]);
      },
    },
    {
      id: "close-pending-shutdown",
      title: "close() makes shutdown() that waits for pending sends EBADF",
      source: "Go nettest CloseTimeout; behaviours 28",
      async run(fixture) {
        const [client] = await fixture.pair();
        const sending = fails(client.sendAll(new Uint8Array(MORE_THAN_FITS)), "EBADF", "sendAll()");
        const shutting = fails(client.shutdown(SocketShutdown.SEND), "EBADF", "shutdown()");
        await fixture.turn();
        await client.close();
        await Promise.all([sending, shutting]);
      },
    },
    {
      id: "close-pending-listen",
      title: "close() makes listen() under way EBADF, and the address is free",
      source: "behaviours 43",
      async run(fixture) {
        const at = await fixture.deserted();
        const socket = fixture.socket();
        await socket.bind(at);
        const listening = fails(socket.listen(), "EBADF", "listen()");
        await socket.close();
        const next = fixture.socket();
        await next.bind(at);
        await next.listen();
        await listening;
      },
    },
    {
      id: "close-pending-listen-later",
      title: "close() resolves when the address is free, however far listen() has come",
      source: "close(2); behaviours 43",
      async run(fixture) {
        const at = await fixture.deserted();
        for (let steps = 1; steps < 12; steps++) {
          const socket = fixture.socket();
          await socket.bind(at);
          const listening = socket.listen().catch((error: unknown) => error);
          for (let step = 0; step < steps; step++) await undefined;
          await socket.close();
          const next = fixture.socket();
          await next.bind(at);
          await next.listen();
          await next.close();
          await listening;
        }
      },
    },
    {
      id: "close-large-send",
      title: "close() after a large sendAll() that has resolved lets it arrive whole",
      source: "oven-sh/bun#41785, #35947; behaviours 31",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(16 << 20);
        const closing = client.sendAll(sent).then(() => client.close());
        equalBytes(await receiveAll(server), sent, "what arrived");
        await closing;
      },
    },
    {
      id: "close-large-send-late-reader",
      title: "close() after a large sendAll() lets it arrive whole, though the peer begins to read late",
      source: "oven-sh/bun#41785, #35947; behaviours 31",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(16 << 20);
        const closing = client.sendAll(sent).then(() => client.close());
        await fixture.turn();
        equalBytes(await receiveAll(server), sent, "what arrived");
        await closing;
      },
    },
    {
      id: "close-full",
      title: "close() on a full connection lets all that send() took arrive, though the peer reads only after that",
      source: "oven-sh/bun#41785; behaviours 31",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const taken = await sendUntilBlocked(client);
        const closing = client.close();
        await fixture.turn();
        await receiveWhatBlocked(server, taken);
        await closing;
      },
    },
    {
      id: "close-before-read",
      title: "close() that has resolved before the peer reads loses nothing",
      source: "oven-sh/bun#35947; behaviours 15, 31",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(60_000);
        await client.sendAll(sent);
        await client.close();
        await fixture.turn();
        equalBytes(await receiveAll(server), sent, "what arrived");
      },
    },
    {
      id: "close-try-send",
      title: "close() lets out what trySend() took",
      source: "oven-sh/bun#41785; behaviours 31",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(MORE_THAN_FITS);
        const taken = client.trySend(sent);
        const closing = client.close();
        equalBytes(await receiveAll(server), sent.subarray(0, taken), "what arrived");
        await closing;
      },
    },
    {
      id: "close-after-shutdown",
      title: "close() after shutdown(SEND) is an ordinary close",
      source: "POSIX close()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("bye"));
        await client.shutdown(SocketShutdown.SEND);
        await client.close();
        equal(text(await receiveAll(server)), "bye", "what the server received");
      },
    },
    {
      id: "close-await-using",
      title: "close() happens at the end of an await using block",
      source: "TC39 explicit resource management",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        {
          await using connection = client;
          await connection.sendAll(bytes("scoped"));
        }
        await fails(client.send(bytes("late")), "EBADF", "send()");
        equal(text(await receiveAll(server)), "scoped", "what the server received");
        let at = fixture.loopback();
        {
          await using listener = await fixture.listener();
          at = listener.localAddress;
        }
        await fails(fixture.socket().connect(at), "ECONNREFUSED", "connect()");
      },
    },
  ],
};
