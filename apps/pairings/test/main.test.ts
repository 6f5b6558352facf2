import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, type ReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { folderWith, pretended, REAL } from "./folders.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const ESC = "\x1b";

/** Starts the program where it finds no runtimes but those in `folder`; with echo alone, unless `args` name a program. */
function start(folder: string, args: readonly string[]) {
  const programs = args.includes("--program") ? [] : ["--program", "echo"];
  const child = spawn(process.execPath, [MAIN, ...programs, ...args], {
    // INIT_CWD is where npm was started.
    env: { ...process.env, OMNISOCK_RUNTIME_PATH: folder, INIT_CWD: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill());
  return child;
}

async function run(folder: string, args: readonly string[]) {
  const child = start(folder, args);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { status, stdout, stderr, rows: rowsOf(stdout) };
}

/** The rows of the table, without the times. */
function rowsOf(stdout: string): string[] {
  const rows = stdout.matchAll(/^(\w+) +(\w+) +(ok|failed|stopped) +([\d,]+) .* [\d.]+(.*)$/gm);
  return Array.from(rows, ([, ...cells]) => cells.join(" ").trim().replace(/ +/g, " "));
}

/** What a pretended runtime does that hangs: it and what it started hold the pipe `$0.alive` open until both are gone. */
const HANG = 'exec 3>"$0.alive"; echo started >&3; sleep 1000 & wait';

/** How long a pairing may hang, in milliseconds: long enough to have started on a busy machine. */
const PATIENCE = "5000";

/** The reading end of that pipe. */
function aliveness(folder: string): ReadStream {
  const pipe = join(folder, "bun.alive");
  execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
  return createReadStream(pipe);
}

describe("npm start", () => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run("", ["--help"]);
    expect(stdout).toMatch(/^Usage: .*--size.*--runtime.*--timeout/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("a mistake on the command line is named on one line, exit status 2", async () => {
    const { status, stdout, stderr } = await run("", ["--nonsense"]);
    expect(stderr).toMatch(/^.*--nonsense.*\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("three runtimes make nine pairings, in plain lines for a pipe", async () => {
    const folder = await folderWith({ node: REAL, bun: REAL, deno: REAL });
    const { status, stdout, stderr, rows } = await run(folder, ["--size", "1MiB"]);
    const names = ["node", "bun", "deno"];
    expect(rows).toEqual(names.flatMap((one) => names.map((two) => `${one} ${two} ok 1,048,576 same`)));
    expect(stdout).not.toContain(ESC);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["datagram", "Hello! got it!"],
    ["select-server", "5 5"],
  ])("--program %s makes nine pairings too", async (program, results) => {
    const folder = await folderWith({ node: REAL, bun: REAL, deno: REAL });
    const { status, stdout, stderr } = await run(folder, ["--program", program]);
    const names = ["node", "bun", "deno"];
    const rows = stdout.matchAll(/^(\w+) +(\w+) +(\w+) +[\d.]+ +(.*)$/gm);
    expect(Array.from(rows, ([, ...cells]) => cells.join(" ").replace(/ +/g, " "))).toEqual(
      names.flatMap((one) => names.map((two) => `${one} ${two} ok ${results}`)),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("--program conformance runs the suite on the runtimes that are there, and writes its report", async () => {
    const folder = await folderWith({ node: REAL });
    const { status, stdout, stderr } = await run(folder, ["--program", "conformance"]);
    expect(stdout).toMatch(/^node on Node \(.*\): \d{3,} pass/m);
    expect(stdout).not.toMatch(/ on (Bun|Deno)/);
    expect(readFileSync(join(folder, "reports/conformance.html"), "utf8")).toContain("<!doctype html>");
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining("bun is left out") });
  }, 300_000);

  test("several programs make several tables, and one that fails gives exit status 1", async () => {
    const bun = pretended(
      `case "$2" in */sender.ts) echo "Sending data..."; echo "Got response: no";; *) shift; exec "${process.execPath}" "$@";; esac`,
    );
    const folder = await folderWith({ bun });
    const args = ["--size", "1KiB", "--program", "datagram", "--program", "select-server", "--program", "echo"];
    const { status, stdout } = await run(folder, args);
    expect(stdout.match(/^bun +bun +\w+/gm)?.map((row) => row.replace(/ +/g, " "))).toEqual([
      "bun bun failed",
      "bun bun ok",
      "bun bun ok",
    ]);
    expect(stdout).toContain("not 'Got response: no'");
    expect(status).toBe(1);
  });

  test.each(["0", "1"])("%s bytes each way are ok", async (size) => {
    const folder = await folderWith({ node: REAL });
    const { status, rows } = await run(folder, ["--size", size]);
    expect(rows).toEqual([`node node ok ${size} same`]);
    expect(status).toBe(0);
  });

  test("a runtime that is missing is named, and the status tells of those that ran", async () => {
    const folder = await folderWith({ node: REAL, deno: REAL });
    const { status, stderr, rows } = await run(folder, ["--size", "1KiB"]);
    expect(stderr).toMatch(/^bun is left out: not found.*\n$/);
    expect(rows).toHaveLength(4);
    expect(status).toBe(0);
  });

  test("--runtime runs only those, and one that is missing gives exit status 1", async () => {
    const folder = await folderWith({ node: REAL, deno: REAL });
    const two = await run(folder, ["--size", "1", "--runtime", "deno"]);
    expect(two).toMatchObject({ status: 0, stderr: "", rows: ["deno deno ok 1 same"] });
    const missing = await run(folder, ["--size", "1", "--runtime", "node", "--runtime", "bun"]);
    expect(missing).toMatchObject({ status: 1, rows: ["node node ok 1 same"] });
    expect(missing.stderr).toContain("bun is left out");
  });

  test("no runtime at all gives exit status 1", async () => {
    const { status, stderr } = await run(await folderWith({}), []);
    expect(stderr.match(/is left out/g)).toHaveLength(3);
    expect(status).toBe(1);
  });

  test.each([
    ["does not start", "echo nonsense >&2; exit 3", /exit status 3\n.*nonsense/],
    ["gives other data back", `cat >/dev/null; head -c 1024 /dev/zero`, /sha256/],
    ["loses data", "head -c 1000; cat >/dev/null", /sha256/],
    ["ends badly after the right data", "cat; exit 1", /exit status 1/],
    ["is killed", "kill -9 $$", /SIGKILL/],
  ])("a client that %s fails its pairing, and the exit status is 1", async (_, script, why) => {
    // As a server it is the real one.
    const bun = pretended(`case "$2" in */client.ts) ${script};; *) exec "${process.execPath}" "$@";; esac`);
    const folder = await folderWith({ node: REAL, bun: bun.replaceAll('exec "', 'shift; exec "') });
    const { status, stdout, rows } = await run(folder, ["--size", "1KiB"]);
    expect(rows.map((row) => row.split(" ")[2])).toEqual(["ok", "failed", "ok", "failed"]);
    expect(stdout).toMatch(why);
    expect(status).toBe(1);
  });

  test("a server that never listens fails its pairing", async () => {
    const folder = await folderWith({ bun: pretended("echo nonsense") });
    const { status, stdout, rows } = await run(folder, ["--size", "1KiB"]);
    expect(rows).toEqual(["bun bun failed 0"]);
    expect(stdout).toContain("nonsense");
    expect(status).toBe(1);
  });

  test("--timeout ends a pairing that hangs, with all it has started", async () => {
    const folder = await folderWith({ bun: pretended(HANG) });
    const alive = aliveness(folder);
    const { status, stdout, rows } = await run(folder, ["--size", "1KiB", "--timeout", PATIENCE]);
    expect(rows).toEqual(["bun bun failed 0"]);
    expect(stdout).toContain(PATIENCE);
    expect(status).toBe(1);
    expect(await text(alive)).toBe("started\n");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s half-way ends every child and says so, exit status %i", async (signal, expected) => {
    const folder = await folderWith({ node: REAL, bun: pretended(HANG) });
    const alive = aliveness(folder);
    const child = start(folder, ["--size", "1KiB"]);
    const ended = Promise.all([once(child, "close"), text(child.stdout)]);
    // The client of the second pairing hangs.
    await once(alive, "readable");
    child.kill(signal);
    const [[status], stdout] = await ended;
    expect(rowsOf(stdout)).toEqual(["node node ok 1,024 same", "node bun stopped 0"]);
    expect(stdout.trimEnd().split("\n").at(-1)).toContain(signal);
    expect(status).toBe(expected);
    expect(await text(alive)).toBe("started\n");
  });

  test("a reader that has seen enough ends it, and every child", async () => {
    const folder = await folderWith({ node: REAL, bun: pretended(HANG) });
    const alive = aliveness(folder);
    const child = start(folder, ["--size", "1KiB", "--timeout", PATIENCE, "--runtime", "node", "--runtime", "bun"]);
    const ended = Promise.all([once(child, "exit"), text(child.stderr)]);
    await once(alive, "readable");
    child.stdout.destroy();
    expect(await ended).toEqual([[1, null], ""]);
    // The next pairing may have begun before the broken pipe was heard of. All are gone when the text ends.
    expect(await text(alive)).toMatch(/^(started\n)+$/);
  });
});
