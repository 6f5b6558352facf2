import { type Connection, SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes, fails, failsWithAny } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

/** A connection one of whose ends has bytes unread: closing that end resets the connection. */
async function unread(fixture: Fixture, ...family: Parameters<Fixture["pair"]>): Promise<[Connection, Connection]> {
  const [resetter, peer] = await fixture.pair(...family);
  await peer.sendAll(bytes("unread"));
  await receiveExactly(resetter, 1);
  return [resetter, peer];
}

export const reset: Topic = {
  name: "reset",
  cases: [
    ...eachFamily({
      id: "reset-receive",
      title: "close() with bytes unread resets: a receive() of the peer that waits is ECONNRESET",
      source: "RFC 2525 section 2.17; libuv tcp_rst, ND net-socket-reset-send; behaviours 26",
      needs: ["reset"],
      async run(fixture, family) {
        const [resetter, peer] = await unread(fixture, family);
        const receiving = fails(peer.receive(new Uint8Array(1)), "ECONNRESET", "receive()");
        await fixture.turn();
        await resetter.close();
        const error = await receiving;
        equal(error.syscall, "recv", "syscall");
        equal(error.errno, 104, "errno");
        equal(error.address, peer.remoteAddress.host, "address");
        equal(error.port, peer.remoteAddress.port, "port");
        equal(await peer.receive(new Uint8Array(1)), 0, "receive() after the error");
        await fails(peer.send(bytes("late")), "EPIPE", "send() after the error");
      },
    }),
    {
      id: "reset-receive-later",
      title: "close() with bytes unread resets: the peer's next receive() is ECONNRESET",
      source: "RFC 2525 section 2.17; libuv tcp_rst; behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [resetter, peer] = await unread(fixture);
        await resetter.close();
        await fixture.turn();
        await fails(peer.receive(new Uint8Array(1)), "ECONNRESET", "receive()");
      },
    },
    {
      id: "reset-unread-in-kernel",
      title: "close() resets also when nobody has asked for the unread bytes",
      source: "RFC 2525 section 2.17; behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [resetter, peer] = await fixture.pair();
        await peer.sendAll(bytes("unread"));
        await fixture.turn();
        await resetter.close();
        await fails(peer.receive(new Uint8Array(1)), "ECONNRESET", "receive()");
      },
    },
    {
      id: "reset-send",
      title: "close() with bytes unread resets: the peer's sends are ECONNRESET or EPIPE",
      source: "ND net-socket-reset-send; oven-sh/bun#33389, #43026; behaviours 25, 26",
      async run(fixture) {
        const [resetter, peer] = await unread(fixture);
        await resetter.close();
        await fixture.turn();
        const sending = (async () => {
          for (;;) await peer.send(bytes("anybody there?"));
        })();
        const { syscall } = await failsWithAny(sending, ["ECONNRESET", "EPIPE"], "send()");
        equal(syscall, "send", "syscall");
      },
    },
    {
      id: "reset-pending-send",
      title: "close() of a peer that does not read makes a sendAll() that waits ECONNRESET or EPIPE",
      source: "oven-sh/bun#33389, #43026, #43250; behaviours 25, 26",
      async run(fixture) {
        const [resetter, peer] = await fixture.pair();
        const sending = failsWithAny(peer.sendAll(new Uint8Array(64 << 20)), ["ECONNRESET", "EPIPE"], "sendAll()");
        await fixture.turn();
        await resetter.close();
        await sending;
        await failsWithAny(peer.send(bytes("late")), ["ECONNRESET", "EPIPE"], "send() after the error");
      },
    },
    {
      id: "reset-after-shutdown",
      title: "close() with bytes unread after shutdown(SEND): the peer reads what was sent, then fails or ends",
      source: "libuv tcp_close_reset_after_shutdown; behaviours 27",
      async run(fixture) {
        const [resetter, peer] = await unread(fixture);
        await resetter.sendAll(bytes("bye"));
        await resetter.shutdown(SocketShutdown.SEND);
        equal(text(await receiveAll(peer)), "bye", "what the peer received");
        await resetter.close();
        const sending = (async () => {
          for (;;) await peer.send(bytes("anybody there?"));
        })();
        await failsWithAny(sending, ["ECONNRESET", "EPIPE"], "send()");
        equal(await peer.close(), undefined, "close() of the peer");
      },
    },
    {
      id: "reset-after-end",
      title: "a reset after the end of the stream leaves receive() that end: only a send hears of it",
      source: "Linux tcp_reset(), tcp_recvmsg(); libuv tcp_close_reset_after_shutdown; behaviours 27",
      async run(fixture) {
        const [resetter, peer] = await unread(fixture);
        await resetter.sendAll(bytes("bye"));
        await resetter.shutdown(SocketShutdown.SEND);
        await fixture.turn();
        await resetter.close();
        await fixture.turn();
        equal(text(await receiveAll(peer)), "bye", "what the peer received");
        equal(await peer.receive(new Uint8Array(1)), 0, "receive() after the end");
        const sending = (async () => {
          for (;;) await peer.send(bytes("anybody there?"));
        })();
        await fails(sending, "EPIPE", "send()");
      },
    },
    {
      id: "reset-after-end-sent",
      title: "send() to a peer that has closed leaves receive() the end, and in time is EPIPE",
      source: "Linux tcp_reset(), tcp_recvmsg()",
      async run(fixture) {
        const [closer, peer] = await fixture.pair();
        await closer.close();
        const into = new Uint8Array(1);
        equal(await peer.receive(into), 0, "receive()");
        // Answered by a reset, unless the end is known for a close already.
        await peer.send(bytes("!")).catch((error) => {
          if (error.code !== "EPIPE") throw error;
        });
        for (let round = 0; round < 3; round++) {
          await fixture.turn();
          equal(peer.tryReceive(into), 0, "tryReceive() after the reset");
          equal(await peer.receive(into), 0, "receive() after the reset");
        }
        const sending = (async () => {
          for (;;) await peer.send(bytes("!"));
        })();
        const { syscall } = await fails(sending, "EPIPE", "send()");
        equal(syscall, "send", "syscall");
        equal(await peer.receive(into), 0, "receive() after that");
      },
    },
    {
      id: "reset-with-shutdown",
      title:
        "close() with bytes unread right after shutdown(SEND) resolves, and the peer's sends are ECONNRESET or EPIPE",
      source: "libuv tcp_close_reset_after_shutdown: EINVAL while the shutdown is under way; behaviours 27",
      async run(fixture) {
        const [resetter, peer] = await unread(fixture);
        await resetter.shutdown(SocketShutdown.SEND);
        await resetter.close();
        const sending = (async () => {
          for (;;) await peer.send(bytes("anybody there?"));
        })();
        await failsWithAny(sending, ["ECONNRESET", "EPIPE"], "send()");
      },
    },
    {
      id: "reset-send-then-receive",
      title: "send() that fails leaves the bytes that had arrived to receive()",
      source: "Linux tcp_recvmsg(); libuv uv__stream_io()",
      async run(fixture) {
        for (const isReset of [false, true]) {
          const [closer, peer] = await fixture.pair();
          if (isReset) await peer.sendAll(bytes("unread"));
          const sent = pattern(10_000);
          await closer.sendAll(sent);
          await fixture.turn();
          await closer.close();
          const sending = (async () => {
            for (;;) await peer.send(bytes("anybody there?"));
          })();
          await failsWithAny(sending, ["ECONNRESET", "EPIPE"], "send()");
          await failsWithAny(peer.sendAll(new Uint8Array(1 << 20)), ["ECONNRESET", "EPIPE"], "sendAll() after it");
          equalBytes(await receiveAll(peer), sent, "what had arrived");
        }
      },
    },
    {
      id: "reset-bytes-first",
      title: "receive() of a connection that was reset gives what had been received, then ECONNRESET",
      source: "Linux tcp_recvmsg(); behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [resetter, peer] = await unread(fixture);
        await resetter.sendAll(bytes("abc"));
        equal(text(await receiveExactly(peer, 1)), "a", "the first byte");
        await resetter.close();
        await fixture.turn();
        equal(text(await receiveExactly(peer, 2)), "bc", "the rest");
        await fails(peer.receive(new Uint8Array(1)), "ECONNRESET", "receive()");
      },
    },
  ],
};
