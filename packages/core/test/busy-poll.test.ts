import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KeepAlive } from "../dist/keep-alive.js";

/** A socket that somebody waits for. */
const waiting = new KeepAlive({ ref: () => {}, unref: () => {} });

beforeEach(() => waiting.hold());
afterEach(() => {
  vi.unstubAllGlobals();
  waiting.release();
  waiting.settle();
});

let loaded = 0;

/** The module, loaded anew: by a name of its own, with the runtime's functions as they are now. */
async function load(): Promise<typeof import("../dist/busy-poll.js")> {
  const { href } = new URL(`../dist/busy-poll.js?${++loaded}`, import.meta.url);
  return (await import(href)) as typeof import("../dist/busy-poll.js");
}

/** Where turns are counted, and come when the test says so. */
async function counted() {
  let next: (() => void) | undefined;
  let turns = 0;
  vi.stubGlobal("setImmediate", (run: () => void) => {
    next = run;
  });
  vi.stubGlobal("Deno", undefined);
  const { busyPoll } = await load();
  return {
    arrived: busyPoll,
    isPolling: () => next !== undefined,
    turns: () => turns,
    turn: () => {
      const run = next;
      next = undefined;
      turns++;
      run?.();
    },
  };
}

type Counted = Awaited<ReturnType<typeof counted>>;

/** Lets turns go by until it stops. */
function stop(poll: Counted): void {
  while (poll.isPolling()) poll.turn();
}

/** Polls, and finds so many messages after looks in vain. */
function spare(poll: Counted, sleeps: number): void {
  poll.arrived();
  poll.turn();
  for (let i = 0; i < sleeps; i++) {
    poll.arrived();
    poll.turn();
    poll.turn();
  }
  stop(poll);
}

/** How many messages it lets pass before it polls. */
function passed(poll: Counted): number {
  for (let count = 0; ; count++) {
    poll.arrived();
    if (poll.isPolling()) return count;
  }
}

describe("busyPoll()", () => {
  test("looks 32 times in vain after a message, and stops", async () => {
    const poll = await counted();
    expect(poll.isPolling()).toBe(false);
    poll.arrived();
    stop(poll);
    expect(poll.turns()).toBe(32);
  });

  test("looks so often after the last of the messages that come meanwhile", async () => {
    const poll = await counted();
    poll.arrived();
    for (let i = 0; i < 20; i++) poll.turn();
    poll.arrived();
    stop(poll);
    expect(poll.turns()).toBe(20 + 1 + 32);
  });

  test("lets more and more messages pass while it is not worth it, 256 at most", async () => {
    const poll = await counted();
    const pauses = Array.from({ length: 10 }, () => {
      const pause = passed(poll);
      stop(poll);
      return pause;
    });
    expect(pauses).toEqual([0, 2, 6, 14, 30, 62, 126, 254, 256, 256]);
  });

  test("polls again at once when eight sleeps were spared, and not for fewer", async () => {
    const poll = await counted();
    spare(poll, 8);
    expect(passed(poll)).toBe(0);
    stop(poll);
    expect(passed(poll)).toBe(2);
    stop(poll);
    const fewer = await counted();
    spare(fewer, 7);
    expect(passed(fewer)).toBe(2);
  });

  test("stops when eight looks in a row find something at once, and lets 1,000 messages pass", async () => {
    const poll = await counted();
    poll.arrived();
    for (let i = 0; i < 8; i++) {
      expect(poll.isPolling()).toBe(true);
      poll.arrived();
      poll.turn();
    }
    expect(poll.isPolling()).toBe(false);
    expect(passed(poll)).toBe(1000);
  });

  test("does nothing while no socket is to keep the process alive", async () => {
    const poll = await counted();
    waiting.enable(false);
    poll.arrived();
    expect(poll.isPolling()).toBe(false);
    waiting.enable(true);
    poll.arrived();
    poll.turn();
    expect(poll.isPolling()).toBe(true);
    waiting.enable(false);
    poll.turn();
    expect(poll.isPolling()).toBe(false);
    waiting.enable(true);
    expect(passed(poll)).toBe(0);
  });

  test("does nothing where there are no such turns", async () => {
    vi.stubGlobal("setImmediate", undefined);
    const { busyPoll } = await load();
    expect(busyPoll).not.toThrow();
  });

  test("does nothing on Deno, where nothing is found in them", async () => {
    const setImmediate = vi.fn();
    vi.stubGlobal("setImmediate", setImmediate);
    vi.stubGlobal("Deno", {});
    const { busyPoll } = await load();
    busyPoll();
    expect(setImmediate).not.toHaveBeenCalled();
  });
});
