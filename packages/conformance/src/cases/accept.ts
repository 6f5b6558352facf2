import { SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWithAny } from "../expect.ts";
import { bytes, receiveAll, receiveExactly, text } from "../traffic.ts";

export const accept: Topic = {
  name: "accept",
  cases: [
    ...eachFamily({
      id: "accept-addresses",
      title: "accept() gives a connection whose two ends agree about their addresses",
      source: "POSIX accept(), getsockname(), getpeername()",
      async run(fixture, family) {
        const listener = await fixture.listener(family);
        const client = await fixture.socket(family).connect(listener.localAddress);
        const server = fixture.own(await listener.accept());
        equal(server.family, family, "the server's family");
        equal(String(client.remoteAddress), String(listener.localAddress), "the client's peer");
        equal(String(server.localAddress), String(listener.localAddress), "the server's own address");
        equal(String(server.remoteAddress), String(client.localAddress), "the server's peer");
        equal(client.localAddress?.host, fixture.loopback(family).host, "the client's host");
      },
    }),
    {
      id: "accept-order",
      title: "accept() gives connections in the order they were made",
      source: "libuv delayed_accept; behaviours 44",
      async run(fixture) {
        const listener = await fixture.listener();
        for (let made = 0; made < 20; made++) {
          const client = await fixture.socket().connect(listener.localAddress);
          await client.send(Uint8Array.of(made));
        }
        for (let made = 0; made < 20; made++) {
          const server = fixture.own(await listener.accept());
          equal((await receiveExactly(server, 1))[0], made, "the connection accepted next");
        }
      },
    },
    {
      id: "accept-pending",
      title: "accept() calls that wait are served in the order they were made",
      source: "POSIX accept()",
      async run(fixture) {
        const listener = await fixture.listener();
        const accepts = Array.from({ length: 5 }, () => listener.accept());
        for (const accepting of accepts) {
          const client = await fixture.socket().connect(listener.localAddress);
          const server = fixture.own(await accepting);
          equal(String(server.remoteAddress), String(client.localAddress), "the connection accepted");
        }
      },
    },
    {
      id: "accept-late",
      title: "accept() long after the client sent and shut down gives all that it sent",
      source: "libuv delayed_accept; ND net-server-pause-on-connect; oven-sh/bun#28289; behaviours 13, 15, 44",
      async run(fixture) {
        const listener = await fixture.listener();
        const client = await fixture.socket().connect(listener.localAddress);
        await client.sendAll(bytes("early"));
        await client.shutdown(SocketShutdown.SEND);
        await fixture.turn();
        const server = fixture.own(await listener.accept());
        await fixture.turn();
        equal(text(await receiveAll(server)), "early", "what arrived");
        await server.sendAll(bytes("answer"));
        equal(text(await receiveExactly(client, 6)), "answer", "the answer");
      },
    },
    {
      id: "accept-gone",
      title: "accept() gives a connection that its client has closed already, with its bytes",
      source: "POSIX accept()",
      async run(fixture) {
        const listener = await fixture.listener();
        const client = await fixture.socket().connect(listener.localAddress);
        await client.sendAll(bytes("gone"));
        await client.close();
        await fixture.turn();
        const server = fixture.own(await listener.accept());
        equal(text(await receiveAll(server)), "gone", "what arrived");
      },
    },
    {
      id: "accept-many",
      title: "accept() gives each of 100 clients that connect at once a connection of its own",
      source: "POSIX accept()",
      async run(fixture) {
        const listener = await fixture.listener();
        const serving = (async () => {
          for (let served = 0; served < 100; served++) {
            const server = fixture.own(await listener.accept());
            void receiveExactly(server, 1).then((received) => server.send(received));
          }
        })();
        const echoes = Array.from({ length: 100 }, async (_, index) => {
          const client = await fixture.socket().connect(listener.localAddress);
          await client.send(Uint8Array.of(index));
          equal((await receiveExactly(client, 1))[0], index, "the echo");
        });
        await Promise.all([serving, ...echoes]);
      },
    },
    {
      id: "accept-not-listening",
      title: "accept() on a socket that does not listen is EINVAL",
      source: "POSIX accept()",
      async run(fixture) {
        const bound = fixture.socket();
        await bound.bind(fixture.loopback());
        const error = await fails(bound.accept(), "EINVAL", "accept() of a bound socket");
        equal(error.syscall, "accept", "syscall");
        for (const end of await fixture.pair()) await fails(end.accept(), "EINVAL", "accept() of a connection");
      },
    },
    {
      id: "accept-no-stream",
      title: "accept() is all that a listener does: send(), receive() and shutdown() are ENOTCONN",
      source: "POSIX send(), recv(), shutdown()",
      async run(fixture) {
        const listener = await fixture.listener();
        const byte = new Uint8Array(1);
        await fails(listener.send(byte), "ENOTCONN", "send()");
        await fails(listener.sendAll(byte), "ENOTCONN", "sendAll()");
        await fails(() => listener.trySend(byte), "ENOTCONN", "trySend()");
        await fails(listener.receive(byte), "ENOTCONN", "receive()");
        await fails(() => listener.tryReceive(byte), "ENOTCONN", "tryReceive()");
        await fails(listener.shutdown(SocketShutdown.BOTH), "ENOTCONN", "shutdown()");
      },
    },
    {
      id: "accept-closed",
      title: "accept() calls that wait are EBADF when the listener closes",
      source: "denoland/deno#22885; behaviours 43",
      async run(fixture) {
        const listener = await fixture.listener();
        const accepts = [listener.accept(), listener.accept({ timeout: 60_000 })];
        const settled = accepts.map((accepting) => fails(accepting, "EBADF", "accept()"));
        await fixture.turn();
        await listener.close();
        await Promise.all(settled);
        await fails(listener.accept(), "EBADF", "accept() after close()");
      },
    },
    {
      id: "accept-outlives",
      title: "accept() gives connections that outlive the listener",
      source: "POSIX close()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("alive"));
        equal(text(await receiveExactly(server, 5)), "alive", "what arrived after the listener closed");
      },
    },
    {
      id: "accept-never",
      title: "accept() that never comes ends the connection when the listener closes",
      source: "Linux inet_csk_listen_stop()",
      async run(fixture) {
        const listener = await fixture.listener();
        const [first, second] = [fixture.socket(), fixture.socket()];
        await first.connect(listener.localAddress);
        fixture.own(await listener.accept());
        await second.connect(listener.localAddress);
        await fixture.turn();
        await listener.close();
        const ending = second.receive(new Uint8Array(1));
        const isEnd = await ending.then(
          (count) => count === 0,
          () => false,
        );
        if (!isEnd) await failsWithAny(ending, ["ECONNRESET", "ECONNABORTED"], "receive() of the client");
        await fails(first.receive(new Uint8Array(1), { timeout: 0 }), "EAGAIN", "receive() of the accepted client");
      },
    },
  ],
};
