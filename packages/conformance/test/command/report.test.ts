import { mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judge } from "../../dist/command/judge.js";
import { knownBugs, topics } from "../../dist/index.js";
import { conformance, REPOSITORY, reportOf } from "./command.ts";

const MINE = ["--adapter", "./examples/mine.js"];
const cases = topics.flatMap((topic) => topic.cases);

describe("omnisock-conformance", () => {
  test("a module of one's own runs the cases chosen; what it does not claim is unsupported", async () => {
    const chosen = topics.filter(({ name }) => ["create", "connected datagrams", "Unix paths"].includes(name));
    const cases = chosen.flatMap((topic) => topic.cases);
    const { status, results, report } = await reportOf([
      ...MINE,
      "--grep",
      "^(create|connected datagrams|Unix paths)$",
    ]);
    expect(status).toBe(0);
    expect(report.columns[0]).toMatchObject({ id: "mine@node", title: "mine on Node", adapter: "mine" });
    expect(results.map((result) => result.case)).toEqual(cases.map(({ id }) => id));
    const needing = cases.filter(({ needs = [] }) => needs.includes("unix-files") || needs.includes("datagram-errors"));
    const unsupported = results.filter(({ outcome }) => outcome === "unsupported");
    expect(needing.length).toBeGreaterThan(0);
    expect(unsupported.map((result) => result.case)).toEqual(needing.map(({ id }) => id));
    for (const { note } of unsupported) expect(note).toMatch(/mine does not claim ".+"; checked: ./);
  });

  test("an adapter runs on each runtime, in a column each, and the matrix counts by topic", async () => {
    const { status, output } = await conformance([...MINE, "--grep", "^create-"]);
    const count = cases.filter(({ id }) => id.startsWith("create-")).length;
    expect(status).toBe(0);
    for (const title of ["mine on Node", "mine on Bun", "mine on Deno"]) {
      expect(output).toContain(`${title}: ${count} pass (`);
    }
    expect(output).toMatch(new RegExp(`^create( +✔ ${count}){3}$`, "m"));
  });

  test("--repeat runs each case so often", async () => {
    const { results } = await reportOf([...MINE, "--repeat", "3", "--grep", "^create-"]);
    expect(results.length).toBeGreaterThan(0);
    for (const { runs } of results) expect(runs).toEqual({ pass: 3 });
  });

  test("a runtime that is missing is named, with how to get it, and the others run", async () => {
    const directory = await mkdtemp(join(tmpdir(), "omnisock-"));
    try {
      await symlink(await realpath(join(REPOSITORY, "node_modules/.bin/node")), join(directory, "node"));
      const { status, output } = await conformance([...MINE, "--grep", "^create-"], { path: directory });
      expect(output).toContain("Bun is missing: not found; `npm install --save-dev bun` installs it");
      expect(output).toContain("Deno is missing: ");
      expect(output).toMatch(/^mine on Node: .*pass/m);
      expect(status).toBe(0);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe("known bugs", () => {
  test("each names a case, a compatibility layer and a public issue", () => {
    const ids = new Set(cases.map(({ id }) => id));
    for (const { case: id, column, issue } of knownBugs) {
      expect(ids).toContain(id);
      // Our adapters on their own runtimes have none.
      expect(["node@bun", "node@deno"]).toContain(column);
      expect(issue).toMatch(/^https:\/\/github\.com\/[^/]+\/[^/]+\/(issues|pull)\/\d+$/);
    }
  });

  test("one that passes after all, or fails in another way, is a failure", () => {
    for (const { case: id, column, seen, issue } of knownBugs) {
      const ran = { type: "ran", id, ms: 1 } as const;
      expect(judge({ ...ran, outcome: "fail", seen: `saw ${seen}` }, column)).toMatchObject({
        outcome: "known-bug",
        issue,
      });
      expect(judge({ ...ran, outcome: "fail", seen: "something else" }, column).outcome).toBe("fail");
      expect(judge({ ...ran, outcome: "fail", seen: `saw ${seen}` }, "mine@node").outcome).toBe("fail");
      const passing = judge({ ...ran, outcome: "pass" }, column);
      expect(passing).toMatchObject({ outcome: "fail", seen: "it passes: remove it from known-bugs.ts" });
    }
  });
});
