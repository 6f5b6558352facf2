/** The small programs of the tutorial and the READMEs print what these say; each test runs them on the very runtime that runs the test. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const before = process.versions["deno"] === undefined ? [] : ["run", "--allow-all"];

function fileOf(name: string): string {
  return fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
}

async function linesOf(file: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...before, file]);
  return stdout.trimEnd().split("\n");
}

/** The same program with another port, in a file that is gone after the test. It has to be in the package, where `omnisock` is found. */
async function copyWithPort(name: string, port: number): Promise<string> {
  const folder = await mkdtemp(fileURLToPath(new URL(".copy-", import.meta.url)));
  onTestFinished(() => rm(folder, { recursive: true }));
  const code = await readFile(fileOf(name), "utf8");
  expect(code).toContain("7007");
  await writeFile(join(folder, name), code.replace("7007", String(port)));
  return join(folder, name);
}

test("the tutorial's addresses.ts shows each kind of address, and three mistakes", async () => {
  const lines = await linesOf(fileOf("addresses.ts"));
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
  const lines = await linesOf(fileOf("states.ts"));
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

test("the README's client prints what its echo server sends back, and ends", async () => {
  const server = spawn(process.execPath, [...before, await copyWithPort("echo-server.ts", 0)]);
  onTestFinished(async () => {
    server.kill();
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
  });
  const [line] = await once(createInterface(server.stdout), "line");
  const [, port] = /^echoing on 127\.0\.0\.1:(\d+)$/.exec(String(line)) ?? [];
  expect(await linesOf(await copyWithPort("echo-client.ts", Number(port)))).toEqual(["hello"]);
});
