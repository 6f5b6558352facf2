import { describe, expect, test } from "vitest";
import { readCommandLine } from "../src/command-line.ts";
import { choice, milliseconds, switchedOn, text, wholeNumber } from "../src/flags.ts";

const FLAGS = {
  clients: wholeNumber(5, 1, 9),
  once: switchedOn(),
  framing: choice("fixed", "lines"),
  name: text(),
  timeout: milliseconds(undefined),
};

const read = (...args: string[]) => readCommandLine(args, { port: 2525, unix: true, words: true, flags: FLAGS });

describe("readCommandLine()", () => {
  test("nothing gives what is meant when nothing is given", () => {
    const { help, address, words, flags } = read();
    expect({ help, words, address: String(address) }).toEqual({ help: false, words: [], address: "127.0.0.1:2525" });
    expect(flags).toMatchObject({ clients: 5, once: false, framing: "fixed", name: undefined, timeout: undefined });
  });

  test("each kind of option is read as what it is", () => {
    const line = read("--clients", "9", "--once", "--framing=lines", "--name", "x", "--timeout", "1", "a", "--", "--b");
    expect(line.flags).toMatchObject({ clients: 9, once: true, framing: "lines", name: "x", timeout: 1 });
    expect(line.words).toEqual(["a", "--b"]);
  });

  test.each([
    [["--host", "::1"], "[::1]:2525", "INET6"],
    [["--host", "localhost", "--port", "7"], "localhost:7", "INET"],
    [["--unix", "/tmp/socket"], "unix:/tmp/socket", "UNIX"],
    [["--unix", "@name"], "unix:@name", "UNIX"],
  ])("%j is %s", (args, address, family) => {
    const line = read(...args);
    expect([String(line.address), line.address.family]).toEqual([address, family]);
  });

  test.each([
    [["--nonsense"], "--nonsense"],
    [["--port"], "--port"],
    [["--port", "0"], "'0'"],
    [["--port", "65536"], "'65536'"],
    [["--port", "1e3"], "'1e3'"],
    [["--host", ""], "--host"],
    [["--host", "no such host"], "--host"],
    [["--clients", "10"], "from 1 to 9"],
    [["--timeout", "0"], "--timeout"],
    [["--framing", "none"], "fixed, lines"],
    [["--once=yes"], "--once"],
    [["--port", "-1"], "--port takes a whole number from 1 to 65535, not '-1'"],
    [["--name", "--once"], "--name=--once"],
    [["--unix", "a".repeat(200)], "--unix"],
    [["--unix", "a", "--port", "1"], "--unix"],
  ])("%j is a mistake that names %s", (args, named) => {
    expect(() => read(...args)).toThrow(named);
  });

  test("a program takes only what it says", () => {
    expect(() => readCommandLine(["word"], { port: 1 })).toThrow("word");
    expect(() => readCommandLine(["--unix", "x"], { port: 1 })).toThrow("--unix");
    expect(() => readCommandLine(["--port", "1"], {})).toThrow("--port");
    expect(readCommandLine(["--port", "0"], { port: 1, portAny: true }).address.port).toBe(0);
  });
});
