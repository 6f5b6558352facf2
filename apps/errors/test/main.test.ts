import { freePort, listen, programsOf, RUNTIMES, unprivileged } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { canHaveOwnNetwork, inOwnNetwork, ours } from "./own-network.ts";
import { patience } from "./patience.ts";

const { run, start } = programsOf(import.meta.url);

/** What an experiment printed under "saw": an error's code, or "none". */
function codeIn(stdout: Buffer | string): string {
  return /^ {9}code (\w+), errno \d+, in \w+\(\)$/m.exec(String(stdout))?.[1] ?? "none";
}

describe.each(RUNTIMES)("errors on %s", (runtime) => {
  test("--help prints the usage and the names", async () => {
    const { status, stdout, stderr } = await run(runtime, "main", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: errors .*--host.*--port/);
    expect(String(stdout)).toContain("in-use       Address already in use");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    [["--port", "0"], 2],
    [["no-such-error"], 2],
    [["--serve", "0", "refused"], 2],
  ])("%j is named on one line, exit status %i", async (args, expected) => {
    const { status, stderr } = await run(runtime, "main", args);
    expect(stderr).toMatch(new RegExp(`^errors: .*'${args.at(-1)}'.*\\n$`));
    expect(status).toBe(expected);
  });

  test.each([
    ["refused", "Connection refused", "ECONNREFUSED"],
    ["silent", "Timed out while receiving", "EAGAIN"],
    ["in-use", "Address already in use", "EADDRINUSE"],
    ["not-here", "Cannot assign requested address", "EADDRNOTAVAIL"],
    ["no-name", "No such host", "ENOTFOUND"],
  ])("%s is %s, %s", async (name, title, code) => {
    const { status, stdout, stderr } = await run(runtime, "main", ["--timeout", patience(name), name]);
    const [, printed] =
      /^(.+)\n {2}tried {2}to .+\n {2}saw {4}Cannot .+\n {9}code .+\n {2}try {4}.+\n\n$/.exec(String(stdout)) ?? [];
    expect(printed).toBe(title);
    expect(codeIn(stdout)).toBe(code);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["silent", "does the peer run?", freePort],
    ["refused", "somebody listens there: the peer", () => listen(() => {})],
    ["in-use", "nobody listened there", freePort],
  ])("%s that comes out in another way because of the peer says so", async (name, reason, port) => {
    const { stdout } = await run(runtime, "main", ["--peer", String(await port()), name]);
    expect(String(stdout)).toContain(reason);
  });

  test.each([
    ["203.0.113.7", "EADDRNOTAVAIL"],
    ["nobody.invalid", "ENOTFOUND"],
  ])("a host that is not here, %s, is %s on one line, exit status 1", async (host, code) => {
    const { status, stdout, stderr } = await run(runtime, "main", ["--host", host, "refused"]);
    expect(stderr).toMatch(new RegExp(`^errors: .*${code}.*\\n$`));
    expect({ status, stdout: String(stdout) }).toEqual({ status: 1, stdout: "" });
  });

  test("unreachable is ENETUNREACH, or said to be what the runtime makes of it", async () => {
    const { stdout } = await run(runtime, "main", ["--timeout", patience("unreachable"), "unreachable"]);
    const code = codeIn(stdout);
    const remark = String(stdout).includes("not ENETUNREACH or EHOSTUNREACH: Bun calls");
    expect([code, remark]).toEqual(code === "ECONNREFUSED" ? ["ECONNREFUSED", true] : ["ENETUNREACH", false]);
  });

  test.skipIf(unprivileged === undefined)("permission is EACCES for those who have none", async () => {
    const running = start(runtime, "main", ["--port", "1", "permission"], {
      ...unprivileged,
      env: { HOME: "/nonexistent" },
    });
    const { status, stdout } = await running.result();
    expect(codeIn(stdout)).toBe("EACCES");
    expect(status).toBe(0);
  });

  test("permission says when there is no error to see", async () => {
    // A port that anybody may have.
    const { stdout } = await run(runtime, "main", ["--port", "50123", "permission"]);
    expect(String(stdout)).toMatch(/saw {4}(no error|.*EADDRINUSE.*not EACCES): this user may/s);
    const taken = await run(runtime, "main", ["--port", String(await listen(() => {})), "permission"]);
    expect(codeIn(taken.stdout)).toBe("EADDRINUSE");
    expect(String(taken.stdout)).toContain("not EACCES: this user may; or the port is taken");
  });

  test.skipIf(!canHaveOwnNetwork)("timed-out is ETIMEDOUT", async () => {
    const { status, stdout, stderr } = await inOwnNetwork(...ours(runtime, "--timeout", "100", "timed-out")).result();
    expect(codeIn(stdout)).toBe("ETIMEDOUT");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("without names, every error is provoked", async () => {
    const { status, stdout } = await run(runtime, "main", ["--host", "::1", "--timeout", "100"]);
    expect(String(stdout).match(/^ {2}tried/gm)).toHaveLength(8);
    expect(String(stdout)).toContain("Cannot connect to [::1]:");
    expect(status).toBe(0);
  });

  test("Ctrl-C ends it, by the signal and without a word", async () => {
    const running = start(runtime, "main", ["--timeout", "60000", "refused", "silent"]);
    await running.match(/^Connection refused$/);
    running.process.kill("SIGINT");
    expect(await running.status).toSatisfy((status) => status === null || status === 130);
    expect(await running.stderr).toBe("");
  });
});
