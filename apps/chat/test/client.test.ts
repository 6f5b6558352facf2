import { freePort, listen, RUNTIMES, type Running, type RuntimeName } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { enter, knock, run, type Server, start, startServer } from "./programs.ts";

const ONE_LINE = /^.+\n$/;

/** Starts the client; what it reads from the server is what it prints. */
function join(runtime: RuntimeName, server: Server, args: readonly string[] = []): Running {
  return start(runtime, "client", ["--port", String(server.port), ...args]);
}

describe.each(RUNTIMES)("client on %s", (runtime) => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run(runtime, "client", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: .*--host.*--port/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("a refused connection gives ECONNREFUSED on one line, exit status 1", async () => {
    const { status, stderr } = await run(runtime, "client", ["--port", String(await freePort())]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain("ECONNREFUSED");
    expect(status).toBe(1);
  });

  test("what is typed and what arrives cross, in any order", async () => {
    const server = await startServer("node");
    const ada = await enter(await knock(server), "ada");
    const client = join(runtime, server);
    expect(await client.nextLine()).toBe("* What is your name?");
    client.process.stdin.write("bob\n");
    expect(await client.nextLine()).toMatch("* Welcome, bob.");
    expect(await ada.next()).toBe("* bob joined");
    // It has been typing nothing, and half a line, while others talk.
    for (const half of ["", "hel"]) {
      client.process.stdin.write(half);
      ada.say("are you there?");
      expect(await client.nextLine()).toBe("<ada> are you there?");
    }
    client.process.stdin.write("lo\n");
    expect(await ada.next()).toBe("<bob> hello");
    client.process.stdin.write("/quit\n");
    expect(await client.nextLine()).toBe("* Goodbye.");
    // Its standard input is still open.
    expect(await client.status).toBe(0);
    expect(await ada.next()).toBe("* bob left");
  });

  test("--name joins, and the end of the input leaves when all has been said", async () => {
    const server = await startServer("node");
    const ada = await enter(await knock(server), "ada");
    const client = join(runtime, server, ["--name", "bob"]);
    client.process.stdin.end("one\ntwo\nthree");
    const { status, stdout, stderr } = await client.result();
    const seen = [await ada.next(), await ada.next(), await ada.next(), await ada.next(), await ada.next()];
    expect(seen).toEqual(["* bob joined", "<bob> one", "<bob> two", "<bob> three", "* bob left"]);
    expect(String(stdout)).toMatch(/^\* What is your name\?\n\* Welcome, bob\. .*\n\* Goodbye\.\n$/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("a long paste is held back by the server's rate, and loses nothing", async () => {
    const server = await startServer("node", ["--rate", "20000"]);
    const ada = await enter(await knock(server), "ada");
    const client = join(runtime, server, ["--name", "bob"]);
    const lines = Array.from({ length: 250 }, (_, at) => `${at} ${"x".repeat(400)}`);
    client.process.stdin.end(lines.join("\n"));
    expect(await ada.next()).toBe("* bob joined");
    for (const line of lines) expect(await ada.next()).toBe(`<bob> ${line}`);
    expect(await client.status).toBe(0);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves, and says so, exit status 0", async (signal) => {
    const server = await startServer("node");
    const ada = await enter(await knock(server), "ada");
    const client = join(runtime, server, ["--name", "bob"]);
    expect(await ada.next()).toBe("* bob joined");
    client.process.kill(signal);
    expect((await client.restOfLines()).at(-1)).toBe("* Goodbye.");
    expect(await client.status).toBe(0);
    expect(await ada.next()).toBe("* bob left");
  });

  test.each(["SIGINT", "SIGTERM", "the end of the input"] as const)(
    "%s leaves a server that stays silent",
    async (how) => {
      const port = await listen((socket) => void socket.write("* here\n"));
      const client = start(runtime, "client", ["--port", String(port)]);
      expect(await client.nextLine()).toBe("* here");
      if (how === "the end of the input") client.process.stdin.end();
      else client.process.kill(how);
      expect(await client.status).toBe(0);
    },
  );

  test("Ctrl-C leaves a server that reads nothing of what was said", async () => {
    const port = await listen((socket) => void socket.write("* here\n"));
    const client = start(runtime, "client", ["--port", String(port)]);
    expect(await client.nextLine()).toBe("* here");
    // More than kernels hold: it stops reading what is typed.
    client.process.stdin.write(`${"x".repeat(999)}\n`.repeat(20_000));
    client.process.kill("SIGINT");
    expect(await client.status).toBe(0);
  });

  test("a server that sends escape sequences does no harm", async () => {
    const port = await listen((socket) => void socket.end("* \u001b[2Jhello\n"));
    const { status, stdout } = await run(runtime, "client", ["--port", String(port)]);
    expect(String(stdout)).toBe("* \ufffd[2Jhello\n");
    expect(status).toBe(0);
  });

  test("a server that sends what is no text is reported on one line, exit status 1", async () => {
    const port = await listen((socket) => void socket.end(Buffer.from([0xff, 0xfe, 0x0a])));
    const { status, stderr } = await run(runtime, "client", ["--port", String(port)]);
    expect(stderr).toMatch(ONE_LINE);
    expect(status).toBe(1);
  });
});

const PAIRINGS = RUNTIMES.flatMap((server) => RUNTIMES.map((client): [RuntimeName, RuntimeName] => [server, client]));

test.each(PAIRINGS)("a server on %s and two clients on %s", async (serverRuntime, clientRuntime) => {
  const server = await startServer(serverRuntime);
  const ada = join(clientRuntime, server, ["--name", "ada"]);
  expect([await ada.nextLine(), await ada.nextLine()]).toEqual([
    "* What is your name?",
    expect.stringContaining("ada"),
  ]);
  const bob = join(clientRuntime, server, ["--name", "bob"]);
  expect([await bob.nextLine(), await bob.nextLine()]).toEqual([
    "* What is your name?",
    expect.stringContaining("bob"),
  ]);
  expect(await ada.nextLine()).toBe("* bob joined");
  ada.process.stdin.write("grüß dich\n");
  expect(await bob.nextLine()).toBe("<ada> grüß dich");
  bob.process.stdin.write("hi\n");
  expect(await ada.nextLine()).toBe("<bob> hi");
  server.process.kill("SIGINT");
  for (const client of [ada, bob]) {
    expect(await client.restOfLines()).toEqual(["* The server shuts down. Goodbye."]);
    expect(await client.status).toBe(0);
  }
  expect(await server.status).toBe(0);
});
