import { expect, test } from "vitest";
import { readOptions, UsageError } from "../src/options.ts";

test("readOptions() without arguments: every program, 64 MiB, every runtime", () => {
  expect(readOptions([])).toEqual({
    help: false,
    programs: ["echo", "datagram", "select-server", "conformance"],
    byteLength: 2 ** 26,
    runtimes: [],
    timeout: 30_000,
  });
});

test("readOptions() takes --program several times, each once", () => {
  expect(readOptions(["--program=datagram", "--program=echo", "--program=datagram"]).programs).toEqual([
    "datagram",
    "echo",
  ]);
});

test.each([
  ["0", 0],
  ["1000", 1000],
  ["3KiB", 3072],
  ["2 MiB", 2 ** 21],
  ["1GiB", 2 ** 30],
])("readOptions() takes --size %s", (text, byteLength) => {
  expect(readOptions(["--size", text]).byteLength).toBe(byteLength);
});

test("readOptions() takes --runtime several times, each once", () => {
  expect(readOptions(["--runtime=deno", "--runtime=node", "--runtime=deno"]).runtimes).toEqual(["deno", "node"]);
});

test.each([
  [["--size", "1.5MiB"]],
  [["--size", "64MB"]],
  [["--size", "2GiB"]],
  [["--size", ""]],
  [["--program", "chess"]],
  [["--program"]],
  [["--runtime", "perl"]],
  [["--runtime"]],
  [["--timeout", "0"]],
  [["--timeout", "1s"]],
  [["--timeout", "2147483648"]],
  [["--nonsense"]],
  [["word"]],
])("readOptions() rejects %j, naming it on one line", (args) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(new RegExp(`^.*${args[0]}.*$`));
});
