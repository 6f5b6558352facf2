import { randomBytes } from "node:crypto";
import { got, RUNTIMES, tcpPeers } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { run, startServer } from "./programs.ts";

const PEERS = tcpPeers();
const LONG = "Grüße, ".repeat(10_000);

describe.each(RUNTIMES)("on %s", (runtime) => {
  describe.each(PEERS)("with $language at the other end", (peer) => {
    test("server sends back what it is sent, at once and to the end", async () => {
      const { port } = await startServer(runtime);
      const words = ["send=one", "get=3", "send=two", "get=3", `send=${LONG}`, "end", "rest"];
      const client = peer.start("connect", String(port), ...words, "next", "end", "rest");
      expect(await client.restOfLines()).toEqual([got("one"), got("two"), got(LONG), got("")]);
      expect(await client.status).toBe(0);
    });

    test("client sends its words, ends its side, and prints what comes back", async () => {
      const server = peer.start("listen", "rest", "send=an ", "send=answer");
      const [, port = ""] = await server.match(/^port (\d+)$/);
      const { status, stdout, stderr } = await run(runtime, "client", ["--port", port, "two", "wörds"]);
      expect({ status, stderr, stdout: String(stdout) }).toEqual({ status: 0, stderr: "", stdout: "an answer" });
      expect(await server.restOfLines()).toEqual([got("two wörds")]);
    });
  });

  test.each(RUNTIMES)("server returns a mebibyte to a client on %s", async (other) => {
    const { port } = await startServer(runtime);
    const data = randomBytes(2 ** 20);
    const { status, stdout, stderr } = await run(other, "client", ["--port", String(port)], data);
    expect({ status, stderr, isSame: stdout.equals(data) }).toEqual({ status: 0, stderr: "", isSame: true });
  });
});
