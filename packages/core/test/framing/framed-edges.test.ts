/** Calls that end at the wrong moment, and code of the user's that reaches back. */
import { describe, expect, test } from "vitest";
import { fixedLength, framed, lines, messages, rawLines } from "../../dist/framing/index.js";
import { SO_LINGER, SO_RCVTIMEO } from "../../dist/index.js";
import { connectedPair } from "./pair.ts";
import { bytes } from "./support.ts";

/** As a Node `Buffer`, whose `slice()` is a view. */
class Sharing extends Uint8Array<ArrayBuffer> {
  override slice(start?: number, end?: number): this {
    return this.subarray(start, end) as this;
  }
}

/** Lets so many microtasks pass. */
async function microtasks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}

const offsets = Array.from({ length: 9 }, (_, count) => count);

describe("receive() that is aborted", () => {
  test.each(offsets)(
    "%i microtasks after bytes came loses none, and the next call gives them in order",
    async (count) => {
      const [socket, peer] = await connectedPair();
      const near = framed(socket, lines());
      const far = framed(peer, lines());
      const controller = new AbortController();
      const aborted = near.receive({ signal: controller.signal }).catch(() => undefined);
      await far.send("one");
      await far.send("two");
      await far.flush();
      await microtasks(count);
      controller.abort();
      const received = [near.tryReceive(), await aborted].filter((line) => typeof line === "string");
      while (received.length < 2) received.push((await near.receive()) ?? "the end");
      expect(received.toSorted()).toEqual(["one", "two"]);
      await Promise.all([near.close(), far.close()]);
    },
  );

  test("gives what comes to who calls next, however often it happens", async () => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, fixedLength(1000));
    const far = framed(peer, fixedLength(1000));
    const count = 300;
    const sending = far.sendAll(Array.from({ length: count }, (_, i) => new Uint8Array(1000).fill(i)));
    for (let i = 0; i < count; i++) {
      const controller = new AbortController();
      const aborted = near.receive({ signal: controller.signal });
      controller.abort();
      const frame = await aborted.catch(() => near.receive());
      expect(frame?.every((byte) => byte === (i & 255))).toBe(true);
    }
    await sending;
    await Promise.all([near.close(), far.close()]);
  });

  test.each(offsets)("and followed by detach(), %i microtasks after bytes came, leaves them over", async (count) => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, lines());
    const controller = new AbortController();
    const aborted = near.receive({ signal: controller.signal }).catch(() => undefined);
    await peer.sendAll(bytes("half a li"));
    await microtasks(count);
    controller.abort();
    const leftOver = await near.detach();
    expect(await aborted).toBeUndefined();
    const rest = new Uint8Array(16);
    const received = leftOver.length > 0 ? leftOver : rest.subarray(0, await socket.receive(rest));
    expect(received).toEqual(bytes("half a li"));
    await Promise.all([socket.close(), peer.close()]);
  });
});

describe("receive() and SO_RCVTIMEO", () => {
  test("a timeout of its own counts instead", async () => {
    const [socket, peer] = await connectedPair();
    socket.setOption(SO_RCVTIMEO, 1);
    const near = framed(socket, lines());
    await expect(near.receive()).rejects.toMatchObject({ code: "EAGAIN" });
    const received = near.receive({ timeout: 60_000 });
    await expect(framed(socket, lines()).receive()).rejects.toMatchObject({ code: "EAGAIN" });
    await peer.sendAll(bytes("late\n"));
    expect(await received).toBe("late");
    await Promise.all([near.close(), peer.close()]);
  });

  test("ends the call that it is for, and not those after it", async () => {
    const [socket, peer] = await connectedPair();
    socket.setOption(SO_RCVTIMEO, 1);
    const near = framed(socket, lines());
    const timedOut = near.receive();
    const patient = near.receive({ timeout: 60_000 });
    await expect(timedOut).rejects.toMatchObject({ code: "EAGAIN" });
    await peer.sendAll(bytes("late\n"));
    expect(await patient).toBe("late");
    await Promise.all([near.close(), peer.close()]);
  });
});

describe("code of the user's", () => {
  test("that aborts the call it serves settles no other call", async () => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, rawLines());
    const controller = new AbortController();
    const visit = near.visit(() => controller.abort(), { signal: controller.signal });
    const next = near.receive();
    await peer.sendAll(bytes("shown\n"));
    await expect(visit).rejects.toMatchObject({ name: "AbortError" });
    await peer.sendAll(bytes("next\n"));
    expect(await next).toEqual(bytes("next"));
    await Promise.all([near.close(), peer.close()]);
  });

  test("that aborts the call to send it encodes for settles no other call", async () => {
    const [socket, peer] = await connectedPair();
    const controller = new AbortController();
    const codec = messages(rawLines(), {
      decode: ({ length }) => length,
      encode: (length: number) => {
        if (length === 1) controller.abort();
        return new Uint8Array(length);
      },
    });
    const near = framed(socket, codec);
    while (near.trySend(10_000) > 0);
    const aborted = near.send(1, { signal: controller.signal });
    const next = near.send(2);
    const far = framed(peer, codec);
    const lengths: (number | undefined)[] = [];
    while (lengths.at(-1) !== 2) lengths.push(await far.receive());
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    await next;
    await Promise.all([near.close(), far.close()]);
  });

  test("that receives while it encodes is refused, and leaves nothing that waits", async () => {
    const [socket, peer] = await connectedPair();
    let refused: Promise<unknown> | undefined;
    const codec = messages(rawLines(), {
      decode: (line) => line.length,
      encode: (length: number) => {
        if (length === 2) refused = near.receive().catch((error: unknown) => error);
        return new Uint8Array(length);
      },
    });
    const near = framed(socket, codec);
    near.trySend(1);
    near.trySend(2);
    expect(await refused).toBeInstanceOf(TypeError);
    await peer.sendAll(bytes("one\n"));
    expect(await near.receive({ timeout: 60_000 })).toBe(3);
    await Promise.all([near.close(), peer.close()]);
  });

  test("that visits within a visit leaves the frame that is shown as it is", async () => {
    const [socket, peer] = await connectedPair();
    const near = framed(socket, rawLines());
    const far = framed(peer, rawLines());
    await far.sendAll([bytes("first")]);
    const shown: string[] = [];
    await near.visit((shownBytes, start, end) => {
      if (shown.length > 0) return;
      far.trySend(bytes("OTHER"));
      void far.flush();
      void near.visit(() => {});
      shown.push(new TextDecoder().decode(shownBytes.subarray(start, end)));
    });
    expect(shown).toEqual(["first"]);
    await Promise.all([near.close(), far.close()]);
  });
});

test("flush() waits for what was gathered before, and not for what others send meanwhile", async () => {
  const [socket, peer] = await connectedPair();
  const near = framed(socket, rawLines());
  const far = framed(peer, rawLines());
  const frame = new Uint8Array(15_000).fill(65);
  let isFlushed = false;
  const produce = async (): Promise<void> => {
    while (!isFlushed) await near.send(frame);
  };
  const consume = async (): Promise<void> => {
    for await (const line of far) expect(line).toHaveLength(15_000);
  };
  const producing = [produce(), produce(), produce()];
  const consuming = consume();
  await near.flush();
  isFlushed = true;
  await Promise.all(producing);
  await near.close();
  await consuming;
  await far.close();
});

test("detach() that cannot flush hands back what was received when it is called again", async () => {
  const [socket, peer] = await connectedPair();
  const near = framed(socket, rawLines());
  await peer.sendAll(bytes("line\nrest"));
  expect(await near.receive()).toEqual(bytes("line"));
  while (near.trySend(new Uint8Array(10_000)) > 0);
  peer.setOption(SO_LINGER, { seconds: 0 });
  await peer.close();
  await expect(near.detach()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await near.detach()).toEqual(bytes("rest"));
  await socket.close();
});

test("bytes left over are copied, a Node Buffer's too", async () => {
  const [socket, peer] = await connectedPair();
  const leftOver = Sharing.from(bytes("one\ntwo\n"));
  const near = framed(socket, lines(), { leftOver });
  leftOver.fill(120);
  expect([await near.receive(), await near.receive()]).toEqual(["one", "two"]);
  await Promise.all([near.close(), peer.close()]);
  expect(() => framed(socket, lines(), { leftOver: "one" as unknown as Uint8Array })).toThrow(TypeError);
});
