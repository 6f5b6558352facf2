import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { freePort, listen, RUNTIMES, type RuntimeName } from "@omnisock/apps-common/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { run, start, startServer } from "./programs.ts";

const ONE_LINE = /^.+\n$/;

/** A server of the `ws` package; returns its port. */
async function serve(onConnection: (client: WebSocket, path: string | undefined) => void): Promise<string> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, autoPong: true });
  onTestFinished(() => server.close());
  server.on("connection", (client, { url }) => onConnection(client, url));
  await once(server, "listening");
  return String((server.address() as AddressInfo).port);
}

const echo = (client: WebSocket) => void client.on("message", (data, binary) => client.send(data, { binary }));

describe.each(RUNTIMES)("client on %s", (runtime) => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run(runtime, "client", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: .*--host.*--port/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["words are one message", ["hello", "wörld"], "", "hello wörld\n"],
    ["lines are a message each, the last one without its ending", [], "one\n\ntwo", "one\n\ntwo\n"],
    ["a line of 60000 letters", [], "x".repeat(60_000), `${"x".repeat(60_000)}\n`],
  ])("talks to a server of ws: %s", async (_, words, input, output) => {
    const port = await serve(echo);
    const { status, stdout, stderr } = await run(runtime, "client", ["--port", port, ...words], input);
    expect({ status, stderr, stdout: String(stdout) }).toEqual({ status: 0, stderr: "", stdout: output });
  });

  test("asks for its path, answers a ping between fragments, and prints bytes as their number", async () => {
    let pong: Promise<unknown> = Promise.resolve();
    const port = await serve((client, path) => {
      client.send(`${path} `, { fin: false });
      client.ping("still there?");
      pong = once(client, "pong").then(([payload]) => client.send(payload as Buffer));
      client.send("is here", { fin: true });
    });
    const child = start(runtime, "client", ["--port", port, "--path", "/room?x=1"]);
    expect(await child.nextLine()).toBe("/room?x=1 is here");
    expect(await child.nextLine()).toBe("(12 bytes)");
    await pong;
    child.process.stdin.end();
    expect(await child.status).toBe(0);
  });

  test.each(["nope", "/a b", "/ü", ""])(
    "a path of '%s' is a mistake on the command line, exit status 2",
    async (path) => {
      const { status, stderr } = await run(runtime, "client", ["--path", path, "hello"]);
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toContain("--path");
      expect(status).toBe(2);
    },
  );

  test("input that is a directory is reported on one line, exit status 1", async () => {
    const port = await serve(echo);
    const { status, stderr } = await start(runtime, "client", ["--port", port], { redirect: "< /" }).result();
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^client: .*directory\n$/) });
  });

  test.each([
    ["a server that closes with a code", (client: WebSocket) => client.close(4000, "go away"), "4000 go away"],
    ["a server that breaks the connection", (client: WebSocket) => client.terminate(), "1006"],
  ])("%s is reported on one line, exit status 1", async (_, act, told) => {
    const port = await serve(act);
    const child = start(runtime, "client", ["--port", port]);
    const { status, stderr } = await child.result();
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(told);
    expect(status).toBe(1);
  });

  test.each([
    ["one that is no HTTP server", "SSH-2.0-Server\r\n\r\n", "HTTP"],
    ["one that does not upgrade", "HTTP/1.1 404 Not Found\r\n\r\n", "404"],
    [
      "one that does not know the key",
      "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
      "key",
    ],
    ["one that never ends its answer", "x".repeat(10_000), "HTTP"],
    ["one that answers nothing", "", "without an answer"],
  ])("refuses %s, exit status 1", async (_, answer, told) => {
    const port = await listen((socket) => void socket.once("data", () => socket.end(answer)));
    const { status, stderr } = await run(runtime, "client", ["--port", String(port), "hello"]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(told);
    expect(status).toBe(1);
  });

  test("a refused connection gives ECONNREFUSED on one line, exit status 1", async () => {
    const { status, stderr } = await run(runtime, "client", ["--port", String(await freePort()), "hello"]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain("ECONNREFUSED");
    expect(status).toBe(1);
  });
});

const PAIRINGS = RUNTIMES.flatMap((server) => RUNTIMES.map((client): [RuntimeName, RuntimeName] => [server, client]));

test.each(PAIRINGS)("a server on %s and a client on %s", async (serverRuntime, clientRuntime) => {
  const server = await startServer(serverRuntime);
  const lines = Array.from({ length: 2000 }, (_, at) => `line ${at} ${"ö".repeat(at % 300)}`).join("\n");
  const { status, stdout, stderr } = await run(clientRuntime, "client", ["--port", String(server.port)], lines);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(String(stdout) === `${lines}\n`).toBe(true);
  server.process.kill("SIGTERM");
  expect(await server.nextLine()).toBe("sent back 2000 messages");
  expect(await server.status).toBe(0);
});
