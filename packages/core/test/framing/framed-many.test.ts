import { describe, expect, test } from "vitest";
import {
  type Codec,
  type Framed,
  type FrameVisitor,
  framed,
  json,
  lengthPrefixed,
  lines,
  messages,
  rawLines,
  untilClose,
} from "../../dist/framing/index.js";
import { type Connection, SocketShutdown, WOULD_BLOCK } from "../../dist/index.js";
import { connectedPair, counting } from "./pair.ts";
import { ascii, bytes, thrown } from "./support.ts";

async function framedPair<T>(
  codec: Codec<T>,
): Promise<{ near: Framed<T>; far: Framed<T>; socket: Connection; peer: Connection }> {
  const [socket, peer] = await connectedPair();
  return { near: framed(socket, codec), far: framed(peer, codec), socket, peer };
}

/** A visitor that keeps what it is shown, as text. */
function keeping(kept: string[], most: number = Number.POSITIVE_INFINITY): FrameVisitor {
  return (buffer, start, end) => {
    if (kept.length === most) return false;
    kept.push(ascii(buffer.subarray(start, end)));
    return undefined;
  };
}

describe("receiveMany()", () => {
  test("gives what came together, at most so many, and none at the end", async () => {
    const { near, far } = await framedPair(lines());
    await near.sendAll(["a", "b", "c", "d"]);
    expect(await far.receiveMany(3)).toEqual(["a", "b", "c"]);
    expect(await far.receiveMany()).toEqual(["d"]);
    const pending = far.receiveMany();
    await near.send("e");
    expect(await pending).toEqual(["e"]);
    await near.close();
    for (let call = 0; call < 2; call++) expect(await far.receiveMany()).toEqual([]);
    await far.close();
  });

  test("gives the frames before a bad one, and fails behind them", async () => {
    const { far, socket } = await framedPair(lines({ maxFrameLength: 3 }));
    await socket.sendAll(bytes("a\nb\nlong\n"));
    expect(await far.receiveMany()).toEqual(["a", "b"]);
    for (let call = 0; call < 2; call++) {
      await expect(far.receiveMany()).rejects.toMatchObject({ code: "too-long", position: 4 });
    }
    await Promise.all([socket.close(), far.close()]);
  });

  test("that timed out loses no bytes", async () => {
    const { far, socket } = await framedPair(lines());
    await socket.sendAll(bytes("ha"));
    await expect(far.receiveMany(9, { timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN" });
    await socket.sendAll(bytes("lf\nnext\n"));
    expect(await far.receiveMany(9, { timeout: 60_000 })).toEqual(["half", "next"]);
    await Promise.all([socket.close(), far.close()]);
  });

  test("is served in the order of calls", async () => {
    const { near, far } = await framedPair(lines());
    const calls = [far.receive(), far.receiveMany(2), far.receive(), far.receiveMany()];
    await near.sendAll(["a", "b", "c", "d", "e", "f"]);
    expect(await Promise.all(calls)).toEqual(["a", ["b", "c"], "d", ["e", "f"]]);
    await Promise.all([near.close(), far.close()]);
  });

  test("refuses to receive fewer than one", async () => {
    const { near, far } = await framedPair(lines());
    await expect(far.receiveMany(0)).rejects.toBeInstanceOf(RangeError);
    await expect(far.receiveMany("1" as unknown as number)).rejects.toBeInstanceOf(TypeError);
    await Promise.all([near.close(), far.close()]);
  });

  test("tells messages from the rest, whatever they are", async () => {
    const { near, far } = await framedPair(messages(lengthPrefixed(), json<unknown>()));
    await near.sendAll([-1, null, 0]);
    expect(await far.receiveMany()).toEqual([-1, null, 0]);
    await Promise.all([near.close(), far.close()]);
  });
});

describe("visit()", () => {
  test("shows what came together, and says how many; 0 at the end", async () => {
    const { near, far } = await framedPair(rawLines());
    const kept: string[] = [];
    const pending = far.visit(keeping(kept));
    await near.sendAll([bytes("a"), bytes(""), bytes("bc")]);
    expect([await pending, kept]).toEqual([3, ["a", "", "bc"]]);
    await near.close();
    for (let call = 0; call < 2; call++) expect(await far.visit(keeping(kept))).toBe(0);
    await far.close();
  });

  test("leaves the frame that false was returned for, and those behind it", async () => {
    const { near, far } = await framedPair(rawLines());
    await near.sendAll(["a", "b", "c", "d"].map((text) => bytes(text)));
    const kept: string[] = [];
    expect(await far.visit(keeping(kept, 2))).toBe(3);
    expect(ascii((await far.receive()) as Uint8Array)).toBe("c");
    expect(await far.visit(keeping(kept, 2))).toBe(1);
    expect(await far.visit(keeping(kept))).toBe(1);
    expect(kept).toEqual(["a", "b", "d"]);
    await Promise.all([near.close(), far.close()]);
  });

  test("shows the frame that only the end completes, also again", async () => {
    const { near, far, socket } = await framedPair(untilClose());
    await near.send(bytes("all of it"));
    await near.flush();
    await socket.shutdown(SocketShutdown.SEND);
    expect(await far.visit(() => false)).toBe(1);
    const kept: string[] = [];
    expect(await far.visit(keeping(kept))).toBe(1);
    expect(await far.visit(keeping(kept))).toBe(0);
    expect(kept).toEqual(["all of it"]);
    await Promise.all([near.close(), far.close()]);
  });

  test("that throws rejects its call alone, and its frame counts as received", async () => {
    const { near, far } = await framedPair(rawLines());
    const error = new Error("not this one");
    const failing = expect(
      far.visit(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    const next = far.receive();
    await near.sendAll([bytes("a"), bytes("b")]);
    await failing;
    expect(ascii((await next) as Uint8Array)).toBe("b");
    await Promise.all([near.close(), far.close()]);
  });

  test("that timed out or was aborted loses no bytes", async () => {
    const { far, socket } = await framedPair(rawLines());
    await socket.sendAll(bytes("ha"));
    const kept: string[] = [];
    await expect(far.visit(keeping(kept), { timeout: 1 })).rejects.toMatchObject({ code: "EAGAIN" });
    const controller = new AbortController();
    const aborted = expect(far.visit(keeping(kept), { signal: controller.signal })).rejects.toThrow();
    controller.abort();
    await aborted;
    await socket.sendAll(bytes("lf\n"));
    expect(await far.visit(keeping(kept))).toBe(1);
    expect(kept).toEqual(["half"]);
    await Promise.all([socket.close(), far.close()]);
  });

  test("fails at a bad frame, behind those before it", async () => {
    const { far, socket } = await framedPair(rawLines({ maxFrameLength: 3 }));
    await socket.sendAll(bytes("a\nlong\n"));
    const kept: string[] = [];
    for (let call = 0; call < 2; call++) {
      await expect(far.visit(keeping(kept))).rejects.toMatchObject({ code: "too-long", position: 2 });
    }
    expect(kept).toEqual(["a"]);
    await Promise.all([socket.close(), far.close()]);
  });

  test("fills no memory again that a frame was given in", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    const held: { frame: Uint8Array; index: number }[] = [];
    const frame = (index: number): Uint8Array => new Uint8Array(500).fill(index);
    for (let round = 0; round < 200; round++) {
      await near.sendAll([frame(round), frame(round + 1), frame(round + 2)]);
      const seen: number[] = [];
      const within: Promise<Uint8Array | undefined>[] = [];
      // In every third round, one is received while another is shown.
      await far.visit((buffer, start) => {
        if (round % 3 === 0 && seen.length === 0) within.push(far.receive());
        seen.push(buffer[start] as number);
        return seen.length < 2;
      });
      for (const one of [...(await Promise.all(within)), await far.receive()]) {
        held.push({ frame: one as Uint8Array, index: (one as Uint8Array)[0] as number });
      }
      while (seen.length + within.length < 2) await far.visit((buffer, start) => seen.push(buffer[start] as number));
    }
    for (const { frame: one, index } of held) expect(one).toEqual(frame(index));
    await Promise.all([near.close(), far.close()]);
  });
});

describe("trySend()", () => {
  test("says how many bytes the frame is on the wire, and gathers", async () => {
    const [socket, peer] = await connectedPair();
    const counted = counting(socket);
    const near = framed(counted.socket, lengthPrefixed({ length: "u16" }));
    expect([near.trySend(bytes("abc")), near.trySend(bytes(""))]).toEqual([5, 2]);
    expect(counted.writes).toEqual([]);
    await near.flush();
    expect(counted.writes).toEqual([7]);
    await Promise.all([near.close(), peer.close()]);
  });

  test("takes nothing when send() would wait, and again when the peer reads", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    let sent = 0;
    while (near.trySend(new Uint8Array(1000).fill(sent)) !== WOULD_BLOCK) sent++;
    expect(near.trySend(new Uint8Array(0))).toBe(WOULD_BLOCK);
    const flushed = near.flush();
    let received = 0;
    for (; received < sent; received++) {
      expect(((await far.receive()) as Uint8Array)[0]).toBe(received % 256);
    }
    await flushed;
    expect(near.trySend(bytes("more"))).toBe(8);
    expect(ascii((await far.receive()) as Uint8Array)).toBe("more");
    await Promise.all([near.close(), far.close()]);
  });

  test("is done with the frame when it returns, also with a long one", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    for (const length of [10, 100, 20_000]) {
      const frame = new Uint8Array(length + 2).fill(7);
      near.trySend(frame.subarray(1, length + 1));
      near.trySend(frame, 1, length + 1);
      frame.fill(0xaa);
    }
    for (const length of [10, 10, 100, 100, 20_000, 20_000]) {
      expect(await far.receive()).toEqual(new Uint8Array(length).fill(7));
    }
    await Promise.all([near.close(), far.close()]);
  });

  test("sends a part of a buffer as a frame, wherever it lies", async () => {
    const { near, far } = await framedPair(lengthPrefixed({ maxFrameLength: 40_000 }));
    const buffer = new Uint8Array(40_000).map((_, i) => i * 7);
    const parts = [0, 1, 2, 3, 5].flatMap((start) => {
      return [0, 1, 2, 3, 4, 7, 8, 9, 60, 127, 128, 129, 1000, 20_000].map(
        (length) => [start, start + length] as const,
      );
    });
    for (const [start, end] of parts) {
      if (near.trySend(buffer, start, end) === WOULD_BLOCK) throw new Error("There is no room");
      expect(await far.receive()).toEqual(buffer.slice(start, end));
    }
    await Promise.all([near.close(), far.close()]);
  });

  test("sends a part also by a codec that knows of none", async () => {
    const { near, far } = await framedPair(rawLines());
    expect(near.trySend(bytes("xabx"), 1, 3)).toBe(3);
    expect(thrown(() => near.trySend(bytes("a\nb"), 0, 3))).toMatchObject({ code: "malformed", position: 3 });
    expect(near.trySend(bytes("a\nb"), 2, 3)).toBe(2);
    expect([await far.receive(), await far.receive()]).toEqual([bytes("ab"), bytes("b")]);
    await Promise.all([near.close(), far.close()]);
  });

  test("refuses what is no part of the frame", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    for (const [start, end] of [
      [-1, 2],
      [0, 5],
      [3, 2],
      [0.5, 2],
      [0, Number.NaN],
      [0, undefined as unknown as number],
    ] as const) {
      expect(thrown(() => near.trySend(bytes("abcd"), start, end))).toBeInstanceOf(RangeError);
    }
    expect(thrown(() => near.trySend("abcd" as unknown as Uint8Array, 0, 2))).toBeInstanceOf(TypeError);
    expect(thrown(() => near.trySend("abcd" as unknown as Uint8Array))).toBeInstanceOf(TypeError);
    await near.close();
    expect(await far.receive()).toBeUndefined();
    await far.close();
  });

  test("throws what send() rejects with", async () => {
    const { near, far, socket } = await framedPair(lengthPrefixed({ maxFrameLength: 3 }));
    expect(thrown(() => near.trySend(bytes("abcd")))).toMatchObject({ code: "too-long" });
    await socket.shutdown(SocketShutdown.SEND);
    near.trySend(bytes("a"));
    await expect(near.flush()).rejects.toMatchObject({ code: "EPIPE" });
    expect(thrown(() => near.trySend(bytes("a")))).toMatchObject({ code: "EPIPE" });
    await Promise.all([near.close(), far.close()]);
    const other = await framedPair(lengthPrefixed());
    await other.near.close();
    expect(thrown(() => other.near.trySend(bytes("a")))).toMatchObject({ code: "EBADF" });
    await other.far.close();
  });

  test("with visit(), echoes with back-pressure", async () => {
    const { near, far } = await framedPair(lengthPrefixed());
    const echo: FrameVisitor = (buffer, start, end) => far.trySend(buffer, start, end) !== WOULD_BLOCK;
    const echoing = (async () => {
      while ((await far.visit(echo)) > 0) await far.flush();
      await far.close();
    })();
    const frames = Array.from({ length: 3000 }, (_, i) => new Uint8Array(i % 300).fill(i));
    const sending = near.sendAll(frames);
    for (const frame of frames) expect(await near.receive()).toEqual(frame);
    await sending;
    await near.close();
    await echoing;
  });
});
