import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { programsOf, RUNTIMES } from "../src/testing/index.ts";

const { run, start } = programsOf(import.meta.url);

const waits = "../test/waits";

describe.each(RUNTIMES)("program() on %s", (runtime) => {
  test("--help prints it, exit status 0", async () => {
    const { status, stdout, stderr } = await run(runtime, waits, ["--help"]);
    expect({ status, stderr, stdout: String(stdout) }).toEqual({ status: 0, stderr: "", stdout: "Usage: waits\n" });
  });

  test.each([
    ["return", 0, ""],
    ["failure", 1, "waits: cannot go on\n"],
    [
      "socket",
      1,
      "waits: Cannot connect to 127.0.0.1:9: ECONNREFUSED (nothing is listening there); is the server running?\n",
    ],
    ["unix", 1, /^waits: Cannot bind to unix:\/tmp\/taken: EADDRINUSE.*left the file behind: remove it.*\n$/],
    ["folder", 1, /^waits: .* EADDRINUSE[^;]*; there is something else of that name: choose another path\n$/],
    ["no-server", 1, /^waits: .* ENOENT[^;]*; is the server running, and the path right\?\n$/],
    ["low", 1, /^waits: .* EACCES[^;]*; ports below 1024 need a privilege, --port chooses another\n$/],
    ["high", 1, /^waits: .* EACCES[^;]*\n$/],
    ["taken", 1, /^waits: .* EADDRINUSE[^;]*; --port chooses another port\n$/],
    ["other-taken", 1, /^waits: .* EADDRINUSE[^;]*; --web-port chooses another port\n$/],
    ["hinted", 1, /^waits: Cannot send to 127.0.0.1:9: EPIPE.*; our own hint\n$/],
    ["nonsense", 2, /^waits: --end takes one of .*, not 'nonsense'; --help tells more\n$/],
  ])("%s ends with exit status %i, and a line that says why", async (end, expected, complaint) => {
    const { status, stdout, stderr } = await run(runtime, waits, ["--end", end]);
    expect({ status, stdout: String(stdout) }).toEqual({ status: expected, stdout: "" });
    expect(stderr).toEqual(typeof complaint === "string" ? complaint : expect.stringMatching(complaint));
  });

  test.each(["print", "flood"])("%s ends quietly when nobody reads it any more, exit status 0", async (end) => {
    const { process: child, status, stderr } = start(runtime, waits, ["--end", end]);
    await once(child.stdout, "data");
    child.stdout.destroy();
    await once(child.stdout, "close");
    child.stdin.write("x");
    expect({ status: await status, stderr: await stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([["--help"], ["--end=flood"]])(
    "%s that cannot be printed is said on one line, exit status 1",
    async (args) => {
      const { status, stderr } = await start(runtime, waits, [args], { redirect: "> /dev/full" }).result();
      expect(stderr).toMatch(/^waits: Cannot print: .+\n$/);
      expect(status).toBe(1);
    },
  );

  test("more than a pipe holds is printed whole", async () => {
    const input = "x".repeat(2 ** 21);
    const { status, stdout } = await run(runtime, waits, ["--end", "print"], input);
    expect(String(stdout).replaceAll("\n", "") === `waiting${input}`).toBe(true);
    expect(status).toBe(0);
  });

  test("a bug is for the runtime to print", async () => {
    const { status, stderr } = await run(runtime, waits, ["--end", "bug"]);
    expect(status).toBe(1);
    expect(stderr).toContain("RangeError: a bug");
    expect(stderr).toContain("waits.ts");
  });

  test.each(["SIGINT", "SIGTERM"] as const)("interruption(): %s ends what waits, exit status 0", async (signal) => {
    const running = start(runtime, waits);
    expect(await running.nextLine()).toBe("waiting");
    running.process.kill(signal);
    expect(await running.status).toBe(0);
    expect(await running.nextComplaint()).toBe("(end of output)");
  });
});
