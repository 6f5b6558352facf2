import { SO_LINGER, SocketShutdown, WOULD_BLOCK } from "@omnisock/core";
import { FrameError, type FrameErrorCode, framed, lengthPrefixed, lines } from "@omnisock/core/framing";
import type { Topic } from "../case.ts";
import { equal, equalBytes, fails, failsAs } from "../expect.ts";
import { bytes, pattern } from "../traffic.ts";

async function failsWithFrame(call: Promise<unknown>, code: FrameErrorCode, position: number): Promise<void> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FrameError)) throw new Error(`Expected a FrameError, saw ${String(error)}`, { cause: error });
  equal(error.code, code, "what is wrong with the frame");
  equal(error.position, position, "where the frame begins");
}

export const framingEndings: Topic = {
  name: "framing, endings",
  cases: [
    {
      id: "framing-receive-ended-early",
      title: "receive() that timed out or was aborted within a frame loses no byte",
      source: "behaviours 34, 38; issue 5",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const far = framed(server, lines());
        await client.sendAll(bytes("begun, "));
        await fails(far.receive({ timeout: 20 }), "EAGAIN", "receive() with a timeout");
        await fails(far.receive({ timeout: 0 }), "EAGAIN", "receive() without waiting");
        const abort = new AbortController();
        const reason = new Error("no more");
        const aborted = failsAs(far.receive({ signal: abort.signal }), reason, "receive() with a signal");
        const next = far.receive();
        abort.abort(reason);
        await aborted;
        await client.sendAll(bytes("done\nnext\n"));
        equal(await next, "begun, done", "the line");
        equal(await far.receive({ timeout: 5000 }), "next", "the next line");
      },
    },
    {
      id: "framing-send-ended-early",
      title: "send() that timed out or was aborted sends no byte of its frame, and breaks no other",
      source: "behaviours 36, 38; issue 5",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const near = framed(client, lengthPrefixed());
        const frame = pattern(10_000);
        let taken = 0;
        const filling = async (): Promise<void> => {
          for (; ; taken++) await near.send(frame, { timeout: 250 });
        };
        await fails(filling(), "EAGAIN", "send() when the peer does not receive");
        // On a slow machine there may be room again by now. From here on all is in one turn.
        while (near.trySend(frame) !== WOULD_BLOCK) taken++;
        const abort = new AbortController();
        const reason = new Error("no more");
        const aborted = failsAs(near.send(frame, { signal: abort.signal }), reason, "send() with a signal");
        equal(near.trySend(frame), WOULD_BLOCK, "trySend() when send() would wait");
        const flushed = fails(near.flush({ timeout: 0 }), "EAGAIN", "flush() without waiting");
        abort.abort(reason);
        await Promise.all([aborted, flushed]);
        const closing = near.close();
        let received = 0;
        for await (const one of framed(server, lengthPrefixed())) {
          equalBytes(one, frame, `frame ${received}`);
          received++;
        }
        equal(received, taken, "frames received");
        await closing;
      },
    },
    {
      id: "framing-bad-frames",
      title: "receive() gives the frames before a bad one, then fails for good, and says where it begins",
      source: "issue 5: FrameError",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("abc\nabcd\nab\n"));
        const far = framed(server, lines({ maxFrameLength: 3 }));
        equal(await far.receive(), "abc", "the frame before");
        for (const _ of [1, 2]) await failsWithFrame(far.receive(), "too-long", 4);
        const [cut, end] = await fixture.pair();
        await cut.sendAll(bytes("abc\nab"));
        await cut.shutdown(SocketShutdown.SEND);
        const tail = framed(end, lines());
        equal(await tail.receive(), "abc", "the frame before the tail");
        for (const _ of [1, 2]) await failsWithFrame(tail.receive(), "truncated", 4);
      },
    },
    {
      id: "framing-reset",
      title: "receive() on a connection that is reset fails with ECONNRESET, after the frames that came",
      source: "behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const far = framed(server, lines());
        await client.sendAll(bytes("last\n"));
        equal(await far.receive(), "last", "the line before");
        const pending = fails(far.receive(), "ECONNRESET", "a pending receive()");
        client.setOption(SO_LINGER, { seconds: 0 });
        await client.close();
        await pending;
      },
    },
    {
      id: "framing-close",
      title: "close() sends what was gathered; calls after it fail with EBADF",
      source: "behaviours 31; issue 5: close",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const near = framed(client, lines());
        const sent = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
        const sending = sent.map((line) => near.send(line));
        const far = framed(server, lines());
        const closing = near.close();
        let received = 0;
        for await (const line of far) equal(line, sent[received++], "a line");
        equal(received, sent.length, "lines received");
        await Promise.all([closing, ...sending]);
        await fails(near.receive(), "EBADF", "receive() after close()");
        await fails(near.send("more"), "EBADF", "send() after close()");
      },
    },
  ],
};
