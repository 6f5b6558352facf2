import { AdaptiveSpin } from "@omnisock/core";
import { expect, test } from "vitest";

/** How many messages pass before it spins. */
function passed(spin: AdaptiveSpin): number {
  for (let count = 0; ; count++) if (spin.begin()) return count;
}

test("spins at first, and passes 2, 6, 14 and at most 256 messages while it is not worth it", () => {
  const spin = new AdaptiveSpin(1);
  const pauses = Array.from({ length: 10 }, () => {
    const pause = passed(spin);
    spin.end();
    return pause;
  });
  expect(pauses).toEqual([0, 2, 6, 14, 30, 62, 126, 254, 256, 256]);
});

test("spins again at once where it was worth it, counted anew each time", () => {
  const spin = new AdaptiveSpin(2);
  for (let i = 0; i < 3; i++) {
    expect(passed(spin)).toBe(0);
    spin.spared();
    spin.spared();
    spin.end();
  }
  expect(passed(spin)).toBe(0);
  spin.spared();
  spin.end();
  expect(passed(spin)).toBe(2);
});

test("spins always where no sleep has to be spared", () => {
  const spin = new AdaptiveSpin(0);
  for (let i = 0; i < 3; i++) {
    expect(passed(spin)).toBe(0);
    spin.end();
  }
});

test("of bursts, it is not the same message always after which it is tried", () => {
  for (const burst of [2, 3, 4, 5, 6, 7, 8, 10, 16, 32, 64, 100, 128]) {
    const spin = new AdaptiveSpin(1);
    const tried = new Set<number>();
    for (let message = 0; message < 257 * (burst + 9); message++) {
      if (!spin.begin()) continue;
      tried.add(message % burst);
      spin.end();
    }
    expect(tried.size, `bursts of ${burst}`).toBe(burst);
  }
});

test("lets as many pass as it is told", () => {
  const spin = new AdaptiveSpin(1);
  spin.pass(1000);
  expect(passed(spin)).toBe(1000);
  expect(passed(spin)).toBe(0);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "8", undefined])("a count of %s is a RangeError", (count) => {
  const wrong = count as number;
  expect(() => new AdaptiveSpin(wrong)).toThrow(RangeError);
  const spin = new AdaptiveSpin(1);
  expect(() => spin.pass(wrong)).toThrow(RangeError);
  expect(passed(spin)).toBe(0);
});
