import { type Connection, SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, fails } from "../expect.ts";
import { bytes, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

export const iteration: Topic = {
  name: "iteration",
  cases: [
    ...eachFamily({
      id: "iterate-chunks",
      title: "for await over a connection gives all bytes until the end of the stream",
      source: "issue 2: async iteration",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        const sent = pattern(2 << 20);
        const sending = client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND));
        const received = new Uint8Array(sent.byteLength);
        let filled = 0;
        for await (const chunk of server) {
          equal(chunk.byteLength > 0, true, "whether a chunk has bytes");
          received.set(chunk, filled);
          filled += chunk.byteLength;
        }
        equal(filled, sent.byteLength, "bytes received");
        equalBytes(received, sent, "what arrived");
        await sending;
        await server.sendAll(bytes("open"));
        equal(text(await receiveExactly(client, 4)), "open", "what the client received after the loop");
      },
    }),
    {
      id: "iterate-chunks-kept",
      title: "for await over a connection gives plain Uint8Arrays that stay as they are",
      source: "Go nettest RacyRead; behaviours 3",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(1 << 20);
        const sending = client.sendAll(sent).then(() => client.close());
        const chunks: Uint8Array[] = [];
        for await (const chunk of server) chunks.push(chunk);
        let from = 0;
        for (const chunk of chunks) {
          equal(chunk.constructor, Uint8Array, "the class of a chunk");
          equalBytes(chunk, sent.subarray(from, from + chunk.byteLength), `the chunk from byte ${from} on`);
          from += chunk.byteLength;
        }
        equal(from, sent.byteLength, "bytes received");
        await sending;
      },
    },
    {
      id: "iterate-chunks-leave",
      title: "leaving a loop over a connection closes nothing, and loses nothing but the chunk in hand",
      source: "issue 2: async iteration",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(1 << 20);
        const sending = client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND));
        let from = 0;
        for (let left = 0; left < 3; left++) {
          for await (const chunk of server) {
            equalBytes(chunk, sent.subarray(from, from + chunk.byteLength), `the chunk from byte ${from} on`);
            from += chunk.byteLength;
            break;
          }
          equalBytes(await receiveExactly(server, 1000), sent.subarray(from, from + 1000), "what was received after");
          from += 1000;
        }
        equalBytes(await receiveAll(server), sent.subarray(from), "the rest");
        await sending;
        await server.sendAll(bytes("open"));
        equal(text(await receiveExactly(client, 4)), "open", "what the client received");
      },
    },
    {
      id: "iterate-chunks-throw",
      title: "throwing out of a loop over a connection closes nothing",
      source: "issue 2: async iteration",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("first"));
        const reason = new Error("thrown");
        const looping = (async () => {
          for await (const _ of server) throw reason;
        })();
        equal(await looping.catch((error: unknown) => error), reason, "what the loop threw");
        await client.sendAll(bytes("next"));
        equal(text(await receiveExactly(server, 4)), "next", "what arrived after");
      },
    },
    {
      id: "iterate-chunks-closed",
      title: "for await over a connection that is closed here fails with EBADF",
      source: "issue 2: use after close",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const looping = fails(all(server), "EBADF", "the loop");
        await fixture.turn();
        await server.close();
        await looping;
        await fails(all(server), "EBADF", "a loop after close()");
        await fails(all(fixture.socket() as Connection), "ENOTCONN", "a loop over an unconnected socket");
        await client.close();
      },
    },
    {
      id: "iterate-chunks-reset",
      title: "for await over a connection that is reset fails with ECONNRESET",
      source: "behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await server.sendAll(bytes("unread"));
        await receiveExactly(client, 1);
        const looping = fails(all(server), "ECONNRESET", "the loop");
        await fixture.turn();
        await client.close();
        await looping;
      },
    },
    ...eachFamily({
      id: "iterate-connections",
      title: "for await over a listener gives its connections, until it is closed",
      source: "issue 2: async iteration",
      async run(fixture, family) {
        const listener = await fixture.listener(family);
        const ports: number[] = [];
        const serving = (async () => {
          for await (const server of listener) {
            fixture.own(server);
            ports.push(server.remoteAddress.port);
            await server.sendAll(bytes("x"));
          }
        })();
        const made: (number | undefined)[] = [];
        for (let client = 0; client < 10; client++) {
          const connection = await fixture.socket(family).connect(listener.localAddress);
          made.push(connection.localAddress?.port);
          await receiveExactly(connection, 1);
        }
        await listener.close();
        await serving;
        equal(ports.join(), made.join(), "the clients' ports");
        await fails(listener[Symbol.asyncIterator]().next(), "EBADF", "a loop after close()");
      },
    }),
    {
      id: "iterate-connections-leave",
      title: "leaving a loop over a listener closes nothing and loses no connection",
      source: "issue 2: async iteration",
      async run(fixture) {
        const listener = await fixture.listener();
        const clients: Connection[] = [];
        for (let made = 0; made < 4; made++) clients.push(await fixture.socket().connect(listener.localAddress));
        const accepted: Connection[] = [];
        for (const _ of [1, 2]) {
          for await (const server of listener) {
            accepted.push(fixture.own(server));
            break;
          }
          accepted.push(fixture.own(await listener.accept()));
        }
        const ports = (sockets: Connection[]): string => sockets.map((socket) => socket.remoteAddress.port).join();
        equal(ports(accepted), clients.map((client) => client.localAddress?.port).join(), "the connections accepted");
        await fixture.socket().connect(listener.localAddress);
        fixture.own(await listener.accept());
      },
    },
  ],
};

async function all(connection: Connection): Promise<void> {
  for await (const _ of connection);
}
