import { expect, test } from "vitest";
import {
  AddressFamily,
  InternetAddress,
  type ReadinessSource,
  readyWhen,
  type Selectable,
  SocketSet,
  SocketType,
  select,
  selectable,
} from "../dist/index.js";
import { memorySockets } from "../dist/memory.js";

/** Something to select on whose readiness the test decides, and that counts who asks. */
class Probe implements Selectable {
  isReady = false;
  polls = 0;
  holds = 0;
  #held = 0;
  readonly #keepsAlive: boolean;
  readonly watchers = new Set<() => void>();
  readonly #source: ReadinessSource = {
    poll: () => {
      this.polls++;
      return this.isReady;
    },
    watch: (changed) => void this.watchers.add(changed),
    unwatch: (changed) => void this.watchers.delete(changed),
    hold: () => {
      this.holds++;
      if (!this.#keepsAlive) return undefined;
      this.#held++;
      return () => {
        this.#held--;
      };
    },
  };

  constructor(keepsAlive = true) {
    this.#keepsAlive = keepsAlive;
  }

  [selectable](): ReadinessSource {
    return this.#source;
  }

  get isHeld(): boolean {
    return this.#held > 0;
  }

  become(isReady: boolean): void {
    this.isReady = isReady;
    if (isReady) for (const changed of this.watchers) changed();
  }
}

test("select() over a kept set of 10,000 asks only those that may be ready", async () => {
  const probes = Array.from({ length: 10_000 }, () => new Probe());
  const readable = new SocketSet(probes);
  expect(await select(readable, null, null, { timeout: 0 })).toBe(0);
  for (const probe of probes) probe.polls = 0;
  const one = probes[7777] as Probe;
  for (let round = 0; round < 100; round++) {
    const selected = select(readable);
    one.become(true);
    expect(await selected).toBe(1);
    expect(readable.isSet(one)).toBe(true);
    one.become(false);
  }
  expect(one.polls).toBeLessThanOrEqual(300);
  expect(probes.reduce((sum, { polls }) => sum + polls, 0)).toBe(one.polls);
  expect(probes.reduce((sum, { holds }) => sum + holds, 0)).toBeLessThanOrEqual(200);
});

test("select() keeps the process alive through the first that does, and only while it waits", async () => {
  const [idle, unreferenced, referenced] = [readyWhen(new Promise(() => {})), new Probe(false), new Probe()];
  const selected = select([idle, unreferenced, referenced]);
  await Promise.resolve();
  expect(referenced.isHeld).toBe(true);
  unreferenced.become(true);
  expect(await selected).toBe(1);
  expect(referenced.isHeld).toBe(false);
});

test("select() keeps the process alive through another when the one that does is removed", async () => {
  const [first, second] = [new Probe(), new Probe()];
  const set = new SocketSet([first, second]);
  const selected = select(set);
  await Promise.resolve();
  expect([first.isHeld, second.isHeld]).toEqual([true, false]);
  set.remove(first);
  await Promise.resolve();
  expect([first.isHeld, second.isHeld]).toEqual([false, true]);
  set.reset();
  await Promise.resolve();
  expect(second.isHeld).toBe(false);
  const third = new Probe();
  third.isReady = true;
  set.add(third);
  expect(await selected).toBe(1);
});

test("select() lets go of every member of an array, and of none of a set", async () => {
  const [inArray, inSet] = [new Probe(), new Probe()];
  const set = new SocketSet([inSet]);
  expect(await select([inArray], set, null, { timeout: 0 })).toBe(0);
  expect([inArray.watchers.size, inSet.watchers.size]).toEqual([0, 1]);
  set.remove(inSet);
  expect([inSet.watchers.size, set.size]).toEqual([0, 0]);
});

test("select() takes a promise that settles, and a set to which somebody adds while it waits", async () => {
  const keyboard = readyWhen(Promise.reject(new Error("closed")));
  expect(await select([keyboard])).toBe(1);
  const set = new SocketSet([new Probe()]);
  const late = new Probe();
  late.isReady = true;
  const selected = select(set);
  set.add(late);
  expect(await selected).toBe(1);
  expect([...set]).toEqual([late]);
});

test("select() over nothing waits for its timeout", async () => {
  expect(await select([], null, undefined, { timeout: 1 })).toBe(0);
});

test("select() that is aborted in the turn of a wake-up rejects", async () => {
  const set = new SocketSet([new Probe()]);
  const controller = new AbortController();
  const selected = select(set, null, null, { signal: controller.signal });
  await Promise.resolve();
  set.add(new Probe());
  controller.abort("enough");
  await expect(selected).rejects.toBe("enough");
});

test("several calls of select() wait with one set, and each is woken and lets go", async () => {
  const probe = new Probe();
  const set = new SocketSet([probe]);
  const [first, second, short] = [select(set), select(set), select(set, null, null, { timeout: 1 })];
  expect(await short).toBe(0);
  expect(probe.isHeld).toBe(true);
  probe.become(true);
  expect(await Promise.all([first, second])).toEqual([1, 1]);
  expect(probe.isHeld).toBe(false);
  expect(set.isSet(probe)).toBe(true);
});

test("select() refuses a set that is watched in another direction, and lets go of it", async () => {
  const probe = new Probe();
  const set = new SocketSet([probe]);
  await expect(select(set, set)).rejects.toThrow(TypeError);
  const reading = select(set);
  await expect(select(null, set)).rejects.toThrow(TypeError);
  probe.become(true);
  expect(await reading).toBe(1);
  expect(await select(null, set)).toBe(1);
});

test("select() refuses what is no selection", async () => {
  for (const selection of [new Set([new Probe()]), new Probe(), "read", 7] as unknown as Selectable[][]) {
    await expect(select(selection)).rejects.toThrow("A selection is");
  }
});

test("select() to receive wakes for a socket that connected meanwhile, when bytes come", async () => {
  const Socket = memorySockets();
  const unconnected = new Socket(AddressFamily.INET, SocketType.STREAM);
  const received = select([unconnected]);
  const listening = new Socket(AddressFamily.INET, SocketType.STREAM);
  await listening.bind(new InternetAddress("127.0.0.1", 0));
  const listener = await listening.listen();
  const [accepted, client] = await Promise.all([listener.accept(), unconnected.connect(listener.localAddress)]);
  await accepted.send(Uint8Array.of(7));
  expect(await received).toBe(1);
  expect(client.tryReceive(new Uint8Array(1))).toBe(1);
  await Promise.all([accepted, client, listener].map((socket) => socket.close()));
});

test("select() wakes for the next connection when an accept() that waited took the first", async () => {
  const Socket = memorySockets();
  const listening = new Socket(AddressFamily.INET, SocketType.STREAM);
  await listening.bind(new InternetAddress("127.0.0.1", 0));
  const listener = await listening.listen();
  const accepting = listener.accept();
  const selected = select([listener]);
  const clients = [1, 2].map(() => new Socket(AddressFamily.INET, SocketType.STREAM));
  for (const client of clients) await client.connect(listener.localAddress);
  await accepting;
  expect(await selected).toBe(1);
  await Promise.all([listener, ...clients].map((socket) => socket.close()));
});
