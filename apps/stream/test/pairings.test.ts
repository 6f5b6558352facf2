import { randomUUID } from "node:crypto";
import { RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { listening, run, start, WIRE } from "./ends.ts";

const PAIRINGS = RUNTIMES.flatMap((server) => RUNTIMES.map((client) => ({ server, client })));

describe.each(PAIRINGS)("server on $server, client on $client", ({ server, client }) => {
  test("hello-server and hello-client", async () => {
    const { running, port } = await listening(server, "hello-server");
    const { stdout } = await run(client, "hello-client", ["--port", port]);
    expect(String(stdout)).toBe("Client connected!\nReceived from server: Hello!\nreply sent!\n");
    expect(await running.restOfLines()).toEqual(["Got from client: Thanks! Bye."]);
    expect(await running.status).toBe(0);
  });

  test("hello-server and hello-client by a Unix socket", async () => {
    const name = `@omnisock-${randomUUID()}`;
    const running = start(server, "hello-server", ["--unix", name]);
    expect(await running.nextLine()).toBe(`listening on unix:${name}`);
    const { stdout } = await run(client, "hello-client", ["--unix", name]);
    expect(String(stdout)).toBe("Client connected!\nReceived from server: Hello!\nreply sent!\n");
    expect(await running.restOfLines()).toEqual(["Got from client: Thanks! Bye."]);
  });

  test("server and client", async () => {
    const { port } = await listening(server, "server");
    const one = await run(client, "client", ["--port", port]);
    expect(String(one.stdout)).toContain("\nReceived: Hello from server!\nConnection closed\n");
    // This server answers one message and closes.
    const two = await run(client, "client", ["--port", port, "one", "two"]);
    expect(two.stderr).toMatch(
      /^client: (the server closed the connection without an answer to "two"|.*E(PIPE|CONNRESET).*)\n$/,
    );
    expect(two.status).toBe(1);
  });

  test("tcp-server and tcp-client", async () => {
    const { port } = await listening(server, "tcp-server");
    const { stdout } = await run(client, "tcp-client", ["--port", port]);
    expect(String(stdout)).toBe("Hello!\n");
  });

  test.each(WIRE)("messages-server and messages-client, --framing $framing", async ({ framing }) => {
    const { port } = await listening(server, "messages-server", ["--framing", framing]);
    const { stdout } = await run(client, "messages-client", ["--port", port, "--framing", framing, "one", "two"]);
    expect(String(stdout)).toBe("Received: ONE\nReceived: TWO\n");
  });

  test("page-server and page-client", async () => {
    const { port } = await listening(server, "page-server");
    const { stdout } = await run(client, "page-client", ["--port", port, "/here"]);
    expect(String(stdout)).toMatch(/^HTTP\/1\.0 200 OK\r\n.*\r\n\r\nYou asked for \/here\n\n$/s);
  });
});
