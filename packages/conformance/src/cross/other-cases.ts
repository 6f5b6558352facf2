import { equal } from "../expect.ts";
import type { CrossCase, Ends } from "./pairing.ts";
import { echoed, joined } from "./stream-cases.ts";

/** RFC 768: 65535 bytes, less the headers of IPv4 and UDP. */
const LARGEST_DATAGRAM = 65507;

/** The client sends datagrams of these sizes, and the server answers each with one as long, but of other bytes. */
async function datagrams({ server, client }: Ends, at: string, sizes: readonly number[]): Promise<void> {
  const there = await server.ask(`bind ${at}`);
  const here = await client.ask(`bind ${at}`);
  for (const size of sizes) {
    const sent = await client.ask(`sendto ${there} ${size} ${size}`);
    equal(await server.ask("receivefrom"), `${sent} ${here}`, "what the server received, and from whom");
    const answer = await server.ask(`sendto ${here} ${size} 12`);
    equal(await client.ask("receivefrom"), `${answer} ${there}`, "the answer, and from whom");
  }
}

const datagramCases: readonly CrossCase[] = [
  {
    id: "cross-datagrams",
    title: "sendTo() and receiveFrom() keep the boundaries of datagrams, empty ones too, and say who sent them",
    source: "RFC 768; ND dgram-send-empty-packet; behaviours 48",
    run: (ends) => datagrams(ends, "127.0.0.1:0", [1, 0, 1000, 10_000]),
  },
  {
    id: "cross-datagrams-ip6",
    title: "sendTo() and receiveFrom() do so over IPv6",
    source: "RFC 768, RFC 8200; behaviours 48",
    run: (ends) => datagrams(ends, "[::1]:0", [1, 0, 1000]),
  },
  {
    id: "cross-datagram-largest",
    title: "sendTo() of 65507 bytes arrives whole; one byte more is EMSGSIZE",
    source: "libuv udp_dgram_too_big; behaviours 49",
    async run(ends) {
      await datagrams(ends, "127.0.0.1:0", [LARGEST_DATAGRAM]);
      const there = await ends.server.ask("unbind").then(() => ends.server.ask("bind 127.0.0.1:0"));
      for (const end of [ends.client, ends.server]) {
        equal(await end.refusal(`sendto ${there} ${LARGEST_DATAGRAM + 1} 1`), "EMSGSIZE", `${end.name}: one byte more`);
      }
    },
  },
  {
    id: "cross-datagrams-queue",
    title: "receiveFrom() gives datagrams that came while nobody received, in order",
    source: "udp(7); behaviours 15, 48",
    async run({ server, client }) {
      const there = await server.ask("bind 127.0.0.1:0");
      const here = await client.ask("bind 127.0.0.1:0");
      const sent: string[] = [];
      for (let size = 1; size <= 20; size++) sent.push(await client.ask(`sendto ${there} ${size} ${size}`));
      for (const one of sent) equal(await server.ask("receivefrom"), `${one} ${here}`, "the next datagram");
    },
  },
];

const unixCases: readonly CrossCase[] = [
  {
    id: "cross-unix",
    title: "send() of 1 MiB over a Unix socket comes back, then the end of the stream",
    source: "unix(7); oven-sh/bun#13217; behaviours 1, 24",
    async run(ends) {
      await joined(ends, `unix:${ends.directory.path("socket")}`);
      await echoed(ends.client, ends.server, 1 << 20);
    },
  },
  {
    id: "cross-unix-half-close",
    title: "shutdown(SEND) of a Unix socket ends one direction; the other still carries 1 MiB",
    source: "unix(7); oven-sh/bun#33498, #13217; behaviours 16, 24",
    async run(ends) {
      await joined(ends, `unix:${ends.directory.path("socket")}`);
      const { server, client } = ends;
      await client.ask("shutdown");
      equal(await server.ask("drain"), "0 00000000", "the end of the stream");
      const receiving = client.ask("drain");
      const sent = await server.ask(`send ${1 << 20} 2`);
      await server.ask("close");
      equal(await receiving, sent, "what arrived after the half-close");
    },
  },
  {
    id: "cross-unix-gone",
    title: "connect() to a Unix socket whose listener is closed is ENOENT, and its path is free for the other process",
    source: "unix(7); oven-sh/bun#28798, denoland/deno#9052; behaviours 57",
    async run({ server, client, directory }) {
      const address = await server.ask(`listen unix:${directory.path("socket")}`);
      equal(await client.refusal(`listen ${address}`), "EADDRINUSE", "listen() on the same path");
      await server.ask("unlisten");
      equal(await client.refusal(`connect ${address}`), "ENOENT", "connect()");
      equal(await client.ask(`listen ${address}`), address, "listen() of the other process");
    },
  },
];

const addressCases: readonly CrossCase[] = [
  {
    id: "cross-refused",
    title: "connect() is ECONNREFUSED once the other process has closed its listener; the connection it had lives on",
    source: "connect(2); libuv connection_fail; behaviours 39",
    async run(ends) {
      const address = await ends.server.ask("listen 127.0.0.1:0");
      const accepting = ends.server.ask("accept");
      await ends.client.ask(`connect ${address}`);
      await accepting;
      await ends.server.ask("unlisten");
      await echoed(ends.client, ends.server, 10);
      equal(await ends.client.refusal(`connect ${address}`), "ECONNREFUSED", "connect()");
    },
  },
  {
    id: "cross-address-in-use",
    title: "listen() where the other process listens is EADDRINUSE; once that is closed, the port is free at once",
    source: "bind(2); ND net-eaddrinuse; denoland/deno#22885; behaviours 40, 43",
    async run({ server, client }) {
      const address = await server.ask("listen 127.0.0.1:0");
      equal(await client.refusal(`listen ${address}`), "EADDRINUSE", "listen() on the same port");
      await server.ask("unlisten");
      equal(await client.ask(`listen ${address}`), address, "listen() after that");
    },
  },
];

const processCases: readonly CrossCase[] = [
  {
    id: "cross-idle-exit",
    title: "an idle connection, after a receive() with a long timeout was served, keeps no process alive",
    source: "oven-sh/bun#5218, #12561; behaviours 47",
    endsProcesses: true,
    async run(ends) {
      await joined(ends);
      const sent = await ends.client.ask("send 10 1");
      equal(await ends.server.ask("receive 10 60000"), sent, "what arrived");
      await ends.server.end();
      await ends.client.end();
    },
  },
  {
    id: "cross-killed",
    title: "receive() sees the end of the stream, or ECONNRESET, when the other process is killed",
    source: "signal(7), close(2); behaviours 25",
    endsProcesses: true,
    async run(ends) {
      await joined(ends);
      const sent = await ends.client.ask("send 10 1");
      equal(await ends.server.ask("receive 10"), sent, "what arrived");
      const draining = ends.server.ask("drain").catch((error: Error) => error.message);
      ends.client.kill();
      const seen = await draining;
      equal(seen === "0 00000000" || seen.endsWith("error ECONNRESET"), true, `whether ${seen} is one of the two`);
    },
  },
];

export const otherCases: readonly CrossCase[] = [...unixCases, ...addressCases, ...datagramCases, ...processCases];
