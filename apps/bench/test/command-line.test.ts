import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { allBars } from "../src/bars/bars.ts";
import { judge } from "../src/bars/verdict.ts";
import { choose } from "../src/command/choose.ts";
import { parseCommandLine } from "../src/command/command-line.ts";
import { checkOutputs, writeOutputs } from "../src/command/outputs.ts";
import { parseList } from "../src/machine/cores.ts";
import { runtimeFolders } from "../src/machine/runtimes.ts";
import { workloadsOf } from "../src/workloads/index.ts";
import { resultOf, steady, workloadResult } from "./results.ts";

describe("parseCommandLine()", () => {
  test("without arguments measures all, at least five rounds", () => {
    const { only, runtimes, contenders, rounds, isQuick } = parseCommandLine([]);
    expect({ only, runtimes, contenders, isQuick }).toEqual({
      only: [],
      runtimes: ["node", "bun", "deno"],
      contenders: [],
      isQuick: false,
    });
    expect(rounds).toBeGreaterThanOrEqual(5);
  });

  test("--quick is shorter, and what is given besides holds", () => {
    const { rounds, seconds } = parseCommandLine(["--quick"]);
    expect(rounds).toBe(5);
    expect(seconds).toBeLessThan(parseCommandLine([]).seconds);
    expect(parseCommandLine(["--quick", "--rounds", "9", "--seconds", ".2"])).toMatchObject({
      rounds: 9,
      seconds: 0.2,
    });
  });

  test.each([
    [["--rounds", "0"], '--rounds is a whole number from 1 to 1000, not "0"'],
    [["--rounds", "2.5"], "--rounds is a whole number"],
    [["--seconds", "no"], '--seconds is a number from 0.01 to 600, not "no"'],
    [["--seconds", "0"], "--seconds is a number"],
    [["--runtime", "java"], '--runtime is node, bun, deno, not "java"'],
    [["--load", "go"], '--load is c or typescript, not "go"'],
    [["--json="], "--json needs a file"],
    [["--nonsense"], "--nonsense"],
    [["word"], "word"],
  ])("%j is a mistake", (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});

describe("choose()", () => {
  const workloads = workloadsOf(10_000);
  const chosen = (...args: string[]): ReturnType<typeof choose> => choose(workloads, parseCommandLine(args));

  test("by a part of the name, of the id, and by runtime", () => {
    expect(chosen("--only", "echo-64x").map(({ name }) => name)).toEqual([
      "echo-64x1",
      "echo-64x64",
      "echo-64x1000",
      "echo-64x1-paced",
      "datagram-echo-64x1",
      "datagram-echo-64x16",
    ]);
    expect(chosen("--only", "echo-64x1").map(({ name }) => name)).toEqual(["echo-64x1"]);
    const [echo] = chosen("--only", "echo-64x64", "--runtime", "bun", "--contender", "omnisock", "--contender", "c.");
    expect(echo?.contenders.map(({ id }) => id)).toEqual(["bun.omnisock", "c.epoll"]);
  });

  test("in a hurry leaves out the odder ones, unless they are asked for", () => {
    expect(chosen("--quick").length).toBeLessThan(workloads.length);
    expect(chosen("--quick").flatMap(({ contenders }) => contenders.map(({ platform }) => platform))).not.toContain(
      "python",
    );
    expect(chosen("--quick", "--only", "bulk").map(({ name }) => name)).toEqual(["bulk-to-server", "bulk-from-server"]);
  });

  test("a name that nothing has is a mistake, and says what there is", () => {
    expect(() => chosen("--only", "ehco")).toThrow(/no workload's name contains 'ehco'; there are echo-64x1, /);
    expect(() => chosen("--contender", "rust")).toThrow("no contender's id contains 'rust'");
  });

  test("names are unique, and so are ids within a workload", () => {
    const names = workloads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { contenders } of workloads) {
      const ids = contenders.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

describe("checkOutputs()", () => {
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), "omnisock-bench-"));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };
  const none = { ...parseCommandLine([]), json: undefined, html: undefined, markdown: [] };

  test("takes files that can be written, there or not", () => {
    const there = join(folder(), "there.json");
    writeFileSync(there, "");
    checkOutputs({ ...none, json: there, html: join(folder(), "new.html") });
    checkOutputs(none);
  });

  test("a folder, a file in no folder, and one in a file are mistakes", () => {
    const here = folder();
    writeFileSync(join(here, "file"), "");
    expect(() => checkOutputs({ ...none, json: here })).toThrow(`--json ${here} cannot be written: it is a folder`);
    expect(() => checkOutputs({ ...none, html: join(here, "no", "x.html") })).toThrow(
      /--html .* cannot be written: ENOENT/,
    );
    expect(() => checkOutputs({ ...none, markdown: [join(here, "file", "x.md")] })).toThrow(
      /--markdown .* cannot be written/,
    );
  });

  test("a part of all figures does not go in a page that has a place for all of them", () => {
    const page = join(folder(), "page.md");
    writeFileSync(page, "<!-- headlines -->\nold\n<!-- end headlines -->\n");
    checkOutputs({ ...none, markdown: [page] });
    for (const part of [
      ["--only", "echo"],
      ["--runtime", "bun"],
      ["--contender", "native"],
    ]) {
      const markdown = ["--markdown", page];
      expect(() => checkOutputs(parseCommandLine([...part, ...markdown]))).toThrow(
        /would lose the figures .* new file/,
      );
      checkOutputs(parseCommandLine([...part, "--markdown", `${page}.new`]));
    }
  });
});

describe("writeOutputs()", () => {
  test("fills in the places of pages, and keeps the rest", () => {
    const here = mkdtempSync(join(tmpdir(), "omnisock-bench-"));
    onTestFinished(() => rmSync(here, { recursive: true }));
    const [page, readme] = [join(here, "r.md"), join(here, "README.md")];
    writeFileSync(page, "# Mine\n\n<!-- figures -->\nold\n<!-- end figures -->\n\nThe end.\n");
    writeFileSync(readme, "# Short\n\n<!-- headlines -->\nold\n<!-- end headlines -->\n");
    const workload = workloadResult([steady("node.omnisock", 12_000, 10), steady("node.native", 10_000, 20)]);
    const bars = allBars(10_000).map((bar) => judge(bar, [workload]));
    writeOutputs(resultOf([workload], { bars }), { json: undefined, html: undefined, markdown: [page, readme] });
    expect(readFileSync(page, "utf8")).toMatch(
      /^# Mine\n\n<!-- figures -->\n\nTaken .*### echo-64x64.*<!-- end figures -->\n\nThe end.\n$/s,
    );
    expect(readFileSync(readme, "utf8")).toMatch(
      /^# Short\n\n<!-- headlines -->\n\nTaken .*\| echo 64 B × 64 connections, against the native API \| 1.20 .*<!-- end headlines -->\n$/s,
    );
  });
});

test("parseList() reads the kernel's lists", () => {
  expect(parseList("0-2,5")).toEqual([0, 1, 2, 5]);
  expect(parseList("")).toEqual([]);
});

test("OMNISOCK_RUNTIME_PATH is the only place that is looked in", () => {
  expect(runtimeFolders({ OMNISOCK_RUNTIME_PATH: "/a:/b", PATH: "/c" })).toEqual(["/a", "/b"]);
  expect(runtimeFolders({ PATH: "/c" }).at(-1)).toBe("/c");
});
