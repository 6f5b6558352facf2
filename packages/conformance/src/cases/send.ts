import { SocketShutdown, WOULD_BLOCK } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, failsWith, failsWithAny } from "../expect.ts";
import { block, bytes, MORE_THAN_FITS, NO_BYTES, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

export const send: Topic = {
  name: "send",
  cases: [
    ...eachFamily({
      id: "send-intact",
      title: "sendAll() of 1 MiB arrives intact, then the end of the stream",
      source: "Go nettest BasicIO; behaviours 1",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        const sent = pattern(1 << 20);
        const sending = client.sendAll(sent).then(() => client.shutdown(SocketShutdown.SEND));
        equalBytes(await receiveAll(server), sent, "what the server received");
        await sending;
        const answering = server.sendAll(sent).then(() => server.close());
        equalBytes(await receiveAll(client), sent, "what the client received");
        await answering;
      },
    }),
    ...eachFamily({
      id: "send-ping-pong",
      title: "send() and receive() of a number to and fro, up to 1000",
      source: "Go nettest PingPong; behaviours 2",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        const answering = (async () => {
          for (let number = 0; number < 1000; number += 2) {
            equal(new DataView((await receiveExactly(server, 4)).buffer).getUint32(0), number, "ping");
            await server.sendAll(fourBytes(number + 1));
          }
        })();
        for (let number = 0; number < 1000; number += 2) {
          await client.sendAll(fourBytes(number));
          equal(new DataView((await receiveExactly(client, 4)).buffer).getUint32(0), number + 1, "pong");
        }
        await answering;
      },
    }),
    {
      id: "send-counts",
      title: "send() resolves to how many bytes were taken, and exactly these arrive",
      source: "ND net-bytes-written-large; behaviours 6",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(8 << 20);
        const sending = (async () => {
          for (let taken = 0; taken < sent.byteLength; ) {
            const count = await client.send(sent.subarray(taken));
            equal(count > 0 && count <= sent.byteLength - taken, true, `whether a count of ${count} is possible`);
            taken += count;
          }
          await client.shutdown(SocketShutdown.SEND);
        })();
        equalBytes(await receiveAll(server), sent, "what arrived");
        await sending;
      },
    },
    {
      id: "send-order",
      title: "send() calls made at once arrive in the order they were made",
      source: "libuv tcp_write_queue_order; behaviours 7",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(3 << 20);
        const sends: Promise<unknown>[] = [];
        for (let from = 0, size = 1; from < sent.byteLength; from += size, size = (size * 7 + 3) % 90_001) {
          sends.push(client.sendAll(sent.subarray(from, from + size)));
        }
        sends.push(client.shutdown(SocketShutdown.SEND));
        equalBytes(await receiveAll(server), sent, "what arrived");
        await Promise.all(sends);
      },
    },
    {
      id: "send-all-whole",
      title: "sendAll() lets no other call's bytes come between its own",
      source: "Python socket.sendall()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const part = 4 << 20;
        const sends: Promise<unknown>[] = [1, 2, 3].map((byte) => client.sendAll(new Uint8Array(part).fill(byte)));
        sends.push(client.shutdown(SocketShutdown.SEND));
        const received = await receiveAll(server);
        equal(received.byteLength, 3 * part, "bytes received");
        for (const byte of [1, 2, 3]) {
          equalBytes(
            received.subarray((byte - 1) * part, byte * part),
            new Uint8Array(part).fill(byte),
            `sendAll() ${byte}`,
          );
        }
        await Promise.all(sends);
      },
    },
    {
      id: "send-try-partial",
      title: "trySend() of more than fits takes a part, and exactly that arrives",
      source: "libuv tcp_try_write; behaviours 9",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(MORE_THAN_FITS);
        let taken = client.trySend(sent);
        equal(taken > 0 && taken < sent.byteLength, true, `whether a count of ${taken} is a part`);
        await fixture.turn();
        taken += Math.max(client.trySend(sent.subarray(taken)), 0);
        const closing = client.close();
        equalBytes(await receiveAll(server), sent.subarray(0, taken), "what arrived");
        await closing;
      },
    },
    {
      id: "send-try-waits-its-turn",
      title: "trySend() while another call waits to send is WOULD_BLOCK, so that the order is kept",
      source: "libuv tcp_try_write",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        const waiting = client.sendAll(bytes("waiting"));
        await fixture.turn();
        equal(client.trySend(bytes("eager")), WOULD_BLOCK, "trySend()");
        await receiveExactly(server, blocker.byteLength);
        equal(text(await receiveExactly(server, 7)), "waiting", "what arrived next");
        await Promise.all([blocker.sending, waiting]);
      },
    },
    {
      id: "send-empty",
      title: "send(), sendAll() and trySend() of no bytes are 0 at once, and the peer sees nothing",
      source: "POSIX send()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const empty = new Uint8Array(0);
        equal(await client.send(empty), 0, "send()");
        equal(await client.sendAll(empty), undefined, "sendAll()");
        equal(client.trySend(empty), 0, "trySend()");
        await client.sendAll(bytes("full"));
        equal(text(await receiveExactly(server, 4)), "full", "what arrived");
        const blocker = block(client);
        equal(await client.send(empty, { timeout: 0 }), 0, "send() of no bytes while another call waits");
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
      },
    },
    {
      id: "send-view",
      title: "send() of a view sends that part of its buffer alone",
      source: "POSIX send()",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const whole = bytes("abcdefghi");
        equal(await client.send(whole.subarray(1, 3)), 2, "send()");
        await client.sendAll(new Uint8Array(whole.buffer, 3, 2));
        equal(client.trySend(whole.subarray(5, 7)), 2, "trySend()");
        await client.close();
        equal(text(await receiveAll(server)), "bcdefg", "what arrived");
      },
    },
    {
      id: "send-no-bytes",
      title: "send(), sendAll() and trySend() of what is no Uint8Array are a TypeError, and send nothing",
      source: "POSIX send(), EFAULT, as a caller's mistake",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        for (const one of NO_BYTES) {
          await failsWith(client.send(one), TypeError, "send()");
          await failsWith(client.sendAll(one), TypeError, "sendAll()");
          await failsWith(() => client.trySend(one), TypeError, "trySend()");
        }
        await client.close();
        equal((await receiveAll(server)).byteLength, 0, "bytes received");
      },
    },
    {
      id: "send-to-closed",
      title: "send() to a peer that has closed ends in EPIPE or ECONNRESET, never in silence",
      source: "libuv tcp_write_to_half_open_connection; behaviours 25",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await server.close();
        const sending = (async () => {
          for (;;) await client.send(bytes("anybody there?"));
        })();
        await failsWithAny(sending, ["EPIPE", "ECONNRESET"], "send()");
        await failsWithAny(client.sendAll(bytes("again")), ["EPIPE", "ECONNRESET"], "sendAll()");
        await failsWithAny(() => client.trySend(bytes("again")), ["EPIPE"], "trySend()");
      },
    },
  ],
};

function fourBytes(number: number): Uint8Array {
  const made = new Uint8Array(4);
  new DataView(made.buffer).setUint32(0, number);
  return made;
}
