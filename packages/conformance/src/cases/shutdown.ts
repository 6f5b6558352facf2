import { SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, fails, failsWith } from "../expect.ts";
import { bytes, MORE_THAN_FITS, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

export const shutdown: Topic = {
  name: "shutdown",
  cases: [
    ...eachFamily({
      id: "shutdown-send-ends-stream",
      title: "shutdown(SEND) gives the peer the end of the stream, and receiving goes on",
      source: "POSIX shutdown(); LTP shutdown01; oven-sh/bun#33498, #13217; behaviours 16, 23, 24",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        await client.sendAll(bytes("request"));
        await client.shutdown(SocketShutdown.SEND);
        equal(text(await receiveAll(server)), "request", "what the server received");
        await fixture.turn();
        await server.sendAll(bytes("late "));
        await fixture.turn();
        await server.sendAll(bytes("reply"));
        await server.close();
        equal(text(await receiveAll(client)), "late reply", "what the client received");
      },
    }),
    {
      id: "shutdown-send-then-large-reply",
      title: "shutdown(SEND), then a large reply that the client starts to read late, arrives whole",
      source: "oven-sh/bun#33498; behaviours 24, 31",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.shutdown(SocketShutdown.SEND);
        equal((await receiveAll(server)).byteLength, 0, "bytes of the request");
        const reply = pattern(8 << 20);
        const replying = server.sendAll(reply).then(() => server.close());
        await fixture.turn();
        equalBytes(await receiveAll(client), reply, "the reply");
        await replying;
      },
    },
    {
      id: "shutdown-send-then-unread-reply",
      title: "shutdown(SEND), then a short reply and its end, wait for the client to read them",
      source: "oven-sh/bun#39830; nodejs/node#40691; behaviours 15, 24",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.shutdown(SocketShutdown.SEND);
        await server.sendAll(bytes("reply"));
        await server.close();
        await fixture.turn();
        equal(text(await receiveAll(client)), "reply", "what the client received");
      },
    },
    {
      id: "shutdown-flushes-sends",
      title: "shutdown(SEND) lets the sends that are pending go out first",
      source: "libuv tcp_shutdown_after_write; behaviours 21",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(4 << 20);
        const sending = client.sendAll(sent);
        const shut = client.shutdown(SocketShutdown.SEND);
        equalBytes(await receiveAll(server), sent, "what the server received");
        await Promise.all([sending, shut]);
      },
    },
    {
      id: "shutdown-flushes-try-send",
      title: "shutdown(SEND) lets out what trySend() took",
      source: "libuv tcp_shutdown_after_write; behaviours 21",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(MORE_THAN_FITS);
        const taken = client.trySend(sent);
        const shut = client.shutdown(SocketShutdown.SEND);
        equalBytes(await receiveAll(server), sent.subarray(0, taken), "what the server received");
        await shut;
      },
    },
    {
      id: "shutdown-send-then-send",
      title: "send() after shutdown(SEND) is EPIPE",
      source: "POSIX send(); libuv not_writable_after_shutdown; behaviours 22",
      async run(fixture) {
        const [client] = await fixture.pair();
        await client.shutdown(SocketShutdown.SEND);
        await fails(client.send(bytes("late")), "EPIPE", "send()");
        await fails(client.sendAll(bytes("late")), "EPIPE", "sendAll()");
        await fails(() => client.trySend(bytes("late")), "EPIPE", "trySend()");
      },
    },
    {
      id: "shutdown-receive",
      title: "shutdown(RECEIVE) ends receiving here with 0, drops what arrives, and leaves sending alone",
      source: "POSIX shutdown(); LTP shutdown01; behaviours 17",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const into = new Uint8Array(10);
        const waiting = [client.receive(into), client.receive(into, { timeout: 60_000 })];
        await client.shutdown(SocketShutdown.RECEIVE);
        for (const count of await Promise.all(waiting)) equal(count, 0, "receive() that waited");
        await server.sendAll(new Uint8Array(MORE_THAN_FITS));
        equal(await client.receive(into), 0, "receive()");
        equal(client.tryReceive(into), 0, "tryReceive()");
        await client.sendAll(bytes("sent"));
        equal(text(await receiveExactly(server, 4)), "sent", "what the server received");
      },
    },
    {
      id: "shutdown-receive-unread",
      title: "shutdown(RECEIVE) drops what has arrived and is unread",
      source: "POSIX shutdown(); behaviours 17",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await server.sendAll(bytes("unread"));
        equal(text(await receiveExactly(client, 2)), "un", "what was received before");
        await client.shutdown(SocketShutdown.RECEIVE);
        equal(await client.receive(new Uint8Array(10)), 0, "receive()");
      },
    },
    {
      id: "shutdown-both",
      title: "shutdown(BOTH) ends both directions",
      source: "POSIX shutdown()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("last"));
        await client.shutdown(SocketShutdown.BOTH);
        equal(text(await receiveAll(server)), "last", "what the server received");
        equal(await client.receive(new Uint8Array(1)), 0, "receive()");
        await fails(client.send(bytes("late")), "EPIPE", "send()");
      },
    },
    {
      id: "shutdown-twice",
      title: "shutdown() of a direction that has ended changes nothing",
      source: "libuv shutdown_twice; behaviours 19",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await Promise.all([client.shutdown(SocketShutdown.SEND), client.shutdown(SocketShutdown.SEND)]);
        await client.shutdown(SocketShutdown.SEND);
        await server.sendAll(bytes("reply"));
        equal(text(await receiveExactly(client, 5)), "reply", "what the client received");
        await client.shutdown(SocketShutdown.RECEIVE);
        await client.shutdown(SocketShutdown.BOTH);
        equal((await receiveAll(server)).byteLength, 0, "bytes the server received");
      },
    },
    {
      id: "shutdown-simultaneous",
      title: "shutdown(SEND) of both ends at once gives both the end of the stream",
      source: "libuv shutdown_simultaneous; behaviours 20",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await Promise.all([client.sendAll(bytes("ping")), server.sendAll(bytes("pong"))]);
        await Promise.all([client.shutdown(SocketShutdown.SEND), server.shutdown(SocketShutdown.SEND)]);
        equal(text(await receiveAll(server)), "ping", "what the server received");
        equal(text(await receiveAll(client)), "pong", "what the client received");
        await client.shutdown(SocketShutdown.BOTH);
        await fails(client.send(bytes("late")), "EPIPE", "send()");
      },
    },
    {
      id: "shutdown-unconnected",
      title: "shutdown() on a socket that is not connected is ENOTCONN",
      source: "POSIX shutdown(); LTP shutdown02; behaviours 18",
      async run(fixture) {
        for (const how of Object.values(SocketShutdown)) {
          const error = await fails(fixture.socket().shutdown(how), "ENOTCONN", `shutdown(${how})`);
          equal(error.syscall, "shutdown", "syscall");
          await fails((await fixture.listener()).shutdown(how), "ENOTCONN", `shutdown(${how}) of a listener`);
        }
      },
    },
    {
      id: "shutdown-wrong-how",
      title: "shutdown() of what is no direction is a TypeError",
      source: "POSIX shutdown(), EINVAL, as a caller's mistake",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (const how of [undefined, null, "send", "SHUT_WR", 1, "toString"] as unknown[] as SocketShutdown[]) {
          await failsWith(client.shutdown(how), TypeError, `shutdown(${String(how)})`);
        }
        await client.sendAll(bytes("open"));
        equal(text(await receiveExactly(server, 4)), "open", "what the server received");
      },
    },
  ],
};
