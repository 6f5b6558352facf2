import { describe, expect, test } from "vitest";
import {
  type Codec,
  type Framed,
  framed,
  json,
  lengthPrefixed,
  lines,
  messages,
  rawLines,
  untilClose,
} from "../../dist/framing/index.js";
import { type Connection, SO_LINGER, SO_RCVTIMEO, SocketError, SocketShutdown, WOULD_BLOCK } from "../../dist/index.js";
import { connectedPair, counting, watched } from "./pair.ts";
import { ascii, bytes, thrown } from "./support.ts";

/** Frames at both ends of a connection, and the sockets beneath. */
async function framedPair<T>(
  codec: Codec<T>,
): Promise<{ near: Framed<T>; far: Framed<T>; socket: Connection; peer: Connection }> {
  const [socket, peer] = await connectedPair();
  return { near: framed(socket, codec), far: framed(peer, codec), socket, peer };
}

/** Waits until what was sent so far has been delivered: turns of the event loop, not time. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

describe("framed()", () => {
  test("gives at one end what was sent at the other", async () => {
    const { near, far } = await framedPair(messages(lengthPrefixed(), json<{ id: number }>()));
    await near.send({ id: 1 });
    expect(await far.receive()).toEqual({ id: 1 });
    await far.send({ id: 2 });
    expect(await near.receive()).toEqual({ id: 2 });
    await near.close();
    await far.close();
  });

  test("iterating gives frames until the end of the stream", async () => {
    const { near, far } = await framedPair(lines());
    const sent = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
    const sending = near.sendAll(sent).then(() => near.close());
    const received: string[] = [];
    for await (const line of far) received.push(line);
    expect(received).toEqual(sent);
    expect(await far.receive()).toBeUndefined();
    await sending;
    await far.close();
  });

  test("leaving a loop closes nothing and loses nothing", async () => {
    const { near, far } = await framedPair(lines());
    await near.sendAll(["a", "b", "c"]);
    for await (const line of far) if (line === "a") break;
    expect([await far.receive(), await far.receive()]).toEqual(["b", "c"]);
    await Promise.all([near.close(), far.close()]);
  });

  test("frames stay as they are while others are received", async () => {
    const { near, far } = await framedPair(lengthPrefixed({ length: "u16" }));
    const sent = Array.from({ length: 500 }, (_, i) => new Uint8Array(i).fill(i));
    const sending = near.sendAll(sent);
    const received: Uint8Array[] = [];
    while (received.length < sent.length) received.push((await far.receive()) as Uint8Array);
    expect(received).toEqual(sent);
    await sending;
    await Promise.all([near.close(), far.close()]);
  });

  test("short frames stay as they are, too, where none keeps the memory that they came in", async () => {
    const { near, far } = await framedPair(lengthPrefixed({ length: "u16" }));
    const sent = Array.from({ length: 5000 }, (_, i) => new Uint8Array(i % 65).map((_, at) => i + at));
    const sending = near.sendAll(sent);
    const received: Uint8Array[] = [];
    while (received.length < sent.length) {
      received.push((await far.receive()) as Uint8Array, ...(await far.receiveMany(20)));
    }
    expect(received).toEqual(sent);
    await sending;
    await Promise.all([near.close(), far.close()]);
  });

  test("detach() hands back what was received and not asked for, and framing may change", async () => {
    const { near, far, socket, peer } = await framedPair(lines());
    await near.send("BINARY");
    const sent = framed(socket, lengthPrefixed({ length: "u8" }), { leftOver: await near.detach() });
    await sent.send(bytes("a\nb"));
    await sent.send(bytes("c"));
    await sent.flush();
    expect(await far.receive()).toBe("BINARY");
    const body = framed(peer, lengthPrefixed({ length: "u8" }), { leftOver: await far.detach() });
    expect([ascii((await body.receive()) as Uint8Array), ascii((await body.receive()) as Uint8Array)]).toEqual([
      "a\nb",
      "c",
    ]);
    await expect(far.receive()).rejects.toBeInstanceOf(TypeError);
    await expect(far.send("a")).rejects.toBeInstanceOf(TypeError);
    await expect(far.sendAll(["a"])).rejects.toBeInstanceOf(TypeError);
    await Promise.all([sent.close(), body.close()]);
    await Promise.all([near.close(), far.close()]);
  });

  test("detach() writes what was gathered, and refuses while a receive is pending", async () => {
    const { near, far, peer } = await framedPair(lines());
    const pending = near.receive();
    await expect(near.detach()).rejects.toBeInstanceOf(TypeError);
    await far.send("a");
    expect((await far.detach()).length).toBe(0);
    expect(await pending).toBe("a");
    await peer.close();
    await near.close();
  });

  test("close() writes what was gathered", async () => {
    const { near, far } = await framedPair(lines());
    void near.send("last");
    await near.close();
    expect(await far.receive()).toBe("last");
    expect(await far.receive()).toBeUndefined();
    await far.close();
  });

  test("close() refuses what is sent after it, also while it still writes", async () => {
    const { near, far } = await framedPair(rawLines());
    const long = new Uint8Array(300_000).fill(1);
    const sending = near.send(long);
    const closing = near.close();
    await expect(near.send(bytes("late"))).rejects.toMatchObject({ code: "EBADF" });
    expect(await far.receive()).toEqual(long);
    expect(await far.receive()).toBeUndefined();
    await Promise.all([sending, closing, far.close()]);
    await expect(near.send(bytes("later"))).rejects.toMatchObject({ code: "EBADF" });
  });

  test("until close: the message ends with the stream", async () => {
    const { near, far, socket } = await framedPair(untilClose());
    await near.send(bytes("all of it"));
    await expect(near.send(bytes("more"))).rejects.toMatchObject({ code: "malformed" });
    await near.flush();
    await socket.shutdown(SocketShutdown.SEND);
    expect(ascii((await far.receive()) as Uint8Array)).toBe("all of it");
    expect(await far.receive()).toBeUndefined();
    await Promise.all([near.close(), far.close()]);
  });
});

describe("receive()", () => {
  test("calls are served in the order they were made", async () => {
    const { near, far } = await framedPair(lines());
    const received = Promise.all([far.receive(), far.receive(), far.receive()]);
    await near.sendAll(["a", "b", "c"]);
    expect(await received).toEqual(["a", "b", "c"]);
    await Promise.all([near.close(), far.close()]);
  });

  test("that timed out loses no bytes", async () => {
    const { far, socket } = await framedPair(lines());
    await socket.sendAll(bytes("ha"));
    await expect(far.receive({ timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN" });
    await expect(far.receive({ timeout: 0 })).rejects.toMatchObject({ code: "EAGAIN" });
    await socket.sendAll(bytes("lf\nnext\n"));
    expect([await far.receive({ timeout: 60_000 }), await far.receive({ timeout: 0 })]).toEqual(["half", "next"]);
    await Promise.all([socket.close(), far.close()]);
  });

  test("that was aborted loses no bytes, and rejects with the reason", async () => {
    const { near, far } = await framedPair(lines());
    const controller = new AbortController();
    const aborted = far.receive({ signal: controller.signal });
    const reason = new Error("no more");
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(far.receive({ signal: controller.signal })).rejects.toBe(reason);
    await near.send("a");
    expect(await far.receive()).toBe("a");
    await Promise.all([near.close(), far.close()]);
  });

  test("that timed out leaves those behind it waiting", async () => {
    const { near, far } = await framedPair(lines());
    const controller = new AbortController();
    const first = far.receive({ signal: controller.signal });
    const second = far.receive();
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    await near.send("a");
    expect(await second).toBe("a");
    await Promise.all([near.close(), far.close()]);
  });

  test("made right after another was aborted is served", async () => {
    const { near, far } = await framedPair(lines());
    const controller = new AbortController();
    const first = far.receive({ signal: controller.signal });
    const failed = expect(first).rejects.toMatchObject({ name: "AbortError" });
    controller.abort();
    const second = far.receive();
    await failed;
    const third = far.receive();
    await near.sendAll(["a", "b"]);
    expect([await second, await third]).toEqual(["a", "b"]);
    await Promise.all([near.close(), far.close()]);
  });

  test("checks its options", async () => {
    const { near, far } = await framedPair(lines());
    await expect(near.receive({ timeout: -1 })).rejects.toBeInstanceOf(RangeError);
    await expect(near.receive({ timeout: "1" as unknown as number })).rejects.toBeInstanceOf(TypeError);
    await Promise.all([near.close(), far.close()]);
  });

  test("a bad frame fails this call and those after it", async () => {
    const { far, socket } = await framedPair(rawLines({ maxFrameLength: 3 }));
    await socket.sendAll(bytes("abc\nabcd\n"));
    expect(ascii((await far.receive()) as Uint8Array)).toBe("abc");
    for (let call = 0; call < 2; call++) {
      await expect(far.receive()).rejects.toMatchObject({ code: "too-long", position: 4 });
    }
    await Promise.all([socket.close(), far.close()]);
  });

  test("an end of stream within a frame is truncated", async () => {
    const { far, socket } = await framedPair(lines());
    await socket.sendAll(bytes("a\nb"));
    await socket.close();
    expect(await far.receive()).toBe("a");
    for (let call = 0; call < 2; call++) {
      await expect(far.receive()).rejects.toMatchObject({ code: "truncated", position: 2 });
    }
    await far.close();
  });

  test("waits no longer than the socket's own timeout, and not at all on a non-blocking one", async () => {
    const { near, far, peer } = await framedPair(lines());
    peer.setOption(SO_RCVTIMEO, 1);
    await expect(far.receive()).rejects.toMatchObject({ code: "EAGAIN" });
    peer.setOption(SO_RCVTIMEO, 60_000);
    await expect(far.receive({ timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN" });
    peer.blocking = false;
    await expect(far.receive()).rejects.toMatchObject({ code: "EAGAIN" });
    peer.blocking = true;
    await near.send("a");
    expect(await far.receive()).toBe("a");
    await Promise.all([near.close(), far.close()]);
  });

  test("a reset after the last frame is reported behind it", async () => {
    const { far, socket } = await framedPair(lines());
    await socket.sendAll(bytes("a\n"));
    expect(await far.receive()).toBe("a");
    const pending = expect(far.receive()).rejects.toMatchObject({ code: "ECONNRESET" });
    socket.setOption(SO_LINGER, { seconds: 0 });
    await socket.close();
    await pending;
    await far.close();
  });

  test("close() settles a pending call", async () => {
    const { near, far } = await framedPair(lines());
    const pending = expect(far.receive()).rejects.toMatchObject({ code: "EBADF" });
    await far.close();
    await pending;
    await near.close();
  });

  test("tryReceive() gives what is complete, WOULD_BLOCK before that, and undefined at the end", async () => {
    const { near, far } = await framedPair(lines());
    expect(far.tryReceive()).toBe(WOULD_BLOCK);
    const first = far.receive();
    await near.sendAll(["a", "b", "c"]);
    expect(await first).toBe("a");
    expect([far.tryReceive(), far.tryReceive(), far.tryReceive()]).toEqual(["b", "c", WOULD_BLOCK]);
    const pending = far.receive();
    expect(far.tryReceive()).toBe(WOULD_BLOCK);
    await near.close();
    expect([await pending, far.tryReceive()]).toEqual([undefined, undefined]);
    await far.close();
    expect(far.tryReceive()).toBeUndefined();
  });

  test("tryReceive() throws what receive() rejects with", async () => {
    const { near, far } = await framedPair(lines({ maxFrameLength: 3 }));
    await near.close();
    const { far: other, socket } = await framedPair(lines({ maxFrameLength: 3 }));
    await socket.sendAll(bytes("long\n"));
    await other.receive({ timeout: 60_000 }).catch(() => {});
    expect(thrown(() => other.tryReceive())).toMatchObject({ code: "too-long" });
    const unused = await framedPair(lines());
    await unused.far.close();
    expect(thrown(() => unused.far.tryReceive())).toMatchObject({ code: "EBADF" });
    await Promise.all([far.close(), other.close(), socket.close(), unused.near.close()]);
  });

  test("reads nothing before it is called", async () => {
    const { near, far, peer } = await framedPair(lines());
    await near.sendAll(["a"]);
    await turns();
    const into = new Uint8Array(8);
    expect(await peer.receive(into)).toBe(2);
    await Promise.all([near.close(), far.close()]);
  });

  test("fills the same memory again behind strings, and never behind views", async () => {
    async function buffersOf(codec: Codec<unknown>, stream: Uint8Array, frames: number): Promise<number> {
      const [socket, peer] = await connectedPair();
      const buffers = new Set<ArrayBufferLike>();
      const near = framed(
        watched(socket, (_, memory) => buffers.add(memory.buffer)),
        codec,
      );
      for (let i = 0; i < frames; i++) {
        await peer.sendAll(stream);
        await near.receive();
      }
      await Promise.all([near.close(), peer.close()]);
      return buffers.size;
    }
    const line = bytes("x".repeat(99), "\n");
    expect(await buffersOf(lines(), line, 50)).toBe(1);
    expect(await buffersOf(rawLines(), line, 50)).toBeGreaterThan(3);
  });
});

describe("send()", () => {
  async function countedPair(): Promise<{ near: Framed<string>; far: Framed<string>; writes: number[] }> {
    const [socket, peer] = await connectedPair();
    const counted = counting(socket);
    return { near: framed(counted.socket, lines()), far: framed(peer, lines()), writes: counted.writes };
  }

  test("gathers frames into one write at the end of the turn", async () => {
    const { near, far, writes } = await countedPair();
    for (let i = 0; i < 100; i++) await near.send("abc");
    expect(writes).toEqual([]);
    await turns();
    expect(writes).toEqual([400]);
    await Promise.all([near.close(), far.close()]);
  });

  test("writes when the consumer starts to wait", async () => {
    const { near, far, writes } = await countedPair();
    await near.send("a");
    await near.send("b");
    const answer = near.receive();
    expect(writes).toEqual([4]);
    expect([await far.receive(), await far.receive()]).toEqual(["a", "b"]);
    await far.send("c");
    expect(await answer).toBe("c");
    expect(writes).toEqual([4]);
    await Promise.all([near.close(), far.close()]);
  });

  test("does not write while there are frames to receive", async () => {
    const { near, far, writes } = await countedPair();
    await far.sendAll(["a", "b", "c"]);
    for (let i = 0; i < 3; i++) await near.send((await near.receive()) as string);
    expect(writes).toEqual([]);
    await near.flush();
    expect(writes).toEqual([6]);
    await Promise.all([near.close(), far.close()]);
  });

  test("holds back while the peer does not read, and loses nothing", async () => {
    const { near, far } = await countedPair();
    const line = "x".repeat(1000);
    const lineCount = 20_000;
    let sent = 0;
    const sending = (async () => {
      for (; sent < lineCount; sent++) await near.send(line);
      await near.close();
    })();
    for (let before = -1; before < sent; ) {
      before = sent;
      await turns();
    }
    expect(sent).toBeLessThan(lineCount);
    let received = 0;
    for await (const frame of far) received += frame === line ? 1 : 0;
    expect(received).toBe(lineCount);
    await sending;
    await far.close();
  });

  test("of a frame longer than all buffers comes whole, and in order", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    const sizes = [10, 300_000, 5, 20_000, 70_000, 0, 1_000_000, 3];
    const sending = Promise.all(sizes.map((size, i) => near.send(new Uint8Array(size).fill(i + 1))));
    for (const [i, size] of sizes.entries()) {
      const frame = (await far.receive()) as Uint8Array;
      expect([frame.length, frame.every((byte) => byte === i + 1)]).toEqual([size, true]);
    }
    await sending;
    await Promise.all([near.close(), far.close()]);
  });

  test("of a frame that cannot be sent leaves the others alone", async () => {
    const { near, far } = await countedPair();
    void near.send("a");
    await expect(near.send("b\nc")).rejects.toMatchObject({ code: "malformed", position: 2 });
    await near.send("d");
    expect([await far.receive(), await far.receive()]).toEqual(["a", "d"]);
    await Promise.all([near.close(), far.close()]);
  });

  test("after a failure fails alike, and close() does not report it again", async () => {
    const { near, far, socket } = await framedPair(lines());
    await socket.shutdown(SocketShutdown.SEND);
    await near.send("a");
    await expect(near.flush()).rejects.toMatchObject({ code: "EPIPE" });
    await expect(near.send("b")).rejects.toBeInstanceOf(SocketError);
    await near.close();
    await far.close();
  });

  test("a failure that nobody has seen is reported by close()", async () => {
    const { near, far, socket } = await framedPair(lines());
    await socket.shutdown(SocketShutdown.SEND);
    void near.send("a");
    await turns();
    await expect(near.close()).rejects.toMatchObject({ code: "EPIPE" });
    await far.close();
  });

  test("two directions at once do not wait for each other", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    const frame = new Uint8Array(50_000);
    const echo = (async () => {
      for await (const received of far) await far.send(received);
      await far.close();
    })();
    const sending = near.sendAll(Array(40).fill(frame));
    let received = 0;
    for await (const answer of near) {
      received += answer.length;
      if (received === 40 * frame.length) break;
    }
    await sending;
    await near.close();
    await echo;
  });
});
