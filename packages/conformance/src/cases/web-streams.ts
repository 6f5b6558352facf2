import { SocketShutdown, SocketState } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalBytes, fails, failsWith } from "../expect.ts";
import {
  bytes,
  MORE_THAN_FITS,
  pattern,
  readAll,
  receiveAll,
  receiveExactly,
  sendUntilBlocked,
  text,
} from "../traffic.ts";

export const webStreams: Topic = {
  name: "readable and writable",
  cases: [
    {
      id: "streams-transfer",
      title: "writable and readable carry 1 MiB intact, then the end of the stream",
      source: "WHATWG Streams; behaviours 1",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(1 << 20);
        const writing = async (): Promise<void> => {
          const writer = client.writable.getWriter();
          for (let at = 0; at < sent.byteLength; at += 50_000) await writer.write(sent.subarray(at, at + 50_000));
          await writer.close();
        };
        const [received] = await Promise.all([readAll(server), writing()]);
        equalBytes(received, sent, "what was read");
      },
    },
    {
      id: "streams-pipe",
      title: "readable.pipeTo(writable) of one connection echoes, and passes the end of the stream on",
      source: "WHATWG Streams, pipeTo; denoland/deno#27510",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const echoing = server.readable.pipeTo(server.writable);
        const sent = pattern(1 << 20);
        const [received] = await Promise.all([
          receiveAll(client),
          client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND)),
          echoing,
        ]);
        equalBytes(received, sent, "the echo");
        equal(server.state, SocketState.CLOSING, "state after pipeTo()");
      },
    },
    {
      id: "streams-same",
      title: "readable and writable are the same streams each time",
      source: "WHATWG Streams: a stream has one state",
      async run(fixture) {
        const [client] = await fixture.pair();
        equal(client.readable, client.readable, "readable");
        equal(client.writable, client.writable, "writable");
      },
    },
    {
      id: "streams-byob",
      title: "readable fills the buffer that a BYOB reader brings, and at the end gives it back",
      source: "WHATWG Streams, ReadableStreamBYOBReader",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const reader = server.readable.getReader({ mode: "byob" });
        const reading = reader.read(new Uint8Array(new ArrayBuffer(10), 2, 4));
        await client.sendAll(bytes("abcdef"));
        const first = await reading;
        equal(first.done, false, "done");
        equal(first.value?.byteOffset, 2, "byteOffset");
        equal(first.value?.buffer.byteLength, 10, "the buffer's length");
        const second = await reader.read(new Uint8Array(6 - (first.value?.byteLength ?? 0)));
        equal(text(first.value ?? bytes("")) + text(second.value ?? bytes("")), "abcdef", "what was read");
        await client.shutdown(SocketShutdown.SEND);
        const last = await reader.read(new Uint8Array(8));
        equal(last.done, true, "done at the end");
        equal(last.value?.byteLength, 0, "bytes at the end");
        equal(last.value?.buffer.byteLength, 8, "the buffer that came back");
      },
    },
    {
      id: "streams-nothing-read-ahead",
      title: "readable takes nothing that nobody reads: receive() gets it",
      source: "WHATWG Streams, highWaterMark 0; behaviours 11",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const reader = server.readable.getReader();
        await client.sendAll(bytes("first"));
        equal(text((await reader.read()).value as Uint8Array), "first", "what was read");
        await client.sendAll(bytes("second"));
        await fixture.turn();
        equal(text(await receiveExactly(server, 6)), "second", "what was received");
      },
    },
    {
      id: "streams-release",
      title: "releaseLock() of a reader that has read keeps the rest for the next reader",
      source: "WHATWG Streams, releaseLock",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("abcd"));
        const byob = server.readable.getReader({ mode: "byob" });
        equal(text((await byob.read(new Uint8Array(2))).value as Uint8Array), "ab", "the first two bytes");
        byob.releaseLock();
        const reader = server.readable.getReader();
        equal(text((await reader.read()).value as Uint8Array), "cd", "the rest");
      },
    },
    {
      id: "streams-reader-back-pressure",
      title: "readable that nobody reads holds the sender back, and loses nothing",
      source: "WHATWG Streams, back-pressure; behaviours 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const reader = server.readable.getReader();
        await client.sendAll(bytes("x"));
        equal((await reader.read()).value?.byteLength, 1, "bytes read");
        reader.releaseLock();
        const sent = await sendUntilBlocked(client);
        const [read] = await Promise.all([readAll(server), client.shutdown(SocketShutdown.SEND)]);
        equal(read.byteLength, sent, "bytes read in the end");
      },
    },
    {
      id: "streams-writer-back-pressure",
      title: "writable whose peer does not receive is not ready, and its write waits until the peer does",
      source: "WHATWG Streams, desiredSize; behaviours 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const writer = client.writable.getWriter();
        equal(writer.desiredSize, 1, "desiredSize at first");
        let hasWritten = false;
        const writing = writer.write(new Uint8Array(MORE_THAN_FITS)).then(() => {
          hasWritten = true;
        });
        await fixture.turn();
        equal(writer.desiredSize, 0, "desiredSize while the write waits");
        equal(hasWritten, false, "whether it has written");
        const [received] = await Promise.all([receiveAll(server), writing.then(() => writer.close())]);
        equal(received.byteLength, MORE_THAN_FITS, "bytes received");
      },
    },
    {
      id: "streams-no-bytes",
      title: "write() of what is no Uint8Array is a TypeError",
      source: "style.md: bad input gets a clear error",
      async run(fixture) {
        const [client] = await fixture.pair();
        await failsWith(client.writable.getWriter().write("text" as unknown as Uint8Array), TypeError, "write()");
      },
    },
    {
      id: "streams-datagram",
      title: "readable and writable of a datagram socket are EOPNOTSUPP: a byte stream has no datagrams",
      source: "udp(7): boundaries are kept",
      needs: ["datagrams"],
      async run(fixture) {
        const socket = fixture.datagramSocket();
        await fails(() => socket.readable, "EOPNOTSUPP", "readable");
        await fails(() => socket.writable, "EOPNOTSUPP", "writable");
      },
    },
  ],
};
