/** `npm run bench`, as a user runs it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { fileAt } from "../src/machine/files.ts";
import type { Result } from "../src/run/result.ts";
import { commandOf, descendantsOf, isAlive } from "./processes.ts";

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const program = ["--disable-warning=ExperimentalWarning", fileAt("src/main.ts"), ...args];
  const child = spawn(process.execPath, program, { env: { ...process.env, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function run(args: readonly string[], environment?: NodeJS.ProcessEnv) {
  const child = start(args, environment);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { stdout, stderr, status: status as number | null };
}

describe("the command", () => {
  test("--help and --list measure nothing", async () => {
    expect(await run(["--help"])).toMatchObject({ status: 0, stderr: "" });
    const { stdout, status } = await run(["--list", "--only", "churn", "--runtime", "bun"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^churn-64x8: .*\n +bun.omnisock +Bun: omnisock\n/);
    expect(stdout).not.toContain("node.");
  });

  test.each([
    [["--rounds", "none"], 'bench: --rounds is a whole number from 1 to 1000, not "none"\n'],
    [["--only", "nothing"], /^bench: no workload's name contains 'nothing'/],
    [["--json", "/nowhere/at/all.json"], /^bench: --json \/nowhere\/at\/all.json cannot be written: ENOENT/],
  ])("%j ends with status 2 before anything is measured", async (args, message) => {
    const { stdout, stderr, status } = await run(args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toMatch(message);
  });

  test("says which runtimes, compiler and Python are missing, and measures the rest", async () => {
    // Nothing but what is needed to start is found there.
    const nowhere = { OMNISOCK_RUNTIME_PATH: join(process.execPath, ".."), PATH: "/nowhere" };
    const args = [
      "--only",
      "echo-64x1",
      "--contender",
      "native",
      "--contender",
      "c.",
      "--contender",
      "python",
      "--rounds",
      "1",
    ];
    const { stdout, stderr, status } = await run([...args, "--seconds", "0.02"], nowhere);
    expect(stderr).toMatch(/there is no C compiler/);
    expect(stderr).toMatch(/python3 was not found/);
    expect(stderr).toMatch(/nothing is pinned/);
    expect(stdout).toContain("Node: node:net");
    expect(status).toBe(0);
  });

  test("asked for what it needs a compiler for, or for nothing that is here, it says so", async () => {
    const nowhere = { OMNISOCK_RUNTIME_PATH: join(process.execPath, ".."), PATH: "/nowhere" };
    const c = await run(["--load", "c"], nowhere);
    expect(c).toMatchObject({ status: 2, stderr: expect.stringMatching(/^bench: --load c: there is no C compiler/) });
    const none = await run(["--contender", "c.", "--only", "echo"], nowhere);
    expect(none).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^bench: nothing is left to measure: there is no C/),
    });
  });

  test("tells which workload it is at", async () => {
    const what = ["--only", "echo-64x1", "--contender", "c.epoll", "--rounds", "1", "--seconds", "0.02"];
    expect((await run(what)).stderr).toContain("%, echo-64x1\n");
  });

  test("leaves every sample, the tables and a page", async () => {
    const folder = mkdtempSync(join(tmpdir(), "omnisock-bench-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = (name: string): string => join(folder, name);
    const [json, html, markdown, other] = [file("r.json"), file("r.html"), file("r.md"), file("other.md")];
    const files = ["--json", json, "--html", html, "--markdown", markdown, "--markdown", other];
    const what = [
      "--only",
      "echo-64x64",
      "--runtime",
      "node",
      "--contender",
      "node.",
      "--rounds",
      "2",
      "--seconds",
      "0.02",
    ];
    const { status } = await run([...what, ...files]);
    expect(status).toBe(0);
    const { workloads, rounds } = JSON.parse(readFileSync(json, "utf8")) as Result;
    expect(rounds).toBe(2);
    expect(workloads[0]?.contenders.map(({ id, samples }) => [id, samples.length])).toEqual([
      ["node.omnisock", 2],
      ["node.native", 2],
      ["node.posix", 2],
    ]);
    expect(workloads[0]?.contenders[0]?.samples[0]?.value).toBeGreaterThan(0);
    expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
    const page = readFileSync(markdown, "utf8");
    expect(page).toMatch(/^Taken .*### echo-64x64/s);
    expect(readFileSync(other, "utf8")).toBe(page);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends everything that it started", async (signal) => {
    const child = start(["--only", "echo-64x64", "--contender", "native", "--seconds", "600"]);
    const ended = once(child, "exit");
    // Three servers, and the load generator that runs for minutes, beside what keeps the cores awake.
    let started: number[] = [];
    while (started.filter((pid) => !/^(taskset|chrt|sh)\0/.test(commandOf(pid))).length < 4) {
      started = descendantsOf(child.pid as number);
      await setTimeout(20);
    }
    child.kill(signal);
    const [status] = await ended;
    expect(status).toBe(signal === "SIGINT" ? 130 : 143);
    while (started.some(isAlive)) await setTimeout(20);
  });
});
