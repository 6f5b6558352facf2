import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { RUNTIMES, startCommand } from "../src/testing/index.ts";

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
}

/** The apps whose programs run on every runtime. */
const APPS = globSync(fileURLToPath(new URL("../../*/package.json", import.meta.url)))
  .map((file) => ({ folder: dirname(file), app: basename(dirname(file)), ...readPackage(file) }))
  .filter(({ scripts }) => scripts["start:node"] !== undefined);

function readPackage(file: string): Package {
  return JSON.parse(readFileSync(file, "utf8"));
}

test("there are apps", () => {
  expect(APPS.map(({ app }) => app)).toEqual(expect.arrayContaining(["datagram", "echo", "select-server", "stream"]));
});

describe.each(APPS)("$app", ({ folder, scripts }) => {
  const starts = Object.entries(scripts).filter(([script]) => script.startsWith("start"));

  test("every program has a script that names no runtime, and one for each", () => {
    const programs = starts.map(([script]) => /^(start.*):node$/.exec(script)?.[1]).filter((one) => one !== undefined);
    expect(programs).toContain("start");
    const expected = programs.flatMap((program) => [program, ...RUNTIMES.map((runtime) => `${program}:${runtime}`)]);
    expect(starts.map(([script]) => script).sort()).toEqual(expected.sort());
  });

  test("every script runs a program that is there, or the script for Node", () => {
    for (const [script, command] of starts) {
      const runtime = RUNTIMES.find((name) => script.endsWith(`:${name}`));
      if (runtime === undefined) {
        expect(command).toBe(`npm run --silent ${script}:node --`);
        continue;
      }
      const [, file = ""] =
        /^(?:node|bun|deno run -A|deno run -A --unstable-net) (src\/\S+\.ts)(?: --)?$/.exec(command) ?? [];
      expect(command).toMatch(new RegExp(`^${runtime} `));
      expect(existsSync(join(folder, file)), `${script}: ${command}`).toBe(true);
    }
  });
});

test("datagram's scripts pass Deno the flag that UDP needs", () => {
  const onDeno = APPS.filter(({ app }) => app === "datagram")
    .flatMap(({ scripts }) => Object.entries(scripts))
    // The programs that block have UDP from the system itself.
    .filter(([script]) => script.endsWith(":deno") && script !== "start:sync:deno");
  expect(onDeno.length).toBeGreaterThan(0);
  for (const [, command] of onDeno) expect(command).toContain(" --unstable-net ");
});

test.each(RUNTIMES)("what stands behind -- is no option to echo's client on %s", async (runtime) => {
  const cwd = fileURLToPath(new URL("../../echo", import.meta.url));
  const args = ["run", "--silent", `start:client:${runtime}`, "--", "--", "--word"];
  // At its usual port there may be a server, or none.
  const { status, stderr } = await startCommand("npm", args, { cwd }).result();
  expect(stderr).not.toContain("--word");
  expect(status).not.toBe(2);
});

test("npm start -- --help prints the usage", async () => {
  const cwd = fileURLToPath(new URL("../../datagram", import.meta.url));
  const { status, stdout } = await startCommand("npm", ["start", "--silent", "--", "--help"], { cwd }).result();
  expect(String(stdout)).toMatch(/^Usage: receiver /);
  expect(status).toBe(0);
});
