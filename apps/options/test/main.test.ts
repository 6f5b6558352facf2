import { freePort, programsOf, RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";

const { run, start } = programsOf(import.meta.url);

/** The lines of one part of the program, without its title. */
async function part(runtime: (typeof RUNTIMES)[number], name: string, ...args: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await run(runtime, "main", [...args, name]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return String(stdout)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

test("list on Deno without --unstable-net says that UDP is missing", async () => {
  const { status, stdout } = await start("deno", "main", ["list"], { runWith: ["run", "--allow-all"] }).result();
  expect(String(stdout)).toContain("--unstable-net");
  expect(status).toBe(0);
});

describe.each(RUNTIMES)("options on %s", (runtime) => {
  test("--help prints the usage and the names", async () => {
    const { status, stdout, stderr } = await run(runtime, "main", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: options .*--host.*--port/);
    expect(String(stdout)).toContain("nagle          TCP_NODELAY");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    [["--rounds", "0"], 2],
    [["no-such-part"], 2],
    [["--serve", "0", "list"], 2],
    [["--peer", "9", "list"], 2],
  ])("%j is named on one line, exit status %i", async (args, expected) => {
    const { status, stderr } = await run(runtime, "main", args);
    expect(stderr).toMatch(new RegExp(`^options: .*'${args.at(-1)}'.*\\n$`));
    expect(status).toBe(expected);
  });

  test("list: what is set is read back, or is ENOPROTOOPT by name", async () => {
    const rows = (await part(runtime, "list")).slice(1).map((line) => line.split(/ {2,}/));
    expect(rows.map(([kind, name]) => `${kind} ${name}`)).toEqual([
      "TCP SO_REUSEADDR",
      "TCP SO_KEEPALIVE",
      "TCP SO_LINGER",
      "TCP TCP_NODELAY",
      "TCP SO_RCVBUF",
      "TCP SO_SNDBUF",
      "TCP SO_RCVTIMEO",
      "TCP SO_SNDTIMEO",
      "UDP SO_REUSEADDR",
      "UDP SO_RCVBUF",
      "UDP SO_SNDBUF",
      "UDP SO_BROADCAST",
      "UDP SO_RCVTIMEO",
    ]);
    for (const [, name, , set, after] of rows) {
      // Linux doubles a size.
      const expected = /BUF$/.test(name ?? "") && set === "8192" ? "16384" : set;
      expect([name, after]).toEqual([name, expected]);
    }
    expect(rows.filter(([, , , set]) => set !== "ENOPROTOOPT").length).toBeGreaterThanOrEqual(8);
  });

  test("timeout: EAGAIN, and no byte is lost", async () => {
    expect(await part(runtime, "timeout")).toEqual([
      expect.stringMatching(/^set to 100 ms, the peer is silent: EAGAIN after \d+ ms$/),
      "then the peer sends 4 bytes, and the next receive() gets 4",
    ]);
  });

  test("linger: an end of stream without, a reset with 0 seconds", async () => {
    const [, none, zero] = await part(runtime, "linger");
    expect(none).toMatch(/^none +the end of the stream$/);
    expect(zero).toMatch(/^\{ seconds: 0 \} +(ECONNRESET|not possible here, ENOPROTOOPT)$/);
  });

  test("keep-alive: the kernel's timer runs", async () => {
    const [, off, on, minute] = await part(runtime, "keep-alive");
    expect(off).toMatch(/^false +none$/);
    expect(on).toMatch(/^true +the system's +keep-alive, in \d+ s$/);
    expect(minute).toMatch(/^true +60 s +(keep-alive, in ([1-9]|[1-5]\d|60) s|not possible here, ENOPROTOOPT)$/);
  });

  test("reuse: a port in TIME-WAIT is free, one that is listened on is not", async () => {
    const [again, taken] = await part(runtime, "reuse");
    expect(again).toContain("listen() succeeds");
    expect(taken).toContain("EADDRINUSE");
  });

  test("nagle and buffer plot a bar for each setting", async () => {
    const bar = /^(.+?) {2}█+ +[\d.]+ (ms|MB\/s)$/;
    const nagle = await part(runtime, "nagle", "--rounds", "4");
    expect(nagle.map((line) => bar.exec(line)?.[1]?.trim())).toEqual(["false (Nagle)", "true"]);
    const buffer = await part(runtime, "buffer", "--rounds", "1");
    const sizes = [256, 1024, 4096, 16384, 65536];
    expect(buffer.map((line) => bar.exec(line)?.[1]?.trim())).toEqual(sizes.map((size) => `${size} bytes`));
  });

  test("kernel-buffers: --posix plots a bar for each size, which the kernel doubles", async () => {
    const [alone = ""] = await part(runtime, "kernel-buffers", "--rounds", "1");
    expect(alone).toMatch(/^not possible here, ENOPROTOOPT/);
    const bars = await part(runtime, "kernel-buffers", "--posix", "--rounds", "4");
    const bar = /^(\d+) bytes, the kernel says (\d+) and (\d+) +█+ +[\d.]+ MB\/s$/;
    const sizes = bars.map((line) => bar.exec(line)?.slice(1).map(Number));
    expect(sizes.map((row) => row?.[0])).toEqual([4096, 16384, 65536, 262_144, 1_048_576]);
    // Beyond net.core.wmem_max and rmem_max it gives what it has.
    for (const [asked = 0, ...given] of sizes.slice(0, 3).map((row) => row ?? [])) {
      expect(given).toEqual([2 * asked, 2 * asked]);
    }
  });

  test.each(["linger", "keep-alive", "reuse", "timeout"])("%s --posix shows what the kernel does", async (name) => {
    const lines = await part(runtime, name, "--posix");
    expect(lines.join("\n")).not.toContain("not possible here");
    if (name === "linger") expect(lines[2]).toMatch(/^\{ seconds: 0 \} +ECONNRESET$/);
    if (name === "keep-alive") expect(lines[3]).toMatch(/^true +60 s +keep-alive, in ([1-9]|[1-5]\d|60) s$/);
  });

  test("--peer has parts of its own, and needs somebody there", async () => {
    const { status, stderr } = await run(runtime, "main", ["--peer", "1", "list"]);
    expect(stderr).toBe("options: --peer takes no part in 'list', only in linger, nagle; --help tells more\n");
    expect(status).toBe(2);
    const alone = await run(runtime, "main", ["--peer", String(await freePort())]);
    expect(alone.stderr).toMatch(/^options: .*ECONNREFUSED.*\n$/);
    expect(alone.status).toBe(1);
  });

  test("--host ::1 and a port of one's own", async () => {
    expect(await part(runtime, "timeout", "--host", "::1")).toHaveLength(2);
  });
});
