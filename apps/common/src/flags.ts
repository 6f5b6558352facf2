/** The kinds of options that a program can have besides `--host` and `--port`. */
import { UsageError } from "./failure.ts";

/** An option of a command line. */
export interface Flag<Value> {
  readonly type: "string" | "boolean";
  /** What it is when it is not given. */
  readonly absent: Value;
  /** @throws {UsageError} `given` is none of its values. */
  read(name: string, given: string): Value;
}

const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** `--once`: true when given. */
export function switchedOn(): Flag<boolean> {
  return { type: "boolean", absent: false, read: () => true };
}

/** Any text that is not empty. */
export function text(): Flag<string | undefined> {
  return {
    type: "string",
    absent: undefined,
    read(name, given) {
      if (given === "") throw new UsageError(`--${name} takes a value that is not empty`);
      return given;
    },
  };
}

/** A whole number from `from` to `to`; `absent` need not be among them. */
export function wholeNumber<Absent extends number | undefined>(
  absent: Absent,
  from: number,
  to: number,
): Flag<number | Absent> {
  return {
    type: "string",
    absent,
    read(name, given) {
      const number = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
      if (number >= from && number <= to) return number;
      throw new UsageError(`--${name} takes a whole number from ${from} to ${to}, not '${given}'`);
    },
  };
}

/** A time in milliseconds, 1 or more. */
export function milliseconds<Absent extends number | undefined>(absent: Absent): Flag<number | Absent> {
  return wholeNumber(absent, 1, LONGEST_TIMEOUT);
}

/** One of several words; the first is the one that is meant when none is given. */
export function choice<const Word extends string>(...words: readonly [Word, ...Word[]]): Flag<Word> {
  return {
    type: "string",
    absent: words[0],
    read(name, given) {
      const word = words.find((one) => one === given);
      if (word !== undefined) return word;
      throw new UsageError(`--${name} takes one of ${words.join(", ")}, not '${given}'`);
    },
  };
}
