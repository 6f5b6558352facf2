import { text } from "node:stream/consumers";
import { dial, freePort, listen, RUNTIMES, WAYS } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { CLIENTS, listening, run, SERVERS, start } from "./ends.ts";

describe.each(RUNTIMES)("on %s", (runtime) => {
  test.each([...SERVERS, ...CLIENTS])("%s: --help, and a mistake on the command line", async (program) => {
    const help = await run(runtime, program, ["--help"]);
    expect(String(help.stdout)).toMatch(new RegExp(`^Usage: ${program} .*--host.*--port`));
    expect({ status: help.status, stderr: help.stderr }).toEqual({ status: 0, stderr: "" });
    const mistake = await run(runtime, program, ["--port", "much"]);
    expect(mistake.stderr).toMatch(new RegExp(`^${program}: .*--port.*'much'.*\\n$`));
    expect(mistake.status).toBe(2);
  });

  test.each(CLIENTS)("%s: a refused connection is named on one line, exit status 1", async (program) => {
    const { status, stderr } = await run(runtime, program, ["--port", String(await freePort())]);
    expect(stderr).toMatch(new RegExp(`^${program}: .*ECONNREFUSED.*is the server running\\?\\n$`));
    expect(status).toBe(1);
  });

  test.each(SERVERS)("%s: Ctrl-C ends it while it waits, and while a client is there", async (program) => {
    const idle = await listening(runtime, program);
    idle.running.process.kill("SIGINT");
    expect(await idle.running.status).toBe(0);

    const { running, port } = await listening(runtime, program);
    const client = await dial({ host: "127.0.0.1", port: Number(port) });
    const closed = new Promise((resolve) => client.once("close", resolve));
    if (program === "hello-server") await new Promise((resolve) => client.once("data", resolve));
    if (program === "server") await running.match(/Waiting/).then(() => running.match(/Connection from/));
    running.process.kill("SIGINT");
    expect(await running.status).toBe(0);
    expect(await running.stderr).toBe("");
    client.destroy();
    await closed;
  });

  test("server: Ctrl-C closes the connection that it waits for, and then the server says goodbye", async () => {
    const { running, port } = await listening(runtime, "server");
    await dial({ host: "127.0.0.1", port: Number(port) });
    await running.match(/Waiting/).then(() => running.match(/Connection from/));
    running.process.kill("SIGINT");
    expect(await running.restOfLines()).toEqual(["Connection closed", "Server shutting down"]);
    expect(await running.status).toBe(0);
  });

  test("hello-client: Ctrl-C ends it while it waits, by the signal and without a word", async () => {
    const port = await listen(() => {});
    const running = start(runtime, "hello-client", ["--port", String(port)]);
    expect(await running.nextLine()).toBe("Client connected!");
    running.process.kill("SIGINT");
    expect(await running.status).toSatisfy((status) => status === null || status === 130);
    expect(await running.stderr).toBe("");
  });

  test.each([
    ["fixed", "too short", /ended after 9 of 32 bytes/],
    ["length", "12x45", /./],
    ["delimited", "no end", /./],
    ["type", "?", /./],
  ])("messages-server --framing %s complains of '%s', and serves on", async (framing, nonsense, why) => {
    const { running, port } = await listening(runtime, "messages-server", ["--framing", framing]);
    const client = await dial({ host: "127.0.0.1", port: Number(port) });
    client.end(nonsense);
    expect(await running.nextComplaint()).toMatch(why);
    const { stdout } = await run(runtime, "messages-client", ["--port", port, "--framing", framing, "x"]);
    expect(String(stdout)).toBe("Received: X\n");
  });

  test.each(WAYS)("page-server, by $way, complains of a request without an end, and serves on", async ({ prefix }) => {
    const { running, port } = await listening(runtime, `${prefix}page-server`);
    const client = await dial({ host: "127.0.0.1", port: Number(port) });
    client.end("x".repeat(10_000));
    expect(await running.nextComplaint()).toMatch(/8192 bytes/);
    const { status } = await run(runtime, "page-client", ["--port", port]);
    expect(status).toBe(0);
  });

  test.each(["page-server", "sync page-server", "sync process-server"])(
    "%s reads a body to its end, or refuses it and hears the client out",
    async (program) => {
      const { port } = await listening(runtime, program);
      // More than fits on the way: who closes while it comes resets the connection, and the answer is lost.
      const long = "x".repeat(3_000_000);
      const requests: readonly (readonly [header: string, body: string, status: string, why: string])[] = [
        ["Content-Length: 5", "hello", "400 Bad Request", "I understand GET alone."],
        [`content-length:${long.length}`, long, "413 Content Too Large", "a request has 8192 bytes at most"],
        ["Content-Length: -1", long, "400 Bad Request", "'-1' is no Content-Length"],
        ["Transfer-Encoding: chunked", long, "501 Not Implemented", "I understand Content-Length alone"],
      ];
      for (const [header, body, status, why] of requests) {
        const client = await dial({ host: "127.0.0.1", port: Number(port) });
        client.write(`POST / HTTP/1.1\r\n${header}\r\n\r\n`);
        client.end(body);
        const answer = await text(client);
        expect(answer.startsWith(`HTTP/1.0 ${status}\r\n`)).toBe(true);
        expect(answer.endsWith(`\r\n\r\n${why}\n`)).toBe(true);
      }
    },
  );

  describe.each(WAYS)("page-client, by $way", ({ prefix }) => {
    test.each([
      [["foo"], "'/', not as 'foo'"],
      [["/a", "/b"], "one path at a time, not '/b' as well"],
      [[""], "'/', not as ''"],
    ])("%j is no path: exit status 2", async (words, why) => {
      const { status, stderr } = await run(runtime, `${prefix}page-client`, words);
      expect(stderr).toMatch(/^page-client: .+; --help tells more\n$/);
      expect(stderr).toContain(why);
      expect(status).toBe(2);
    });
  });

  test.each(WAYS)(
    "messages-client, by $way: a newline in a message that ends with one, exit status 2",
    async ({ prefix }) => {
      const args = ["--framing", "delimited", "one", "two\nlines"];
      const { status, stderr } = await run(runtime, `${prefix}messages-client`, args);
      expect(stderr).toMatch(/^messages-client: .*no newline; --help tells more\n$/);
      expect(status).toBe(2);
    },
  );

  test("messages-client: a message that does not fit is named, exit status 1", async () => {
    const { port } = await listening(runtime, "messages-server");
    const { status, stderr } = await run(runtime, "messages-client", ["--port", port, "x".repeat(33)]);
    expect(stderr).toMatch(/^messages-client: .*more than 32 bytes\n$/);
    expect(status).toBe(1);
  });
});
