import { programsOf, RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { listening } from "./ends.ts";

/** Their clients are among the streams. */
const { run } = programsOf(new URL("../../stream/test/ends.ts", import.meta.url).href);

const PAIRINGS = RUNTIMES.flatMap((server) => RUNTIMES.map((client) => ({ server, client })));
/** What goes before the server's name, and the client's: `sync ` where it blocks. */
const WAYS = [
  ["", ""],
  ["sync ", ""],
  ["", "sync "],
] as const;

describe.each(PAIRINGS)("server on $server, client on $client", ({ server, client }) => {
  test.each(WAYS)("%sserver and two %shello-clients", async (ofServer, ofClient) => {
    const args = ["--timeout", "60000", "--connections", "2"];
    const { running, port } = await listening(server, `${ofServer}server`, args);
    const clients = [1, 2].map(() => run(client, `${ofClient}hello-client`, ["--port", port]));
    for (const { stdout } of await Promise.all(clients)) {
      expect(String(stdout)).toBe("Client connected!\nReceived from server: Hello!\n\nreply sent!\n");
    }
    expect((await running.restOfLines()).filter((line) => line === "socket disconnected")).toHaveLength(2);
    expect(await running.status).toBe(0);
  });

  test.each(WAYS)("%secho-server and the %sclient that sends several messages", async (ofServer, ofClient) => {
    const { port } = await listening(server, `${ofServer}echo-server`);
    const { stdout } = await run(client, `${ofClient}client`, ["--port", port, "one", "two", "drei"]);
    expect(String(stdout).split("\n").slice(1, 4)).toEqual(["Received: one", "Received: two", "Received: drei"]);
  });
});
