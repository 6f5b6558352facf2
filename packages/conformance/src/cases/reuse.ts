import type { Socket } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalBytes, fails, failsWith } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { block, bytes, receiveAll, receiveExactly, receiveText, sendUntilBlocked, text } from "../traffic.ts";

/** Sends all of `bytes` by one of the ways; the buffer may be reused when it returns. */
type SendOut = (socket: Socket, bytes: Uint8Array) => Promise<void>;

const WRONG = 0xee;
const ROUNDS = 100;
const SIZE = 100_000;

const MEMORY_BYTES = 8192;
const DATAGRAM_BYTES = 1000;
/** What a Uint8Array may be of, besides an ArrayBuffer of fixed length. */
const MEMORIES: Readonly<Record<string, () => Uint8Array>> = {
  shared: () => new Uint8Array(new SharedArrayBuffer(MEMORY_BYTES)),
  resizable: () => new Uint8Array(new ArrayBuffer(MEMORY_BYTES, { maxByteLength: 2 * MEMORY_BYTES })),
  "WebAssembly's": () => new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 0, MEMORY_BYTES),
};

/** Fills a connection, then sends through one buffer that is spoilt after each call, while the peer reads slowly. */
async function reuseWhileBlocked(fixture: Fixture, sendOut: SendOut): Promise<void> {
  const [client, server] = await fixture.pair();
  const before = await sendUntilBlocked(client);
  const sending = (async () => {
    const buffer = new Uint8Array(SIZE);
    for (let round = 0; round < ROUNDS; round++) {
      buffer.fill(round);
      await sendOut(client, buffer);
      buffer.fill(WRONG);
    }
    await client.close();
  })();
  await fixture.turn();
  await receiveExactly(server, before);
  for (let round = 0; round < ROUNDS; round++) {
    const part = await receiveExactly(server, SIZE);
    equalBytes(part, new Uint8Array(SIZE).fill(round), `round ${round}`);
  }
  equal((await receiveAll(server)).byteLength, 0, "bytes left");
  await sending;
}

export const reuse: Topic = {
  name: "buffers",
  cases: [
    {
      id: "reuse-after-send-all",
      title: "sendAll() that has resolved is done with its buffer, also on a full connection",
      source: "Go nettest RacyWrite; behaviours 4",
      run: (fixture) => reuseWhileBlocked(fixture, (socket, bytes) => socket.sendAll(bytes)),
    },
    {
      id: "reuse-after-send-all-timeout",
      title: "sendAll() with a timeout that has resolved is done with its buffer",
      source: "Go nettest RacyWrite; behaviours 4",
      run: (fixture) => reuseWhileBlocked(fixture, (socket, bytes) => socket.sendAll(bytes, { timeout: 60_000 })),
    },
    {
      id: "reuse-after-send",
      title: "send() that has resolved is done with its buffer, also on a full connection",
      source: "Go nettest RacyWrite; behaviours 4",
      run: (fixture) =>
        reuseWhileBlocked(fixture, async (socket, bytes) => {
          for (let sent = 0; sent < bytes.byteLength; ) {
            const part = bytes.slice(sent);
            const count = await socket.send(part);
            part.fill(WRONG);
            sent += count;
          }
        }),
    },
    {
      id: "reuse-after-try-send",
      title: "trySend() that has returned is done with its buffer, also on a full connection",
      source: "Go nettest RacyWrite; behaviours 4",
      run: (fixture) =>
        reuseWhileBlocked(fixture, async (socket, bytes) => {
          for (let sent = 0; sent < bytes.byteLength; ) {
            const part = bytes.slice(sent);
            const count = socket.trySend(part);
            part.fill(WRONG);
            if (count > 0) sent += count;
            // Waits for room, and one byte more.
            else sent += await socket.send(bytes.slice(sent, sent + 1));
          }
        }),
    },
    {
      id: "reuse-after-timed-out-send",
      title: "send() that timed out is done with its buffer, and none of it arrives",
      source: "Go nettest RacyWrite; behaviours 4, 36",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const buffer = new Uint8Array(1000);
        await fails(client.send(buffer, { timeout: 20 }), "EAGAIN", "send()");
        buffer.fill(WRONG);
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
        await client.close();
        equal((await receiveAll(server)).byteLength, 0, "bytes after the first call's");
      },
    },
    {
      id: "reuse-after-receive",
      title: "receive() that has resolved or failed is done with its buffer",
      source: "Go nettest RacyRead; behaviours 3",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        // An adapter may read into a long buffer at once, and copy into a short one.
        for (const size of [1000, 65_536]) {
          const late = new Uint8Array(size);
          const missed = await server.receive(late, { timeout: 20 }).catch(() => 0);
          equal(missed, 0, "bytes received before any was sent");
          const into = new Uint8Array(size);
          for (let round = 1; round <= 100; round++) {
            const sending = client.sendAll(new Uint8Array(size).fill(round));
            for (let received = 0; received < size; ) {
              const count = await server.receive(into);
              equalBytes(into.subarray(0, count), new Uint8Array(count).fill(round), `round ${round}`);
              into.fill(WRONG);
              received += count;
            }
            await sending;
          }
          await fixture.turn();
          equalBytes(into, new Uint8Array(size).fill(WRONG), "the buffer after the last receive()");
          equalBytes(late, new Uint8Array(size), "the buffer of the receive() that timed out");
        }
      },
    },
    {
      id: "memory-of-streams",
      title: "send(), sendAll(), receive() and receiveExactly() take shared, resizable and WebAssembly's memory",
      source: "ECMA-262, %TypedArray%; WebAssembly JavaScript Interface, Memory",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (const [kind, memory] of Object.entries(MEMORIES)) {
          const [from, into] = [memory(), memory()];
          from.fill(1);
          const sending = client.sendAll(from);
          equal(await server.receiveExactly(into), MEMORY_BYTES, `${kind}: bytes`);
          await sending;
          equalBytes(into.slice(), from.slice(), kind);
          from.fill(2);
          const sent = await client.send(from);
          for (let received = 0; received < sent; ) received += await server.receive(into.subarray(received));
          equalBytes(into.slice(0, sent), from.slice(0, sent), `${kind}, in parts`);
        }
      },
    },
    {
      id: "memory-of-datagrams",
      title: "sendTo() and receiveFrom() take shared, resizable and WebAssembly's memory",
      source: "ECMA-262, %TypedArray%; WebAssembly JavaScript Interface, Memory",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [sender] = await fixture.boundDatagramSocket();
        for (const [kind, memory] of Object.entries(MEMORIES)) {
          const from = memory().subarray(0, DATAGRAM_BYTES).fill(1);
          const into = memory().subarray(0, DATAGRAM_BYTES);
          const receiving = receiver.receiveFrom(into);
          equal(await sender.sendTo(from, at), DATAGRAM_BYTES, `${kind}: bytes sent`);
          equal((await receiving).byteLength, DATAGRAM_BYTES, `${kind}: bytes received`);
          equalBytes(into.slice(), from.slice(), kind);
        }
      },
    },
    {
      id: "reuse-transferred-receive",
      title:
        "receive() and receiveExactly() whose buffer is transferred while they wait are a TypeError; the next call gets all",
      source: "ECMA-262, DetachArrayBuffer; Go nettest RacyRead",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const gone = [new Uint8Array(10), new Uint8Array(10), new Uint8Array(10)] as const;
        const failing = [
          failsWith(server.receive(gone[0]), TypeError, "receive()"),
          failsWith(server.receiveExactly(gone[1]), TypeError, "receiveExactly()"),
          failsWith(server.receive(gone[2], { timeout: 60_000 }), TypeError, "receive() with a timeout"),
        ];
        const next = receiveExactly(server, 4);
        for (const one of gone) transfer(one);
        await client.sendAll(bytes("kept"));
        await Promise.all(failing);
        equal(text(await next), "kept", "what the next call got");
        const late = new Uint8Array(10);
        const timedOut = fails(server.receiveExactly(late, { timeout: 20 }), "EAGAIN", "receiveExactly() in vain");
        transfer(late);
        await timedOut;
      },
    },
    {
      id: "reuse-transferred-send",
      title:
        "send() and sendAll() whose buffer is transferred while they wait are a TypeError; the next call's bytes go out",
      source: "ECMA-262, DetachArrayBuffer; Go nettest RacyWrite",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const gone = [bytes("lost"), bytes("lost")] as const;
        const failing = [
          failsWith(client.send(gone[0]), TypeError, "send()"),
          failsWith(client.sendAll(gone[1]), TypeError, "sendAll()"),
        ];
        const sending = client.sendAll(bytes("kept"));
        for (const one of gone) transfer(one);
        await receiveExactly(server, blocker.byteLength);
        await Promise.all([...failing, blocker.sending, sending]);
        await client.close();
        equal(text(await receiveAll(server)), "kept", "what arrived after the rest");
      },
    },
    {
      id: "reuse-transferred-sending",
      title: "sendAll() whose buffer is transferred while it goes out is a TypeError",
      source: "ECMA-262, DetachArrayBuffer; Go nettest RacyWrite",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const gone = new Uint8Array(64 << 20);
        const sending = failsWith(client.sendAll(gone), TypeError, "sendAll()");
        // Kept to the end: the runtime may go on reading there.
        const taken = transfer(gone);
        const receiving = receiveAll(server);
        await sending;
        await client.close();
        await receiving;
        equal(taken.byteLength, 64 << 20, "bytes that were transferred");
      },
    },
    {
      id: "reuse-transferred-before",
      title: "a call with a buffer that was transferred before is a TypeError, with an empty one it is none",
      source: "ECMA-262, DetachArrayBuffer",
      needs: ["datagrams"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const [receiver, at] = await fixture.boundDatagramSocket();
        const gone = new Uint8Array(10);
        transfer(gone);
        await failsWith(server.receive(gone), TypeError, "receive()");
        await failsWith(server.receiveExactly(gone), TypeError, "receiveExactly()");
        await failsWith(() => server.tryReceive(gone), TypeError, "tryReceive()");
        await failsWith(client.send(gone), TypeError, "send()");
        await failsWith(client.sendAll(gone), TypeError, "sendAll()");
        await failsWith(() => client.trySend(gone), TypeError, "trySend()");
        await failsWith(receiver.receiveFrom(gone), TypeError, "receiveFrom()");
        const empty = new Uint8Array(10).subarray(10);
        equal(await server.receive(empty), 0, "bytes received");
        equal(await client.send(empty), 0, "bytes sent");

        const sender = fixture.datagramSocket();
        const late = bytes("lost");
        const first = failsWith(sender.sendTo(late, at), TypeError, "sendTo() whose buffer goes while it binds");
        transfer(late);
        await first;
        await failsWith(sender.sendTo(gone, at), TypeError, "sendTo()");
        await failsWith(sender.sendMany([{ bytes: gone, to: at }]), TypeError, "sendMany()");
        await sender.sendTo(bytes("kept"), at);
        equal(await receiveText(receiver), "kept", "the datagram");
      },
    },
    {
      id: "reuse-transferred-datagram",
      title: "receiveFrom() whose buffer is transferred while it waits is a TypeError; the next call gets the datagram",
      source: "ECMA-262, DetachArrayBuffer; Go nettest RacyRead",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [sender] = await fixture.boundDatagramSocket();
        const gone = new Uint8Array(10);
        const failing = failsWith(receiver.receiveFrom(gone), TypeError, "receiveFrom()");
        const next = receiveText(receiver);
        transfer(gone);
        await sender.sendTo(bytes("kept"), at);
        await failing;
        equal(await next, "kept", "the datagram");
      },
    },
  ],
};

/** Takes the memory away, as `postMessage()` does with what it transfers. */
function transfer({ buffer }: Uint8Array): ArrayBuffer {
  return structuredClone(buffer as ArrayBuffer, { transfer: [buffer as ArrayBuffer] });
}
