import { describe, expect, test } from "vitest";
import { type Framed, framed, lengthPrefixed } from "../../dist/framing/index.js";
import { type Connection, SO_LINGER, SO_SNDTIMEO, WOULD_BLOCK } from "../../dist/index.js";
import { connectedPair } from "./pair.ts";

const FRAME_BYTES = 1000;
const codec = lengthPrefixed();

function numbered(index: number, length: number = FRAME_BYTES): Uint8Array {
  const frame = new Uint8Array(length).fill(index);
  new DataView(frame.buffer).setUint32(0, index);
  return frame;
}

interface Full {
  readonly near: Framed<Uint8Array>;
  readonly far: Framed<Uint8Array>;
  readonly socket: Connection;
  /** How many frames were taken, numbered from 0. */
  readonly taken: number;
}

/** Two ends of which the near one has sent all that goes, while the far one does not read. */
async function fullPair(prepare: (socket: Connection) => void = () => {}): Promise<Full> {
  const [socket, peer] = await connectedPair();
  prepare(socket);
  const near = framed(socket, codec);
  let taken = 0;
  while (near.trySend(numbered(taken)) !== WOULD_BLOCK) taken++;
  return { near, far: framed(peer, codec), socket, taken };
}

/** Receives so many frames, and expects them to be whole and numbered from 0. */
async function expectWhole(far: Framed<Uint8Array>, count: number, length: number = FRAME_BYTES): Promise<void> {
  for (let i = 0; i < count; i++) {
    const frame = (await far.receive()) as Uint8Array;
    const expected = numbered(i, length);
    // An assertion for each byte would take its time.
    if (frame.length !== length || frame.some((byte, at) => byte !== expected[at])) expect(frame).toEqual(expected);
  }
}

describe("send() with a limit", () => {
  test("that timed out has sent no byte of its frame, and what was gathered before arrives whole", async () => {
    const { near, far, taken } = await fullPair();
    await expect(near.send(numbered(999), { timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN", syscall: "send" });
    await expect(near.send(numbered(999), { timeout: 0 })).rejects.toMatchObject({ code: "EAGAIN" });
    const next = near.send(numbered(taken), { timeout: 60_000 });
    await expectWhole(far, taken + 1);
    await next;
    await near.close();
    expect(await far.receive()).toBeUndefined();
    await far.close();
  });

  test("that was aborted has sent no byte of its frame, and rejects with the reason", async () => {
    const { near, far, taken } = await fullPair();
    const controller = new AbortController();
    const reason = new Error("no more");
    const aborted = near.send(numbered(999), { signal: controller.signal });
    const next = near.send(numbered(taken));
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(near.send(numbered(999), { signal: controller.signal })).rejects.toBe(reason);
    await expectWhole(far, taken + 1);
    await next;
    await Promise.all([near.close(), far.close()]);
  });

  test("takes a frame at once where there is room, also a long one, which may be changed then", async () => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, codec);
    const far = framed(peer, codec);
    const long = numbered(0, 300_000);
    await near.send(long, { timeout: 0 });
    long.fill(0xaa);
    const flushed = near.flush();
    await expectWhole(far, 1, 300_000);
    await flushed;
    await Promise.all([near.close(), far.close()]);
  });

  test("waits no longer than SO_SNDTIMEO says, which breaks no frame", async () => {
    const { near, far, taken } = await fullPair((socket) => socket.setOption(SO_SNDTIMEO, 1));
    await expect(near.send(numbered(999))).rejects.toMatchObject({ code: "EAGAIN" });
    await expect(near.flush()).rejects.toMatchObject({ code: "EAGAIN" });
    const next = near.send(numbered(taken), { timeout: 60_000 });
    await expectWhole(far, taken + 1);
    await next;
    await Promise.all([near.close(), far.close()]);
  });

  test("does not wait at all on a socket that is not blocking, which breaks no frame", async () => {
    const { near, far, socket, taken } = await fullPair((one) => {
      one.blocking = false;
    });
    await expect(near.send(numbered(999))).rejects.toMatchObject({ code: "EAGAIN" });
    await expect(near.send(numbered(999, 300_000))).rejects.toMatchObject({ code: "EAGAIN" });
    await expect(near.flush()).rejects.toMatchObject({ code: "EAGAIN" });
    await expectWhole(far, taken);
    const long = numbered(0, 300_000);
    await near.send(long);
    long.fill(0xaa);
    await expectWhole(far, 1, 300_000);
    expect(socket.blocking).toBe(false);
    await Promise.all([near.close(), far.close()]);
  });

  test("checks its options, also where it does not wait", async () => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, codec);
    for (const call of [near.send(numbered(0), { timeout: -1 }), near.flush({ timeout: -1 })]) {
      await expect(call).rejects.toBeInstanceOf(RangeError);
    }
    await expect(near.sendAll([], { timeout: Number.NaN })).rejects.toBeInstanceOf(RangeError);
    const signal = {} as AbortSignal;
    await expect(near.send(numbered(0), { signal })).rejects.toBeInstanceOf(TypeError);
    await near.close();
    expect(await framed(peer, codec).receive()).toBeUndefined();
    await peer.close();
  });
});

describe("send() that waits", () => {
  test("is served in order, and before close()", async () => {
    const { near, far, taken } = await fullPair();
    const waiting = Array.from({ length: 300 }, (_, i) => near.send(numbered(taken + i)));
    const closing = near.close();
    await expect(near.send(numbered(999))).rejects.toMatchObject({ code: "EBADF" });
    await expectWhole(far, taken + waiting.length);
    expect(await far.receive()).toBeUndefined();
    await Promise.all([...waiting, closing, far.close()]);
  });

  test("is served before detach()", async () => {
    const { near, far, socket, taken } = await fullPair();
    const waiting = near.send(numbered(taken));
    const detaching = near.detach();
    await expect(near.send(numbered(999))).rejects.toBeInstanceOf(TypeError);
    await expectWhole(far, taken + 1);
    await Promise.all([waiting, detaching]);
    await Promise.all([socket.close(), far.close()]);
  });

  test("of a frame that cannot be sent leaves the others alone", async () => {
    const { near, far, taken } = await fullPair();
    const bad = near.send(new Uint8Array(2 << 20));
    const good = near.send(numbered(taken));
    await Promise.all([expect(bad).rejects.toMatchObject({ code: "too-long" }), expectWhole(far, taken + 1)]);
    await good;
    await Promise.all([near.close(), far.close()]);
  });

  test("fails with the connection, and so do those after it", async () => {
    const { near, far } = await fullPair();
    const waiting = [near.send(numbered(998)), near.flush(), near.send(numbered(999), { timeout: 60_000 })];
    const failing = waiting.map((call) => expect(call).rejects.toMatchObject({ code: "ECONNRESET" }));
    far.socket.setOption(SO_LINGER, { seconds: 0 });
    await far.close();
    await Promise.all(failing);
    await expect(near.send(numbered(999))).rejects.toMatchObject({ code: "ECONNRESET" });
    await near.close();
  });

  test("fails when its socket is closed", async () => {
    const { near, far, socket } = await fullPair();
    const waiting = expect(near.send(numbered(999))).rejects.toMatchObject({ code: "EBADF" });
    await Promise.all([socket.close(), far.close()]);
    await waiting;
  });
});

describe("flush() with a limit", () => {
  test("that timed out or was aborted changes nothing", async () => {
    const { near, far, taken } = await fullPair();
    await expect(near.flush({ timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN" });
    await expect(near.flush({ timeout: 0 })).rejects.toMatchObject({ code: "EAGAIN" });
    const reason = new Error("no more");
    const controller = new AbortController();
    const aborted = near.flush({ signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    const flushed = near.flush({ timeout: 60_000 });
    await expectWhole(far, taken);
    await flushed;
    await Promise.all([near.close(), far.close()]);
  });

  test("that timed out leaves a failure after it for close() to report", async () => {
    const { near, far } = await fullPair();
    await expect(near.flush({ timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN" });
    far.socket.setOption(SO_LINGER, { seconds: 0 });
    await far.close();
    await expect(near.close()).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});

describe("sendAll() with a limit", () => {
  test("that timed out has sent whole frames only, in order", async () => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, codec);
    const far = framed(peer, codec);
    let given = 0;
    function* frames(): Generator<Uint8Array> {
      for (;;) yield numbered(given++);
    }
    await expect(near.sendAll(frames(), { timeout: 20 })).rejects.toMatchObject({ code: "EAGAIN" });
    // The last one given had to wait.
    const closing = near.close();
    await expectWhole(far, given - 1);
    expect(await far.receive()).toBeUndefined();
    await Promise.all([closing, far.close()]);
  });

  test("that was aborted rejects with the reason", async () => {
    const { near, far, taken } = await fullPair();
    const controller = new AbortController();
    const aborted = near.sendAll([numbered(999)], { signal: controller.signal });
    const reason = new Error("no more");
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    const closing = near.close();
    await expectWhole(far, taken);
    expect(await far.receive()).toBeUndefined();
    await Promise.all([closing, far.close()]);
  });
});
