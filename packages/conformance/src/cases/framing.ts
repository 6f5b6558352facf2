import { SocketShutdown, WOULD_BLOCK } from "@omnisock/core";
import {
  type Codec,
  decoderStream,
  delimited,
  encoderStream,
  type FrameVisitor,
  fixedLength,
  framed,
  json,
  lengthPrefixed,
  lines,
  messages,
  rawLines,
  typeLed,
  untilClose,
} from "@omnisock/core/framing";
import type { Topic } from "../case.ts";
import { equal, equalBytes, equalValues, failsWith } from "../expect.ts";
import { bytes, MORE_THAN_FITS, pattern } from "../traffic.ts";

const HOWTO = "Socket HOWTO, Using a Socket";

const words = ["a", "", "some words", "é€😀", "x".repeat(3000)];
const parts = words.map(bytes);

/** Every way of framing, and frames for it. */
const codecs: readonly (readonly [name: string, codec: Codec<unknown>, frames: readonly unknown[]])[] = [
  carried("fixed length", fixedLength(3), ["abc", "def"].map(bytes)),
  carried("delimited", delimited("--"), parts),
  carried("lines", lines(), words),
  carried("raw lines, CRLF", rawLines({ ending: "crlf" }), parts),
  carried("u16, little endian", lengthPrefixed({ length: "u16", endian: "little" }), parts),
  carried("varint", lengthPrefixed({ length: "varint" }), parts),
  carried("five digits", lengthPrefixed({ length: { digits: 5 } }), parts),
  carried("JSON", messages(lengthPrefixed(), json()), [{ id: 1 }, [null], "é", 0]),
  carried("type-led", typeLed({ 1: 2, 2: lengthPrefixed() }), [
    { type: 1, frame: bytes("ab") },
    { type: 2, frame: bytes("abc") },
  ]),
];

function carried<T>(name: string, codec: Codec<T>, frames: readonly T[]): (typeof codecs)[number] {
  return [name, codec as Codec<unknown>, frames];
}

export const framing: Topic = {
  name: "framing",
  cases: [
    {
      id: "framing-codecs",
      title: "framed() gives the frames that were sent, in every way of framing, both ways",
      source: HOWTO,
      async run(fixture) {
        for (const [name, codec, frames] of codecs) {
          const [client, server] = await fixture.pair();
          const near = framed(client, codec);
          const far = framed(server, codec);
          const many = Array.from({ length: 50 }, () => frames).flat();
          const sending = near.sendAll(many);
          const echoing = (async () => {
            for (const [i, frame] of many.entries()) {
              const received = await far.receive();
              equalValues(received, frame, `${name}: frame ${i}`);
              await far.send(received);
            }
            await far.close();
          })();
          let echoed = 0;
          for await (const frame of near) equalValues(frame, many[echoed++], `${name}: what came back`);
          equal(echoed, many.length, `${name}: frames that came back`);
          await Promise.all([sending, echoing]);
          await near.close();
        }
      },
    },
    {
      id: "framing-large",
      title: "send() of frames that fit no buffer, among small ones, brings all whole and in order",
      source: "behaviours 1; issue 5",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const codec = lengthPrefixed({ maxFrameLength: 8 << 20 });
        const sent = [10, 8 << 20, 5, 20_000, 70_000, 0, 1 << 20, 3].map((size, i) => pattern(size, i + 1));
        const near = framed(client, codec);
        const sending = near.sendAll(sent).then(() => near.close());
        let count = 0;
        for await (const frame of framed(server, codec)) equalBytes(frame, sent[count] as Uint8Array, `${count++}`);
        equal(count, sent.length, "frames received");
        await sending;
      },
    },
    {
      id: "framing-until-close",
      title: "a frame that lasts until the close is all that came before it",
      source: HOWTO,
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(1 << 20);
        const near = framed(client, untilClose());
        const sending = near.send(sent).then(() => client.shutdown(SocketShutdown.SEND));
        const far = framed(server, untilClose());
        equalBytes((await far.receive()) ?? bytes(""), sent, "the frame");
        equal(await far.receive(), undefined, "what follows it");
        await sending;
      },
    },
    {
      id: "framing-held-back",
      title: "send() holds back while the peer does not receive, and nothing is lost",
      source: "behaviours 14; issue 5",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const frame = pattern(10_000);
        const total = Math.ceil(MORE_THAN_FITS / frame.byteLength);
        const near = framed(client, lengthPrefixed());
        let sent = 0;
        const sending = (async () => {
          for (; sent < total; sent++) await near.send(frame);
          await near.close();
        })();
        await fixture.turn();
        equal(sent < total, true, "whether the sender is held back");
        let received = 0;
        for await (const one of framed(server, lengthPrefixed())) {
          received++;
          if (received % 1000 === 0) equalBytes(one, frame, `frame ${received}`);
        }
        equal(received, total, "frames received");
        await sending;
      },
    },
    {
      id: "framing-both-ways",
      title: "two ends that send to each other at once do not wait for each other",
      source: "Go nettest ConcurrentMethods; issue 5",
      async run(fixture) {
        const total = 400;
        const frame = pattern(50_000);
        const exchange = (await fixture.pair()).map(async (socket) => {
          const peer = framed(socket, lengthPrefixed());
          const sending = peer.sendAll(Array<Uint8Array>(total).fill(frame));
          for (let i = 0; i < total; i++) equalBytes((await peer.receive()) ?? bytes(""), frame, `frame ${i}`);
          await sending;
        });
        await Promise.all(exchange);
      },
    },
    {
      id: "framing-batches",
      title: "visit() and trySend() echo frames without a view each, with back-pressure; receiveMany() gives them",
      source: "issue 5: framed()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const far = framed(server, lengthPrefixed());
        const echo: FrameVisitor = (buffer, start, end) => far.trySend(buffer, start, end) !== WOULD_BLOCK;
        const echoing = (async () => {
          while ((await far.visit(echo)) > 0) await far.flush();
          await far.close();
        })();
        const near = framed(client, lengthPrefixed());
        const sent = Array.from({ length: 10_000 }, (_, i) => pattern((i * 7) % 700, i));
        const sending = near.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND));
        let received = 0;
        for (let frames = await near.receiveMany(); frames.length > 0; frames = await near.receiveMany()) {
          for (const frame of frames) equalBytes(frame, sent[received] as Uint8Array, `frame ${received++}`);
        }
        equal(received, sent.length, "frames that came back");
        equal(near.tryReceive(), undefined, "tryReceive() at the end");
        await Promise.all([sending, echoing]);
      },
    },
    {
      id: "framing-detach",
      title: "detach() hands back what belongs to no frame, and framing changes in mid-stream",
      source: "issue 5: detach()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const near = framed(client, lines());
        await near.sendAll(["hello", "upgrade"]);
        const nearBody = framed(client, lengthPrefixed(), { leftOver: await near.detach() });
        const body = [bytes("not\na line"), pattern(100_000), bytes("")];
        const sending = nearBody.sendAll(body);
        const far = framed(server, lines());
        equal(await far.receive(), "hello", "the first line");
        equal(await far.receive(), "upgrade", "the last line");
        const farBody = framed(server, lengthPrefixed(), { leftOver: await far.detach() });
        for (const frame of body) equalBytes((await farBody.receive()) ?? bytes("none"), frame, "a frame of the body");
        await sending;
        await failsWith(far.receive(), TypeError, "receive() after detach()");
        await failsWith(far.send("x"), TypeError, "send() after detach()");
      },
    },
    {
      id: "framing-streams",
      title: "frames pass through WHATWG streams",
      source: "WHATWG Streams, section 6",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
        const source = new ReadableStream<string>({
          start(controller) {
            for (const line of sent) controller.enqueue(line);
            controller.close();
          },
        });
        const sending = source.pipeThrough(encoderStream(lines())).pipeTo(client.writable);
        const reader = server.readable.pipeThrough(decoderStream(lines())).getReader();
        let received = 0;
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          equal(next.value, sent[received++], "a line");
        }
        equal(received, sent.length, "lines received");
        await sending;
      },
    },
  ],
};
