import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { dial, echo, listen, RUNTIMES, unprivileged } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { run, start, startServer } from "./programs.ts";

const ONE_LINE = /^.+\n$/;

describe.each(RUNTIMES)("server on %s", (runtime) => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run(runtime, "server", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: .*--host.*--port/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["an unknown option", ["--nonsense"], "--nonsense"],
    ["an option without its value", ["--port"], "--port"],
    ["an empty host", ["--host", ""], "--host"],
    ["a word", ["word"], "word"],
    ["a port that is no number", ["--port", "echo"], "echo"],
    ["a port that is not whole", ["--port", "1.5"], "1.5"],
    ["a negative port", ["--port=-1"], "-1"],
    ["a port beyond the last", ["--port", "65536"], "65536"],
  ])("%s is named on one line, exit status 2", async (_, args, named) => {
    const { status, stdout, stderr } = await run(runtime, "server", args);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(named);
    expect({ status, stdout: String(stdout) }).toEqual({ status: 2, stdout: "" });
  });

  test("a port in use gives EADDRINUSE on one line, exit status 1", async () => {
    const port = await listen(echo);
    const { status, stderr } = await run(runtime, "server", ["--port", String(port)]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(`127.0.0.1:${port}: EADDRINUSE`);
    expect(status).toBe(1);
  });

  test.each([
    ["a name that nobody has", "nobody.invalid", "ENOTFOUND"],
    ["an address that is not this machine's", "203.0.113.1", "EADDRNOTAVAIL"],
  ])("%s gives its code on one line, exit status 1", async (_, host, code) => {
    const { status, stderr } = await run(runtime, "server", ["--host", host, "--port", "0"]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(code);
    expect(status).toBe(1);
  });

  test.skipIf(unprivileged === undefined)("a privileged port gives EACCES on one line, exit status 1", async () => {
    const child = start(runtime, "server", ["--port", "1"], { ...unprivileged, env: { HOME: "/nonexistent" } });
    const { status, stderr } = await child.result();
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain("EACCES");
    expect(status).toBe(1);
  });

  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["localhost", "127.0.0.1"],
    ["::1", "::1"],
  ])("--host %s listens on %s and echoes", async (host, address) => {
    const server = await startServer(runtime, ["--host", host]);
    expect(server.host).toBe(address);
    const client = await dial(server);
    client.end("hello");
    expect(String(await buffer(client))).toBe("hello");
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with a report, exit status 0", async (signal) => {
    const server = await startServer(runtime);
    for (const word of ["one", "three"]) {
      const client = await dial(server);
      client.end(word);
      await buffer(client);
    }
    server.running.process.kill(signal);
    expect(await server.running.nextLine()).toBe("served 2 connections, 8 bytes");
    expect(await server.running.status).toBe(0);
    expect(await server.running.nextComplaint()).toBe("(end of output)");
  });

  test("Ctrl-C ends it though clients are connected, idle or not reading", async () => {
    const server = await startServer(runtime);
    const deaf = await dial(server);
    deaf.pause();
    deaf.write(Buffer.alloc(64 * 2 ** 20));
    // They are accepted in turn: who is answered is not the only one that the server knows.
    const idle = await dial(server);
    idle.write("x");
    await once(idle, "data");
    server.running.process.kill("SIGINT");
    expect(await server.running.nextLine()).toMatch(/^served 2 connections, \d+ bytes$/);
    expect(await server.running.status).toBe(0);
  });

  test("a client that resets is reported, and the others are served", async () => {
    const server = await startServer(runtime);
    const rude = await dial(server);
    rude.write("x");
    await once(rude, "data");
    rude.resetAndDestroy();
    expect(await server.running.nextComplaint()).toContain("ECONNRESET");
    const polite = await dial(server);
    polite.end("hello");
    expect(String(await buffer(polite))).toBe("hello");
  });

  test("a client that does not read is held back, and nothing is lost", async () => {
    const server = await startServer(runtime);
    const data = randomBytes(96 * 2 ** 20);
    const slow = await dial(server);
    slow.pause();
    slow.end(data);
    // Meanwhile another is served, and longer than the slow one could fill the server's memory.
    const quick = await dial(server);
    quick.end(data);
    expect((await buffer(quick)).equals(data)).toBe(true);
    expect(slow.bytesWritten - slow.writableLength).toBeLessThan(48 * 2 ** 20);
    expect((await buffer(slow)).equals(data)).toBe(true);
  });

  test("more clients than it takes at a time are all served", async () => {
    const server = await startServer(runtime);
    const clients: Socket[] = [];
    // Who is answered has been accepted. A wave fits into the server's backlog, beyond which a busy kernel resets.
    for (let wave = 0; wave < 4; wave++) {
      const arrived = await Promise.all(Array.from({ length: 250 }, () => dial(server)));
      await Promise.all(
        arrived.map((client) => {
          client.write("client ");
          return once(client, "readable");
        }),
      );
      clients.push(...arrived);
    }
    // These have to wait until others have left.
    for (const client of await Promise.all(Array.from({ length: 200 }, () => dial(server)))) {
      client.write("client ");
      clients.push(client);
    }
    const answers = await Promise.all(
      clients.map((client, at) => {
        client.end(String(at));
        return buffer(client);
      }),
    );
    expect(answers.map(String)).toEqual(clients.map((_, at) => `client ${at}`));
    server.running.process.kill("SIGINT");
    expect(await server.running.nextLine()).toMatch(/^served 1200 connections, /);
  });
});
