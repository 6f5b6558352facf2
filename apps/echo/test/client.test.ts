import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { echo, freePort, listen, RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { run, start } from "./programs.ts";

const ONE_LINE = /^.+\n$/;

test("Deno that may not reach the network is told which flag lets it", async () => {
  const { status, stderr } = await start("deno", "client", ["hi"], { runWith: ["run", "--no-prompt"] }).result();
  expect(stderr).toMatch(/^client: .*EACCES.*--allow-net.*\n$/);
  expect(status).toBe(1);
});

describe.each(RUNTIMES)("client on %s", (runtime) => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run(runtime, "client", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: .*--host.*--port/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["an unknown option", ["--nonsense"], "--nonsense"],
    ["an option without its value", ["--host"], "--host"],
    ["an empty host", ["--host", ""], "--host"],
    ["a port that is no number", ["--port", "echo"], "echo"],
    ["port 0", ["--port", "0"], "0"],
    ["a port beyond the last", ["--port", "65536"], "65536"],
  ])("%s is named on one line, exit status 2", async (_, args, named) => {
    const { status, stdout, stderr } = await run(runtime, "client", args);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(named);
    expect({ status, stdout: String(stdout) }).toEqual({ status: 2, stdout: "" });
  });

  test("a refused connection gives ECONNREFUSED on one line, exit status 1", async () => {
    const port = await freePort();
    const { status, stderr } = await run(runtime, "client", ["--port", String(port)]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(`127.0.0.1:${port}: ECONNREFUSED`);
    expect(status).toBe(1);
  });

  test("a name that nobody has gives ENOTFOUND on one line, exit status 1", async () => {
    const { status, stderr } = await run(runtime, "client", ["--host", "nobody.invalid"]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain("ENOTFOUND");
    expect(status).toBe(1);
  });

  test("words are sent with spaces between, and the answer printed", async () => {
    const port = await listen(echo);
    const { status, stdout, stderr } = await run(runtime, "client", ["--port", String(port), "hello", "--", "--wörld"]);
    expect(String(stdout)).toBe("hello --wörld");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["no bytes", 0],
    ["one byte", 1],
    ["8 MiB", 8 * 2 ** 20],
  ])("%s of binary input come back as they were", async (_, byteLength) => {
    const port = await listen(echo);
    const input = randomBytes(byteLength);
    const { status, stdout, stderr } = await run(runtime, "client", ["--port", String(port)], input);
    expect(stdout.equals(input)).toBe(true);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each(["localhost", "::1"])("--host %s reaches it", async (host) => {
    const port = await listen(echo, host === "::1" ? host : "127.0.0.1");
    const { stdout } = await run(runtime, "client", ["--host", host, "--port", String(port), "hello"]);
    expect(String(stdout)).toBe("hello");
  });

  test("what is typed is echoed before the input ends", async () => {
    const port = await listen(echo);
    const { process: child } = start(runtime, "client", ["--port", String(port)]);
    for (const line of ["one", "two"]) {
      child.stdin.write(line);
      expect(String((await once(child.stdout, "data"))[0])).toBe(line);
    }
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("a server that answers only at the end of the input is waited for", async () => {
    const input = randomBytes(8 * 2 ** 20);
    const port = await listen((socket) => {
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => socket.end(Buffer.concat(chunks)));
    });
    const { status, stdout } = await run(runtime, "client", ["--port", String(port)], input);
    expect(stdout.equals(input)).toBe(true);
    expect(status).toBe(0);
  });

  test("a server that ends while there is still input is reported, exit status 1", async () => {
    const port = await listen((socket) => void socket.end("bye"));
    // Its standard input stays open.
    const running = start(runtime, "client", ["--port", String(port)]);
    const child = running.process;
    const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), running.stderr, once(child, "exit")]);
    expect(stderr).toMatch(ONE_LINE);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "bye" });
  });

  test("a server that resets gives ECONNRESET on one line, exit status 1", async () => {
    const port = await listen((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    const running = start(runtime, "client", ["--port", String(port)]);
    const child = running.process;
    child.stdin.write("x");
    const [stderr, [status]] = await Promise.all([running.stderr, once(child, "exit")]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain("ECONNRESET");
    expect(status).toBe(1);
  });

  test("input that is a directory is reported on one line, exit status 1", async () => {
    const port = await listen(echo);
    const running = start(runtime, "client", ["--port", String(port)], { redirect: "< /" });
    const { status, stderr } = await running.result();
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^client: .*directory\n$/) });
  });

  test("an answer that cannot be printed is reported on one line, exit status 1", async () => {
    const port = await listen(echo);
    const running = start(runtime, "client", ["--port", String(port), "hello"], { redirect: "> /dev/full" });
    const { status, stderr } = await running.result();
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^client: Cannot print: .+\n$/) });
  });

  test("a reader that has seen enough ends it quietly", async () => {
    const port = await listen(echo);
    const running = start(runtime, "client", ["--port", String(port)]);
    const child = running.process;
    child.stdin.write(randomBytes(2 ** 20));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [stderr, [status]] = await Promise.all([running.stderr, once(child, "exit")]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
