/** For how long a reactor looks again before it parks. Time is the test's. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Linger } from "../dist/reactor/linger.js";

let now = 0;

beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** How often it looks again in vain, each look taking 10 µs, before it parks. */
function looks(linger: Linger): number {
  for (let count = 0; ; count++) {
    now += 0.01;
    if (!linger.goesOn()) return count;
  }
}

test("looks again for 100 µs after what has happened last", () => {
  const linger = new Linger(1);
  linger.busy();
  now += 0.05;
  expect(linger.goesOn()).toBe(true);
  linger.busy();
  now += 0.09;
  expect(linger.goesOn()).toBe(true);
  now += 0.02;
  expect(linger.goesOn()).toBe(false);
});

test("does not look again while nothing has happened", () => {
  expect(new Linger(1).goesOn()).toBe(false);
});

test("parks at once after more and more of what happens, where nothing comes in that while", () => {
  const linger = new Linger(1);
  const parked = Array.from({ length: 4 }, () => {
    for (let count = 0; ; count++) {
      linger.busy();
      if (looks(linger) > 0) return count;
    }
  });
  expect(parked).toEqual([0, 2, 6, 14]);
});

test("goes on where as many waits were spared as it is worth, and not where it was busy all the time", () => {
  const linger = new Linger(2);
  const serve = (times: number, isIdleBetween: boolean) => {
    for (let i = 0; i < times; i++) {
      linger.busy();
      if (isIdleBetween) expect(linger.goesOn()).toBe(true);
    }
    looks(linger);
  };
  serve(3, true);
  serve(3, true);
  serve(3, false);
  linger.busy();
  expect(linger.goesOn()).toBe(false);
});
