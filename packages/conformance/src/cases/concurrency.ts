import { SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalBytes } from "../expect.ts";
import { pattern, receiveAll, receiveExactly } from "../traffic.ts";

export const concurrency: Topic = {
  name: "concurrency",
  cases: [
    {
      id: "concurrent-methods",
      title: "many methods of one socket at once do not block each other",
      source: "Go nettest ConcurrentMethods; behaviours 5",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const echoing = (async () => {
          for await (const chunk of server) await server.sendAll(chunk);
          await server.close();
        })();
        let received = 0;
        const count = (bytes: number): void => {
          received += Math.max(bytes, 0);
        };
        const sends = Array.from({ length: 100 }, () => {
          const bytes = new Uint8Array(256);
          const timed = { timeout: 0, signal: new AbortController().signal };
          return Promise.all([client.sendAll(bytes), client.send(bytes, timed).catch(() => 0)]);
        });
        const receives = Array.from({ length: 100 }, async (_, index) => {
          const into = new Uint8Array(256);
          const timed = client.receive(new Uint8Array(256), { timeout: index % 5 }).catch(() => 0);
          count(client.tryReceive(into));
          count(await client.receive(into));
          count(await timed);
          equal(client.localAddress?.port, server.remoteAddress.port, "the port");
        });
        await Promise.all(sends);
        await client.shutdown(SocketShutdown.SEND);
        await Promise.all(receives);
        count((await receiveAll(client)).byteLength);
        equal(received >= 100 * 256, true, `whether all came back: ${received}`);
        await echoing;
      },
    },
    {
      id: "concurrent-both-ways",
      title: "16 MiB each way at once arrive whole",
      source: "Go nettest BasicIO; behaviours 1, 5",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const there = pattern(16 << 20, 1);
        const back = pattern(16 << 20, 2);
        const [atServer, atClient] = await Promise.all([
          receiveAll(server),
          receiveAll(client),
          client.sendAll(there).then(() => client.shutdown(SocketShutdown.SEND)),
          server.sendAll(back).then(() => server.shutdown(SocketShutdown.SEND)),
        ]);
        equalBytes(atServer, there, "what the server received");
        equalBytes(atClient, back, "what the client received");
      },
    },
    {
      id: "concurrent-connections",
      title: "50 connections at once do not mix their bytes",
      source: "Go nettest",
      async run(fixture) {
        const listener = await fixture.listener();
        const serving = (async () => {
          for (let served = 0; served < 50; served++) {
            const server = fixture.own(await listener.accept());
            void receiveAll(server).then(async (request) => {
              await server.sendAll(request);
              await server.close();
            });
          }
        })();
        const clients = Array.from({ length: 50 }, async (_, index) => {
          const client = await fixture.socket().connect(listener.localAddress);
          const sent = pattern(100_000, index + 1);
          const sending = client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND));
          equalBytes(await receiveAll(client), sent, `the echo of client ${index}`);
          await sending;
        });
        await Promise.all([serving, ...clients]);
      },
    },
    {
      id: "concurrent-echo-many-calls",
      title: "1000 one-byte sends and 1000 one-byte receives at once keep their order",
      source: "libuv tcp_write_queue_order; behaviours 5, 7",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(1000);
        const sends = [...sent].map((one) => client.send(Uint8Array.of(one)));
        const receives = [...sent].map(() => receiveExactly(server, 1));
        await Promise.all(sends);
        const received = await Promise.all(receives);
        equalBytes(
          Uint8Array.from(received, (part) => part[0] ?? -1),
          sent,
          "what arrived",
        );
      },
    },
  ],
};
