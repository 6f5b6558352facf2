import { equal } from "../expect.ts";
import type { CrossCase, Ends } from "./pairing.ts";

const MEBI = 1 << 20;
/** What the kernel and we may hold of one direction of a connection, at most. */
const BOUND = 32 * MEBI;
const LOOPBACK = "127.0.0.1:0";

/** Connects the client to the server. */
export async function joined({ server, client }: Ends, at: string = LOOPBACK): Promise<void> {
  const address = await server.ask(`listen ${at}`);
  const accepting = server.ask("accept");
  await client.ask(`connect ${address}`);
  await accepting;
}

/** One end sends, the other sends it back, then both streams end. */
export async function echoed(from: Ends["server"], by: Ends["server"], byteLength: number): Promise<void> {
  const echoing = by.ask("echo");
  const exchanged = await from.ask(`exchange ${byteLength} 7`);
  await from.ask("shutdown");
  const sum = await echoing;
  equal(sum.split(" ")[0], String(byteLength), "bytes that arrived");
  equal(exchanged, `${sum} ${sum}`, "what was sent, and what came back");
  equal(await from.ask("drain"), "0 00000000", "what comes after");
}

/** A case about one end's part, and the same with the ends swapped. */
function eitherWay(
  one: Omit<CrossCase, "run">,
  run: (first: Ends["server"], second: Ends["server"]) => Promise<void>,
): CrossCase[] {
  const { id, title } = one;
  return [
    {
      ...one,
      title: `${title} (the client's part)`,
      run: async (ends) => {
        await joined(ends);
        await run(ends.client, ends.server);
      },
    },
    {
      ...one,
      id: `${id}-back`,
      title: `${title} (the server's part)`,
      run: async (ends) => {
        await joined(ends);
        await run(ends.server, ends.client);
      },
    },
  ];
}

/** Whether closing while bytes are unread resets the connection, or a reset can be asked for: not on every runtime. */
async function canReset(end: Ends["server"]): Promise<boolean> {
  const answer = await end.ask("reset").catch((error: Error) => error.message);
  if (answer === "") return true;
  if (answer.endsWith("saw error ENOPROTOOPT")) return false;
  throw new Error(answer);
}

export const streamCases: readonly CrossCase[] = [
  ...eitherWay(
    {
      id: "cross-echo",
      title: "send() of 1 MiB comes back from an echo as it was, then the end of the stream",
      source: "Go nettest BasicIO; behaviours 1",
    },
    (first, second) => echoed(first, second, MEBI),
  ),
  ...eitherWay(
    {
      id: "cross-half-close",
      title: "shutdown(SEND) ends one direction; the other still carries 1 MiB, then ends too",
      source: "RFC 9293 section 3.6; libuv readable_on_eof; behaviours 16, 23, 24",
    },
    async (first, second) => {
      await first.ask("send 3 1");
      await first.ask("shutdown");
      equal((await second.ask("drain")).split(" ")[0], "3", "bytes before the end of the stream");
      const sending = second.ask(`send ${MEBI} 2`);
      const received = first.ask("drain");
      const sent = await sending;
      await second.ask("shutdown");
      equal(await received, sent, "what arrived after the half-close");
    },
  ),
  {
    id: "cross-both-ways",
    title: "send() of 64 MiB each way at the same time arrives with the right checksums",
    source: "libuv tcp_write_queue_order; behaviours 1, 5, 7",
    limit: 60_000,
    async run(ends) {
      await joined(ends);
      const [one, other] = await Promise.all([
        ends.server.ask(`exchange ${64 * MEBI} 3`),
        ends.client.ask(`exchange ${64 * MEBI} 4`),
      ]);
      const [length, crc, ...received] = one.split(" ");
      equal(other, `${received.join(" ")} ${length} ${crc}`, "what the client sent and received");
      equal(length, String(64 * MEBI), "bytes sent");
    },
  },
  ...eitherWay(
    {
      id: "cross-reset",
      title: "close() with SO_LINGER 0 gives the peer ECONNRESET; without resets, ENOPROTOOPT says so",
      source: "socket(7); libuv tcp_rst; behaviours 26",
    },
    async (first, second) => {
      await first.ask("send 1 1");
      await second.ask("receive 1");
      if (await canReset(first)) {
        equal(await second.refusal("receive 1"), "ECONNRESET", "receive() after the reset");
      } else {
        await first.ask("close");
        equal(await second.ask("drain"), "0 00000000", "receive() after close()");
      }
    },
  ),
  {
    id: "cross-reset-before-accept",
    title: "a connection that is reset before accept() is broken or not seen at all, and the next is as any other",
    source: "accept(2), on errors of the new socket; Deno's accept() reports ENOTCONN",
    async run({ server, client }) {
      const address = await server.ask(`listen ${LOOPBACK}`);
      await client.ask(`connect ${address}`);
      if (!(await canReset(client))) return;
      await client.ask(`connect ${address}`);
      const sent = await client.ask("send 3 1");
      await server.ask("accept");
      const received = await server.ask("receive 3").catch((error: Error) => error.message);
      if (received === sent) return;
      equal(received.endsWith("saw error ECONNRESET"), true, `receive() on the first connection saw ${received}`);
      await server.ask("close");
      await server.ask("accept");
      equal(await server.ask("receive 3"), sent, "what arrived on the next connection");
    },
  },
  ...eitherWay(
    {
      id: "cross-close-unread",
      title: "close() with bytes unread ends the peer's sends with ECONNRESET or EPIPE",
      source: "RFC 2525 section 2.17; behaviours 25, 26",
    },
    async (first, second) => {
      await second.ask("send 100000 1");
      await first.ask("receive 1");
      await first.ask("close");
      const code = await second.refusal(`send ${64 * MEBI} 2`);
      equal(["ECONNRESET", "EPIPE"].includes(code), true, `whether ${code} is one of the two`);
    },
  ),
  ...eitherWay(
    {
      id: "cross-small",
      title: "send() of 2,000 messages of 10 bytes arrives in order",
      source: "libuv tcp_write_queue_order; behaviours 7",
    },
    async (first, second) => {
      const receiving = second.ask("receive 20000");
      const sent = await first.ask("send 20000 5 10");
      equal(await receiving, sent, "what arrived");
    },
  ),
  ...eitherWay(
    {
      id: "cross-pressure",
      title: "send() is held back while the other process does not read, and nothing is lost",
      source: "ND pummel/net-throttle; behaviours 14",
    },
    async (first, second) => {
      const sent = await first.ask("fill 6");
      const byteLength = Number(sent.split(" ")[0]);
      equal(byteLength > 0 && byteLength < BOUND, true, `whether ${byteLength} bytes are few enough`);
      await second.ask("receive 0");
      const receiving = second.ask("drain");
      await first.ask("shutdown");
      equal(await receiving, sent, "what arrived");
    },
  ),
  ...eitherWay(
    {
      id: "cross-last-send",
      title: "close() right after a large send() lets it arrive whole",
      source: "oven-sh/bun#41785, #35947; behaviours 31",
    },
    async (first, second) => {
      const receiving = second.ask("drain");
      const sent = await first.ask(`send ${8 * MEBI} 8`);
      await first.ask("close");
      equal(await receiving, sent, "what arrived");
    },
  ),
  ...eitherWay(
    {
      id: "cross-close-before-read",
      title: "close() long before the peer reads loses nothing",
      source: "oven-sh/bun#35947; behaviours 15, 31",
    },
    async (first, second) => {
      const sent = await first.ask("send 60000 9");
      await first.ask("close");
      equal(await second.ask("drain"), sent, "what arrived");
    },
  ),
  {
    id: "cross-timeout",
    title: "receive() that timed out has consumed nothing of what comes later",
    source: "Go nettest FutureTimeout; behaviours 34",
    async run(ends) {
      await joined(ends);
      for (let round = 0; round < 5; round++) {
        equal(await ends.server.refusal("receive 10 1"), "EAGAIN", "receive() with nothing there");
        const sent = await ends.client.ask("send 10 11");
        equal(await ends.server.ask("receive 10 10000"), sent, "what arrived");
      }
    },
  },
  {
    id: "cross-ip6",
    title: "send() comes back over IPv6",
    source: "RFC 8200; behaviours 1",
    async run(ends) {
      await joined(ends, "[::1]:0");
      await echoed(ends.client, ends.server, MEBI);
    },
  },
];
