/** `npm run bench`, as a user runs it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { fileAt } from "../src/machine/files.ts";
import type { Result } from "../src/run/result.ts";

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

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  return globSync("/proc/[0-9]*/stat").flatMap((file) => {
    try {
      const stat = readFileSync(file, "utf8");
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(parent) === pid ? [Number(file.split("/")[2])] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
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
    const [json, html, markdown, readme] = [file("r.json"), file("r.html"), file("r.md"), file("README.md")];
    writeFileSync(markdown, "# Mine\n\n<!-- figures -->\nold\n<!-- end figures -->\n\nThe end.\n");
    writeFileSync(readme, "# Short\n\n<!-- headlines -->\nold\n<!-- end headlines -->\n");
    const files = ["--json", json, "--html", html, "--markdown", markdown, "--markdown", readme];
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
    expect(page).toMatch(/^# Mine\n\n<!-- figures -->\n.*### echo-64x64.*<!-- end figures -->\n\nThe end.\n$/s);
    expect(page).not.toContain("old");
    expect(readFileSync(readme, "utf8")).toMatch(
      /^# Short\n\n<!-- headlines -->\n\nTaken .*\| echo 64 B × 64 connections, against the native API \| \d.*<!-- end headlines -->\n$/s,
    );
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends everything that it started", async (signal) => {
    const child = start(["--only", "echo-64x64", "--contender", "native", "--seconds", "600"]);
    const ended = once(child, "exit");
    // Three servers, and the load generator that runs for minutes.
    let children: number[] = [];
    while (children.length < 4) {
      children = childrenOf(child.pid ?? 0).filter((pid) => !/^taskset/.test(commandOf(pid)));
      await setTimeout(20);
    }
    child.kill(signal);
    const [status] = await ended;
    expect(status).toBe(signal === "SIGINT" ? 130 : 143);
    while (children.some(isAlive)) await setTimeout(20);
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
