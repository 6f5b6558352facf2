import {
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_REUSEPORT,
  SO_SNDBUF,
  select,
  TCP_NODELAY,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalValues, fails } from "../expect.ts";
import { canSet } from "../option-samples.ts";
import { bytes, pattern, receiveAll, receiveExactly, sendUntilBlocked } from "../traffic.ts";

/** Of a buffer: what is kept for it, twice that, is less than the first window of another. Source: tcp(7), tcp_rmem. */
const SHORT = 4096;
const USUAL = 65_536;
const into = (): Uint8Array => new Uint8Array(100);

export const optionStreams: Topic = {
  name: "options of streams",
  cases: [
    {
      id: "option-while-streaming",
      title: "setOption() while bytes flow loses none",
      source: "tcp(7): TCP_NODELAY takes effect at once",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(3_000_000);
        const sending = (async () => {
          for (let at = 0; at < sent.byteLength; at += 30_000) {
            if (canSet(fixture.adapter.options.stream.TCP_NODELAY)) client.setOption(TCP_NODELAY, at % 60_000 === 0);
            if (canSet(fixture.adapter.options.stream.SO_KEEPALIVE)) server.setOption(SO_KEEPALIVE, at % 60_000 === 0);
            await client.sendAll(sent.subarray(at, at + 30_000));
          }
          await client.close();
        })();
        const received = await receiveAll(server);
        await sending;
        equal(received.byteLength, sent.byteLength, "bytes received");
        equal(
          received.every((byte, at) => byte === sent[at]),
          true,
          "whether they are what was sent",
        );
      },
    },
    {
      id: "option-before-listen",
      title: "SO_RCVBUF set before listen() holds the sender back from the first byte",
      source: "tcp(7): must be set prior to the listen(2) or connect(2) calls in order to have it take effect",
      async run(fixture) {
        const { SO_RCVBUF: claim } = fixture.adapter.options.stream;
        const listener = fixture.socket();
        if (!canSet(claim)) {
          await fails(() => listener.setOption(SO_RCVBUF, SHORT), "ENOPROTOOPT", "setOption()");
          return;
        }
        listener.setOption(SO_RCVBUF, SHORT);
        await listener.bind(fixture.loopback());
        const { localAddress } = await listener.listen();
        const sender = fixture.socket();
        sender.setOption(SO_SNDBUF, SHORT);
        const sent = await sendUntilBlocked(await sender.connect(localAddress));
        equal(sent < USUAL, true, `bytes that went before accept(): ${sent}`);
      },
    },
    {
      id: "option-after-refused",
      title: "connect() and listen() that failed leave the options, and what was too late is possible again",
      source: "the interface's own promise",
      async run(fixture) {
        const { listener: claims, stream } = fixture.adapter.options;
        const socket = fixture.socket();
        if (canSet(stream.TCP_NODELAY)) socket.setOption(TCP_NODELAY, true);
        await fails(socket.connect(await fixture.deserted()), "ECONNREFUSED", "connect()");
        if (canSet(stream.TCP_NODELAY)) equal(socket.getOption(TCP_NODELAY), true, "TCP_NODELAY after");
        const taken = await fixture.listener();
        const second = fixture.socket();
        await second.bind(taken.localAddress);
        await fails(second.listen(), "EADDRINUSE", "listen()");
        if (canSet(claims.SO_REUSEPORT)) second.setOption(SO_REUSEPORT, true);
        await taken.close();
        await second.listen();
        if (canSet(claims.SO_REUSEPORT)) {
          equal(second.getOption(SO_REUSEPORT), true, "SO_REUSEPORT");
          await fails(() => second.setOption(SO_REUSEPORT, false), "EINVAL", "setOption() of a listener");
        }
      },
    },
    {
      id: "option-not-of-connection",
      title: "connect() with an option set that only a listener can have is ENOPROTOOPT, by name",
      source: "issue 3: silently ignoring is a defect",
      async run(fixture) {
        const { listener: claims, stream } = fixture.adapter.options;
        const listener = await fixture.listener();
        const socket = fixture.socket();
        if (canSet(claims.SO_REUSEPORT) && stream.SO_REUSEPORT === undefined) {
          socket.setOption(SO_REUSEPORT, true);
          const error = await fails(socket.connect(listener.localAddress), "ENOPROTOOPT", "connect()");
          equal(error.option, "SO_REUSEPORT", "the error's option");
        }
        const other = fixture.socket();
        await other.connect(listener.localAddress);
      },
    },
    {
      id: "option-reset-connection",
      title: "setOption() and getOption() of a connection that broke do not fail",
      source: "setsockopt(2)",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("unread"));
        await receiveExactly(server, 1);
        client.setOption(SO_LINGER, { seconds: 0 });
        await client.close();
        await fails(
          async () => {
            for (;;) if ((await server.receive(into())) === 0) return;
          },
          "ECONNRESET",
          "receive()",
        );
        if (!canSet(fixture.adapter.options.stream.TCP_NODELAY)) return;
        server.setOption(TCP_NODELAY, true);
        equal(server.getOption(TCP_NODELAY), true, "TCP_NODELAY");
      },
    },
    {
      id: "option-linger-reset",
      title: "SO_LINGER of 0 seconds makes close() a reset: the peer sees ECONNRESET",
      source: "socket(7), SO_LINGER; libuv tcp_rst; behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        client.setOption(SO_LINGER, { seconds: 0 });
        equalValues(client.getOption(SO_LINGER), { seconds: 0 }, "SO_LINGER");
        const seen = fails(server.receive(into()), "ECONNRESET", "the peer's receive()");
        await client.close();
        await seen;
      },
    },
    {
      id: "option-linger-drop",
      title: "SO_LINGER of 0 seconds makes close() drop what is unsent",
      source: "socket(7), SO_LINGER",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        client.setOption(SO_LINGER, { seconds: 0 });
        const sending = fails(client.sendAll(new Uint8Array(16 << 20)), "EBADF", "sendAll()");
        await fixture.turn();
        await client.close();
        await sending;
        let received = 0;
        await fails(
          async () => {
            for (;;) {
              const count = await server.receive(new Uint8Array(65536));
              if (count === 0) return;
              received += count;
            }
          },
          "ECONNRESET",
          "the peer's receive()",
        );
        equal(received < 16 << 20, true, "whether something was dropped");
      },
    },
    {
      id: "option-linger-seconds",
      title: "SO_LINGER of a number of seconds that the runtime cannot wait is ENOPROTOOPT",
      source: "socket(7), SO_LINGER; issue 3: silently ignoring is a defect",
      async run(fixture) {
        const { SO_LINGER: claim } = fixture.adapter.options.stream;
        const [client] = await fixture.pair();
        if (canSet(claim)) client.setOption(SO_LINGER, { seconds: 5 });
        else await fails(() => client.setOption(SO_LINGER, { seconds: 5 }), "ENOPROTOOPT", "5 seconds");
        if (claim === "reset") equal(client.getOption(SO_LINGER), undefined, "SO_LINGER after");
      },
    },
    {
      id: "option-error",
      title: "SO_ERROR is the error that waits, once, and no call reports it then",
      source: "socket(7), SO_ERROR; select(2)",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        equal(server.getOption(SO_ERROR), 0, "SO_ERROR of a healthy connection");
        client.setOption(SO_LINGER, { seconds: 0 });
        await client.close();
        await select([server], [], []);
        equal(server.getOption(SO_ERROR), 104, "SO_ERROR after a reset, ECONNRESET");
        equal(server.getOption(SO_ERROR), 0, "SO_ERROR asked again");
        equal(await server.receive(into()), 0, "receive() after");
      },
    },
  ],
};
