/** What an adapter or a runtime may do to the command, and what it makes of that. */
import { watch } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { topics } from "../../dist/index.js";
import { reportOf, start } from "./command.ts";

const sources = new Map(topics.flatMap(({ cases }) => cases.map(({ id, source }) => [id, source])));
const BROKEN = ["--adapter", "./test/adapters/broken.js"];

describe("omnisock-conformance", () => {
  test("a claim that fails is a failure: expected, seen, and the command that runs it alone", async () => {
    const { status, output, results } = await reportOf([...BROKEN, "--grep", "^Unix paths$"], { fault: "lies" });
    const failed = results.filter(({ outcome }) => outcome === "fail");
    expect(status).toBe(1);
    expect(failed.length).toBeGreaterThan(0);
    for (const { case: id, expected, seen, rerun } of failed) {
      expect(expected).toMatch(/./);
      expect(seen).toMatch(/./);
      expect(rerun).toBe(
        `npx omnisock-conformance --adapter ./test/adapters/broken.js --runtime node --grep '^${id}$'`,
      );
      expect(output).toContain(`source:   ${sources.get(id)}\n    alone:    ${rerun}`);
    }
  });

  test("an adapter that claims nothing must refuse by name, and one that does not refuse fails", async () => {
    const args = [...BROKEN, "--grep", "^datagram-|^bind-then-connect$"];
    const honest = await reportOf(args, { fault: "claims-nothing" });
    expect(new Set(honest.results.map(({ outcome }) => outcome))).toEqual(new Set(["unsupported"]));
    expect(honest.status).toBe(0);
    const hiding = await reportOf([...BROKEN, "--grep", "^unix-path-"], { fault: "hides" });
    expect(new Set(hiding.results.map(({ outcome }) => outcome))).toEqual(new Set(["fail"]));
    expect(hiding.status).toBe(1);
  });

  test("an event loop that spins is ended and is a failure, and the rest goes on", async () => {
    const args = [...BROKEN, "--limit", "500", "--grep", "^listen-unbound$|^create-new$|^errors-unknown$"];
    const { status, results, report } = await reportOf(args, { fault: "spins" });
    expect(results.map((result) => [result.case, result.outcome])).toEqual([
      ["create-new", "pass"],
      ["listen-unbound", "fail"],
      ["errors-unknown", "pass"],
    ]);
    expect(results[1]?.seen).toContain("did not answer within 3500 ms");
    expect(report.columns[0]?.problem).toBeUndefined();
    expect(status).toBe(1);
  });

  test("a case that hangs is ended by its own limit", async () => {
    const args = [...BROKEN, "--limit", "200", "--grep", "^connect-resolves$|^connect-refused$"];
    const { status, results } = await reportOf(args, { fault: "hangs" });
    expect(results.length).toBe(2);
    for (const { seen } of results) expect(seen).toContain("did not end within 200 ms");
    expect(status).toBe(1);
  });

  test("a runtime that crashes is a result, with its last words, and the rest goes on", async () => {
    const args = [...BROKEN, "--grep", "^listen-unbound$|^create-new$|^errors-unknown$"];
    const { status, results } = await reportOf(args, { fault: "crashes" });
    expect(results.map(({ outcome }) => outcome)).toEqual(["pass", "fail", "pass"]);
    expect(results[1]?.seen).toContain("the runtime ended: exit status 3");
    expect(results[1]?.seen).toContain("about to end");
    expect(status).toBe(1);
  });

  test("an error that nobody handles fails the case, on each runtime", async () => {
    for (const runtime of ["node", "bun", "deno"]) {
      const args = ["--runtime", runtime, ...BROKEN, "--grep", "^listen-again$|^create-new$"];
      const { results } = await reportOf(args, { fault: "strays" });
      expect(results.map(({ outcome }) => outcome)).toEqual(["pass", "fail"]);
      expect(results[1]?.seen).toContain("an error that nobody handled: Error: nobody catches this");
    }
  });

  test.each([
    ["empty", "the module exports no `adapter`"],
    ["throws", "it does not load"],
  ])("a module that is no adapter (%s) is the column's problem", async (name, problem) => {
    const { status, output, report } = await reportOf(["--adapter", `./test/adapters/${name}.js`]);
    expect(report.columns[0]?.problem).toContain(problem);
    expect(output).toContain(problem);
    expect(status).toBe(1);
  });

  test("a module whose adapter is none says what is wrong with it", async () => {
    const { status, report } = await reportOf(BROKEN, { fault: "mistyped" });
    expect(report.columns[0]?.problem).toMatch(/`adapter.supports` has "datagram"; capabilities are .*\bdatagrams\b/);
    expect(status).toBe(1);
  });

  test("what an adapter prints is taken for no message, and keeps none from coming", async () => {
    for (const runtime of ["node", "bun", "deno"]) {
      const args = ["--runtime", runtime, ...BROKEN, "--grep", "^connect-resolves$|^listen-unbound$|^connect-refused$"];
      const { status, results } = await reportOf(args, { fault: "prints" });
      expect(results.map(({ case: id }) => id)).toEqual(["listen-unbound", "connect-resolves", "connect-refused"]);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["pass"]));
      expect(status).toBe(0);
    }
  });

  test("--bail stops at the first failure", async () => {
    const { status, results, report } = await reportOf([...BROKEN, "--bail", "--limit", "100"], { fault: "hangs" });
    expect(results.filter(({ outcome }) => outcome === "fail").length).toBe(1);
    expect(results.at(-1)?.outcome).toBe("fail");
    expect(report.columns[0]?.problem).toBe("stopped before its end");
    expect(status).toBe(1);
  });

  test("Ctrl-C ends the workers, also one that spins, and still reports", async () => {
    const directory = await mkdtemp(join(tmpdir(), "omnisock-"));
    try {
      const told = nextFile(directory);
      const args = [...BROKEN, "--runtime", "node", "--grep", "^create-new$|^listen-unbound$"];
      const { pid, ended } = start(args, { fault: "spins", file: join(directory, "worker") });
      const worker = Number(await readFile(await told, "utf8"));
      process.kill(worker, 0);
      process.kill(pid, "SIGINT");
      const { status, output } = await ended;
      expect(output).toContain("stopped before its end");
      expect(status).toBe(130);
      expect(() => process.kill(worker, 0)).toThrow("ESRCH");
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

/** The first file that appears in a directory. */
function nextFile(directory: string): Promise<string> {
  return new Promise((resolve) => {
    const watcher = watch(directory, (_, name) => {
      if (name !== "worker") return;
      watcher.close();
      resolve(join(directory, name));
    });
  });
}
