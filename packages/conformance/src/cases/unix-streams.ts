import { AddressFamily, type Connection, type Listener, SocketShutdown, UnixAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachName, unusedName } from "../each-name.ts";
import { equal, equalBytes, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

async function listenAt(fixture: Fixture, at: UnixAddress): Promise<Listener> {
  const socket = fixture.socket(AddressFamily.UNIX);
  await socket.bind(at);
  return socket.listen();
}

async function pairAt(fixture: Fixture, at: UnixAddress): Promise<[client: Connection, server: Connection]> {
  const listener = await listenAt(fixture, at);
  const accepted = listener.accept();
  const client = await fixture.socket(AddressFamily.UNIX).connect(at);
  return [client, fixture.own(await accepted)];
}

export const unixStreams: Topic = {
  name: "Unix streams",
  cases: [
    ...eachName({
      id: "unix-transfer",
      title: "sendAll() over a Unix socket gives the peer 1 MiB intact, then the end of the stream",
      source: "behaviour 1; Go nettest BasicIO",
      async run(fixture, at) {
        const [client, server] = await pairAt(fixture, at);
        const sent = pattern(1 << 20);
        const [received] = await Promise.all([
          receiveAll(server),
          client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND)),
        ]);
        equalBytes(received, sent, "what the server received");
      },
    }),
    ...eachName({
      id: "unix-addresses",
      title: "localAddress and remoteAddress of a Unix connection are the listener's name, and none for the client",
      source: "unix(7); denoland/deno#21985",
      async run(fixture, at) {
        const [client, server] = await pairAt(fixture, at);
        equal(`${client.localAddress}`, "unix:", "the client's local address");
        equal(`${client.remoteAddress}`, `${at}`, "the client's remote address");
        equal(`${server.localAddress}`, `${at}`, "the server's local address");
        equal(`${server.remoteAddress}`, "unix:", "the server's remote address");
      },
    }),
    ...eachName({
      id: "unix-late-reply",
      title: "shutdown(SEND) over a Unix socket lets a reply come after the peer saw the end of the stream",
      source: "behaviour 24; oven-sh/bun#33498, oven-sh/bun#13217",
      async run(fixture, at) {
        const [client, server] = await pairAt(fixture, at);
        await client.sendAll(bytes("request"));
        await client.shutdown(SocketShutdown.SEND);
        equal(text(await receiveAll(server)), "request", "what the server received");
        await fixture.turn();
        const reply = pattern(1 << 20);
        const [received] = await Promise.all([receiveAll(client), server.sendAll(reply).then(() => server.close())]);
        equalBytes(received, reply, "what the client received");
        await fails(client.send(bytes("late")), "EPIPE", "send() after shutdown()");
      },
    }),
    ...eachName({
      id: "unix-shutdown-receive",
      title: "shutdown(RECEIVE) over a Unix socket makes receive() give 0, and sending goes on",
      source: "behaviour 17; Linux Test Project shutdown01",
      async run(fixture, at) {
        const [client, server] = await pairAt(fixture, at);
        await server.shutdown(SocketShutdown.RECEIVE);
        equal(await server.receive(new Uint8Array(1)), 0, "bytes received");
        await server.sendAll(bytes("still"));
        equal(text(await receiveExactly(client, 5)), "still", "what the client received");
      },
    }),
    ...eachName({
      id: "unix-last-send",
      title: "close() over a Unix socket lets a large last send arrive whole",
      source: "behaviour 31; oven-sh/bun#41785, oven-sh/bun#35947",
      async run(fixture, at) {
        const [client, server] = await pairAt(fixture, at);
        const sent = pattern(4 << 20);
        const [received] = await Promise.all([receiveAll(server), client.sendAll(sent).then(() => client.close())]);
        equalBytes(received, sent, "what the server received");
      },
    }),
    ...eachName({
      id: "unix-many",
      title: "accept() on a Unix listener gives every one of 50 connections",
      source: "libuv pipe_connect_multiple",
      async run(fixture, at) {
        const listener = await listenAt(fixture, at);
        const clients = Array.from({ length: 50 }, () => fixture.socket(AddressFamily.UNIX).connect(at));
        for (const [index, client] of (await Promise.all(clients)).entries()) {
          await client.sendAll(Uint8Array.of(index));
        }
        const seen = new Set<number>();
        for (let count = 0; count < clients.length; count++) {
          const server = fixture.own(await listener.accept());
          seen.add((await receiveExactly(server, 1))[0] as number);
        }
        equal(seen.size, clients.length, "clients that were accepted");
      },
    }),
    ...eachName({
      id: "unix-in-use",
      title: "listen() on a Unix name that another socket has is EADDRINUSE, and the other is none the worse",
      source: "behaviours 40 and 57; bind(2)",
      async run(fixture, at) {
        const listener = await listenAt(fixture, at);
        const error = await fails(listenAt(fixture, at), "EADDRINUSE", "listen()");
        equal(error.address, at.host, "address");
        equal(error.port, undefined, "port");
        const accepted = listener.accept();
        await fixture.socket(AddressFamily.UNIX).connect(at);
        fixture.own(await accepted);
      },
    }),
    ...eachName({
      id: "unix-listen-again",
      title: "close() of a Unix listener frees its name at once",
      source: "behaviours 43 and 57",
      async run(fixture, at) {
        for (let round = 0; round < 3; round++) {
          const listener = await listenAt(fixture, at);
          await listener.close();
        }
      },
    }),
    ...eachName({
      id: "unix-close-pending-accept",
      title: "close() of a Unix listener ends a pending accept() with EBADF, and resets who was not accepted",
      source: "behaviours 28 and 43",
      async run(fixture, at) {
        const waiting = await listenAt(fixture, at);
        const accepting = fails(waiting.accept(), "EBADF", "accept()");
        await waiting.close();
        await accepting;
        const listener = await listenAt(fixture, at);
        const client = await fixture.socket(AddressFamily.UNIX).connect(at);
        await listener.close();
        const received = await client.receive(new Uint8Array(1)).catch(({ code }: { code: string }) => code);
        if (received !== 0 && received !== "ECONNRESET") throw new Error(`receive(): saw ${received}`);
      },
    }),
    {
      id: "unix-abstract-gone",
      title: "connect() to an abstract name that nobody has is ECONNREFUSED",
      source: "unix(7); CPython TestLinuxAbstractNamespace",
      needs: ["unix-abstract"],
      async run(fixture) {
        const at = unusedName();
        await fails(fixture.socket(AddressFamily.UNIX).connect(at), "ECONNREFUSED", "connect() before");
        const listener = await listenAt(fixture, at);
        await listener.close();
        await fails(fixture.socket(AddressFamily.UNIX).connect(at), "ECONNREFUSED", "connect() after");
      },
    },
    {
      id: "unix-abstract-longest",
      title: "listen() and connect() take an abstract name of 106 bytes",
      source: "behaviour 58; unix(7)",
      needs: ["unix-abstract"],
      async run(fixture) {
        const name = `omnisock-${crypto.randomUUID()}-`;
        await pairAt(fixture, UnixAddress.abstract(name.padEnd(106, "a")));
      },
    },
    {
      id: "unix-no-name",
      title: "listen() and connect() without a Unix name are EINVAL",
      source: "unix(7)",
      needs: ["unix"],
      async run(fixture) {
        await fails(fixture.socket(AddressFamily.UNIX).listen(), "EINVAL", "listen()");
        await fails(fixture.socket(AddressFamily.UNIX).connect(UnixAddress.UNNAMED), "EINVAL", "connect()");
      },
    },
    {
      id: "unix-other-family",
      title: "bind() and connect() of a Unix socket to an Internet address are EAFNOSUPPORT, and the other way round",
      source: "bind(2), connect(2)",
      needs: ["unix"],
      async run(fixture) {
        const unix = fixture.socket(AddressFamily.UNIX);
        await fails(unix.bind(fixture.loopback()), "EAFNOSUPPORT", "bind()");
        await fails(unix.connect(fixture.loopback(AddressFamily.INET, 1)), "EAFNOSUPPORT", "connect()");
        await fails(fixture.socket().connect(new UnixAddress("/nowhere")), "EAFNOSUPPORT", "connect() the other way");
      },
    },
    {
      id: "unix-connect-from",
      title: "connect() from a chosen Unix name tells the peer that name",
      source: "unix(7)",
      needs: ["unix-abstract", "unix-connect-from"],
      async run(fixture) {
        const [at, from] = [unusedName(), unusedName()];
        const listener = await listenAt(fixture, at);
        const accepted = listener.accept();
        const client = fixture.socket(AddressFamily.UNIX);
        await client.bind(from);
        await client.connect(at);
        equal(`${fixture.own(await accepted).remoteAddress}`, `${from}`, "the client's address at the server");
      },
    },
  ],
};
