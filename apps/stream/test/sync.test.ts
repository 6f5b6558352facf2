import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dial, freePort, listen, RUNTIMES, type RuntimeName } from "@omnisock/apps-common/testing";
import { describe, expect, test, vi } from "vitest";
import * as commandLines from "../src/command-lines.ts";
import { listening, run, SERVERS, start, WIRE } from "./ends.ts";

const PAIRINGS = RUNTIMES.flatMap((one) => RUNTIMES.map((two) => ({ one, two })));
/** Each runtime in each place, and with another: enough where all pairings would only take long. */
const NEIGHBOURS = PAIRINGS.filter(({ one, two }) => RUNTIMES.indexOf(two) === (RUNTIMES.indexOf(one) + 1) % 3);

/** What a client prints, of a server in the way of `server` and a client in the way of `client`. */
async function printed(
  server: readonly [RuntimeName, string],
  client: readonly [RuntimeName, string],
  names: readonly [string, string],
  args: { server?: readonly string[]; client?: readonly string[] } = {},
): Promise<string> {
  const { port } = await listening(server[0], server[1] + names[0], args.server);
  const [runtime, prefix] = client;
  const { status, stdout, stderr } = await run(runtime, prefix + names[1], ["--port", port, ...(args.client ?? [])]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return String(stdout);
}

/** A server that blocks with a client that does not, and the other way round. */
function eitherWay(one: RuntimeName, two: RuntimeName) {
  return [
    { what: "server that blocks", server: [one, "sync "], client: [two, ""] },
    { what: "client that blocks", server: [two, ""], client: [one, "sync "] },
  ] as const;
}

describe.each(PAIRINGS)("blocking calls on $one, promises on $two", ({ one, two }) => {
  test.each(eitherWay(one, two))("$what: hello-server and hello-client", async ({ server, client }) => {
    const { running, port } = await listening(server[0], `${server[1]}hello-server`);
    const { stdout } = await run(client[0], `${client[1]}hello-client`, ["--port", port]);
    expect(String(stdout)).toBe("Client connected!\nReceived from server: Hello!\nreply sent!\n");
    expect(await running.restOfLines()).toEqual(["Got from client: Thanks! Bye."]);
    expect(await running.status).toBe(0);
  });
});

describe.each(NEIGHBOURS)("blocking calls on $one, promises on $two", ({ one, two }) => {
  describe.each(eitherWay(one, two))("$what", ({ server, client }) => {
    test("server and client", async () => {
      expect(await printed(server, client, ["server", "client"])).toMatch(
        /^Connecting to .*\nReceived: Hello from server!\nConnection closed\n$/,
      );
    });

    test("tcp-server and tcp-client", async () => {
      const words = { client: ["two", "wörds"] };
      expect(await printed(server, client, ["tcp-server", "tcp-client"], words)).toBe("two wörds\n");
    });

    test("page-server and page-client", async () => {
      expect(await printed(server, client, ["page-server", "page-client"], { client: ["/here"] })).toMatch(
        /^HTTP\/1\.0 200 OK\r\n.*\r\n\r\nYou asked for \/here\n\n$/s,
      );
    });

    test.each(WIRE)("messages-server and messages-client, --framing $framing", async ({ framing }) => {
      const args = ["--framing", framing];
      const words = ["one", "two of more letters", "drei ö"];
      const answers = words.map((word) => `Received: ${word.toUpperCase()}\n`).join("");
      const both = { server: args, client: [...args, ...words] };
      expect(await printed(server, client, ["messages-server", "messages-client"], both)).toBe(answers);
    });
  });
});

describe.each(RUNTIMES)("blocking calls on %s", (runtime) => {
  test.each(Object.values(commandLines))("$name: --help is the same", async ({ name, help }) => {
    const { status, stdout, stderr } = await run(runtime, `sync ${name}`, ["--help"]);
    expect({ status, stdout: String(stdout), stderr }).toEqual({ status: 0, stdout: `${help}\n`, stderr: "" });
  });

  test("a mistake on the command line is the same, exit status 2", async () => {
    const { status, stderr } = await run(runtime, "sync hello-client", ["--port", "much"]);
    expect(stderr).toBe("hello-client: --port takes a whole number from 1 to 65535, not 'much'; --help tells more\n");
    expect(status).toBe(2);
  });

  test("a refused connection, and a port in use, are named on one line, exit status 1", async () => {
    const refused = await run(runtime, "sync hello-client", ["--port", String(await freePort())]);
    expect(refused.stderr).toMatch(/^hello-client: .*ECONNREFUSED.*is the server running\?\n$/);
    expect(refused.status).toBe(1);
    const taken = await run(runtime, "sync hello-server", ["--port", String(await listen(() => {}))]);
    expect(taken.stderr).toMatch(/^hello-server: .*EADDRINUSE.*\n$/);
    expect(taken.status).toBe(1);
  });

  test("a server can be started again at once, though its port has a connection in TIME-WAIT", async () => {
    const { running, port } = await listening(runtime, "sync hello-server");
    await run(runtime, "sync hello-client", ["--port", port]);
    expect(await running.status).toBe(0);
    const again = start(runtime, "sync hello-server", ["--port", port]);
    expect(await again.nextLine()).toBe(`listening on 127.0.0.1:${port}`);
  });

  test.each(RUNTIMES)("hello-server and hello-client on %s by a Unix socket", async (other) => {
    const name = `@omnisock-${randomUUID()}`;
    const running = start(runtime, "sync hello-server", ["--unix", name]);
    expect(await running.nextLine()).toBe(`listening on unix:${name}`);
    const { stdout } = await run(other, "sync hello-client", ["--unix", name]);
    expect(String(stdout)).toBe("Client connected!\nReceived from server: Hello!\nreply sent!\n");
    expect(await running.restOfLines()).toEqual(["Got from client: Thanks! Bye."]);
  });

  test.each(SERVERS)("%s tells of a client that resets, or goes on", async (program) => {
    const { running, port } = await listening(
      runtime,
      `sync ${program}`,
      program === "hello-server" ? ["--clients", "2"] : [],
    );
    void running.restOfLines();
    const rude = await dial({ host: "127.0.0.1", port: Number(port) });
    rude.write("x");
    rude.resetAndDestroy();
    if (program === "hello-server") {
      // As D's program, it does not catch what goes wrong with a client; which of its calls meets the reset is chance.
      expect(await running.status).toBe(1);
      expect(await running.stderr).toMatch(/ECONNRESET|ENOTCONN|EPIPE/);
      return;
    }
    const client = program.replace("server", "client");
    const { status } = await run(runtime, client, ["--port", port]);
    expect(status).toBe(0);
  });

  test.each([
    ["fixed", "too short", /ended after 9 of 32 bytes/],
    ["length", "12x45", /12x45/],
    ["length", "00007abc", /ended after 3 of 7 bytes/],
    ["delimited", "no end", /middle of a line/],
    ["type", "?", /no type "\?"/],
    ["type", "L", /ended after 0 of 64 bytes/],
  ])("messages-server --framing %s complains of '%s', and serves on", async (framing, nonsense, why) => {
    const { running, port } = await listening(runtime, "sync messages-server", ["--framing", framing]);
    const client = await dial({ host: "127.0.0.1", port: Number(port) });
    client.end(nonsense);
    expect(await running.nextComplaint()).toMatch(why);
    const { stdout } = await run(runtime, "sync messages-client", ["--port", port, "--framing", framing, "x"]);
    expect(String(stdout)).toBe("Received: X\n");
  });

  test.each([
    ["fixed", "x".repeat(33), "more than 32 bytes"],
    ["type", "x".repeat(65), "more than 64 bytes"],
    ["length", "x".repeat(100_000), "99999 bytes"],
  ])(
    "messages-client --framing %s: a message that does not fit is named, exit status 1",
    async (framing, text, why) => {
      const { port } = await listening(runtime, "sync messages-server", ["--framing", framing]);
      const args = ["--port", port, "--framing", framing, text];
      const { status, stderr } = await run(runtime, "sync messages-client", args);
      expect(stderr).toMatch(/^messages-client: .+\n$/s);
      expect(stderr).toContain(why);
      expect(status).toBe(1);
    },
  );

  test("process-server: each client has a process of its own, and none waits for another", async () => {
    const { running, port } = await listening(runtime, "sync process-server");
    const silent = await dial({ host: "127.0.0.1", port: Number(port) });
    const ended = new Promise((resolve) => silent.once("close", resolve));
    const [, one] = await running.match(/^Process (\d+) serves 127\.0\.0\.1:\d+$/);
    for (const runtime of RUNTIMES) {
      const { stdout } = await run(runtime, "page-client", ["--port", port, "/here"]);
      expect(String(stdout)).toMatch(/\r\n\r\nYou asked for \/here\n\n$/);
      // The server says the one line, the new process the other.
      const [two = "", request] = [await running.nextLine(), await running.nextLine()].sort();
      expect([two, request]).toEqual([expect.stringMatching(/^Process \d+ serves /), "Request: GET /here HTTP/1.0"]);
      expect([`${running.process.pid}`, one]).not.toContain(two.split(" ")[1]);
    }
    // Only the process has this connection: its end is the connection's, while the server goes on.
    silent.end("GET / HTTP/1.0\r\n\r\n").resume();
    await ended;
    expect(await running.nextLine()).toBe("Request: GET / HTTP/1.0");
  });

  test("process-server: no process stays defunct, though no other client comes", async () => {
    const { running, port } = await listening(runtime, "sync process-server");
    const { status } = await run(runtime, "page-client", ["--port", port]);
    expect(status).toBe(0);
    const [, pid = ""] = await running.match(/^Process (\d+) serves/);
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 20_000, interval: 20 });
  });

  test.each([...SERVERS, "process-server"])(
    "%s: Ctrl-C ends it while it waits, by the signal and without a word",
    async (program) => {
      const { running } = await listening(runtime, `sync ${program}`);
      running.process.kill("SIGINT");
      expect(await running.status).toBe(null);
      expect(running.process.signalCode).toBe("SIGINT");
      expect(await running.stderr).toBe("");
    },
  );

  test("hello-client: Ctrl-C ends it while it waits, by the signal and without a word", async () => {
    const port = await listen(() => {});
    const running = start(runtime, "sync hello-client", ["--port", String(port)]);
    expect(await running.nextLine()).toBe("Client connected!");
    running.process.kill("SIGINT");
    expect(await running.status).toBe(null);
    expect(running.process.signalCode).toBe("SIGINT");
  });
});
