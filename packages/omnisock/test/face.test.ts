/** The face picks the adapter of the runtime that it runs on: each test runs a program on the very runtime that runs the test. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as core from "@omnisock/core";
import { afterEach, expect, test } from "vitest";

const { bun, deno } = process.versions;
const runtime = bun !== undefined ? "bun" : deno !== undefined ? "deno" : "node";
const before = runtime === "deno" ? ["run", "--allow-all"] : [];
const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, "exit");
  }
});

test("import of omnisock gives the runtime's own adapter", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...before, program("which-adapter.ts")]);
  expect(stdout.trim()).toBe(`${runtime}.js`);
});

test("import of omnisock without a known runtime says what to do", async () => {
  await expect(import("../dist/unsupported.js")).rejects.toThrow(/export condition `node`, `bun` or `deno`/);
});

test("omnisock/framing is core's framing", async () => {
  expect({ ...(await import("omnisock/framing")) }).toEqual({ ...(await import("@omnisock/core/framing")) });
});

test("omnisock/posix and its sync sockets come with core's vocabulary, and their own sockets", async () => {
  const posix = await import("omnisock/posix");
  const sync = await import("omnisock/posix/sync");
  const own = await import("@omnisock/posix/sync");
  expect(posix.Socket).toBe((await import("@omnisock/posix")).Socket);
  expect([sync.Socket, sync.select, sync.SocketSet, sync.MSG_PEEK]).toEqual([
    own.Socket,
    own.select,
    own.SocketSet,
    own.MSG_PEEK,
  ]);
  expect([posix.InternetAddress, sync.InternetAddress]).toEqual([core.InternetAddress, core.InternetAddress]);
});

test("the README's echo server echoes", async () => {
  const source = await readFile(program("../examples/echo-server.ts"), "utf8");
  // Not among the sources: what checks them at the same time would find a file that goes away.
  const copy = program(`../../../.test-results/echo-server.${process.pid}.ts`);
  await mkdir(dirname(copy), { recursive: true });
  await writeFile(copy, source.replace("7007", "0"));
  try {
    const child = spawn(process.execPath, [...before, copy], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const client = connect(Number(line.slice(line.lastIndexOf(":") + 1)), "127.0.0.1");
    client.end("hello");
    const received: Buffer[] = [];
    for await (const chunk of client) received.push(chunk as Buffer);
    expect(Buffer.concat(received).toString()).toBe("hello");
  } finally {
    await rm(copy);
  }
});
