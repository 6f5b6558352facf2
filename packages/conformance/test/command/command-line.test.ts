import { describe, expect, test } from "vitest";
import { conformance } from "./command.ts";

describe("omnisock-conformance", () => {
  test("--help prints what it can do", async () => {
    const { status, output } = await conformance(["--help"]);
    expect(status).toBe(0);
    for (const option of ["runtime", "adapter", "grep", "repeat", "limit", "json", "html", "list", "bail"]) {
      expect(output).toContain(`--${option} `);
    }
  });

  test("--list prints the cases by topic, those that --grep chooses", async () => {
    const { status, output } = await conformance(["--list", "--grep", "^accept-"]);
    expect(status).toBe(0);
    const [topic, ...cases] = output.trimEnd().split("\n");
    expect(topic).toBe("accept");
    expect(cases.length).toBeGreaterThan(5);
    for (const line of cases) expect(line).toMatch(/^ {2}accept-\S+ +\S/);
  });

  test("ends quietly when nobody reads it any more, and a run that is cut short is not good", async () => {
    const { status, complaints } = await conformance(["--runtime", "node", "--grep", "^create"], { unread: true });
    expect({ status, complaints }).toEqual({ status: 1, complaints: "" });
  });

  test.each([
    [["--colour"], "--colour"],
    [["cases"], "cases"],
    [["--repeat"], "--repeat"],
    [["--repeat", "0"], "--repeat is a whole number from 1 up"],
    [["--repeat", "1.5"], "--repeat is a whole number from 1 up"],
    [["--limit", "soon"], "--limit is a whole number from 1 up"],
    [["--runtime", "python"], "--runtime is node, bun, deno"],
    [["--grep", "("], "--grep is no regular expression"],
    [["--grep", "no such case"], "no case matches"],
    [["--json", ""], "--json needs a value"],
    [["--adapter", ""], "--adapter needs a value"],
    [["--adapter", "./nowhere.js"], "there is no ./nowhere.js"],
    [["--adapter", "no-such-package"], "no package no-such-package"],
    [["--json", "."], "cannot write ."],
    [["--html", "nowhere/at/all.html"], "cannot write nowhere/at/all.html"],
    [["--adapter", "bun", "--runtime", "deno"], "the bun adapter runs on Bun"],
  ])("%j is refused, with what is wrong, and runs nothing", async (args, complaint) => {
    const { status, output, complaints } = await conformance(args);
    expect(complaints).toContain(complaint);
    expect(complaints).toContain("--help");
    expect(output).toBe("");
    expect(status).toBe(2);
  });
});
