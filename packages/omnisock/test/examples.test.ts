/** The tutorial's small programs print what it says; each test runs one on the very runtime that runs the test. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const before = process.versions["deno"] === undefined ? [] : ["run", "--allow-all"];

async function linesOf(name: string): Promise<string[]> {
  const file = fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...before, file]);
  return stdout.trimEnd().split("\n");
}

test("the tutorial's addresses.ts shows each kind of address, and three mistakes", async () => {
  const lines = await linesOf("addresses.ts");
  expect(lines.slice(0, 7)).toEqual([
    "127.0.0.1:7007: family INET, host 127.0.0.1, port 7007",
    "0.0.0.0:7007: every IPv4 address of this machine",
    "127.0.0.1:80: family INET",
    "[::1]:80: family INET6",
    "example.org:80: family INET",
    "unix:/tmp/my.socket: family UNIX",
    "the same place: true",
  ]);
  expect(lines.slice(7)).toEqual([
    expect.stringMatching(/^TypeError: "127.0.0.1" has no port/),
    expect.stringMatching(/^RangeError: .*70000/),
    expect.stringMatching(/^SocketError: .*EAFNOSUPPORT/),
  ]);
});

test("the tutorial's states.ts shows the states of both ends of a connection", async () => {
  const lines = await linesOf("states.ts");
  expect(lines.map((line) => line.replace(/^.*: +/, ""))).toEqual([
    "CLOSED",
    "BOUND",
    "LISTENING",
    "CLOSED",
    "CONNECTING",
    "CONNECTED",
    "CONNECTED",
    "SEND_CLOSED",
    "RECEIVE_CLOSED",
    "CLOSING",
    "CLOSED, CLOSED, CLOSED",
  ]);
});
