import { counterparts, RUNTIMES, type Running } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { RESPONSE, run, start, startServer } from "./programs.ts";

const PEERS = counterparts(import.meta.url, "peer");

/** How a counterpart prints a frame: its first byte, and its payload. */
function frame(first: string, payload: string): string {
  return `got ${first} ${Buffer.from(payload).toString("hex")}`;
}

async function headOf(peer: Running): Promise<string> {
  const [, hex = ""] = await peer.match(/^head ([0-9a-f]+)$/);
  return Buffer.from(hex, "hex").toString("latin1");
}

const CLOSED = "got 88 03e8";

describe.each(RUNTIMES)("on %s", (runtime) => {
  describe.each(PEERS)("with $language at the other end", (peer) => {
    test("server: the handshake of the text, then texts, bytes, a ping between fragments, and the end", async () => {
      const server = await startServer(runtime);
      const fragments = ["part=Hel", "part=l", "ping=there?", "last=ö", "get", "get"];
      const client = peer.start(
        "connect",
        String(server.port),
        ...["text=Hello", "get", "bytes=00ff7f80", "get", ...fragments, "text=", "get", "close=1000", "get", "rest"],
      );
      expect(await headOf(client)).toBe(RESPONSE);
      expect(await client.restOfLines()).toEqual([
        frame("81", "Hello"),
        "got 82 00ff7f80",
        frame("8a", "there?"),
        frame("81", "Hellö"),
        frame("81", ""),
        CLOSED,
        "rest ",
      ]);
      expect(await client.status).toBe(0);
      server.process.kill("SIGINT");
      expect(await server.nextLine()).toBe("sent back 4 messages");
    });

    test("server: lengths of one, two and eight bytes", async () => {
      const server = await startServer(runtime);
      const lengths = [125, 126, 65_535, 65_536, 500_000];
      const steps = lengths.flatMap((length) => [`times=${length},x`, "count"]);
      const client = peer.start("connect", String(server.port), ...steps, "close=1000", "get", "rest");
      await headOf(client);
      const expected = lengths.map((length) => `got 81 ${length} bytes`);
      expect(await client.restOfLines()).toEqual([...expected, CLOSED, "rest "]);
      expect(await client.status).toBe(0);
    });

    test("client: its handshake, its pong and its message, masked, and what it makes of what comes", async () => {
      const fragments = ["part=one ", "ping=between", "get", "last=twö", "bytes=00ff"];
      const server = peer.start("listen", ...fragments, "get", "get", "close=1000", "rest");
      const [, port = ""] = await server.match(/^port (\d+)$/);
      const client = start(runtime, "client", ["--port", port, "--path", "/chat?x=1"]);
      expect(await headOf(server)).toMatch(
        new RegExp(
          `^GET /chat\\?x=1 HTTP/1\\.1\r\nHost: 127\\.0\\.0\\.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            `Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==\r\nSec-WebSocket-Version: 13\r\n\r\n$`,
        ),
      );
      expect(await server.nextLine()).toBe(frame("8a", "between"));
      expect([await client.nextLine(), await client.nextLine()]).toEqual(["one twö", "(2 bytes)"]);
      client.process.stdin.end("hello wörld\n");
      expect(await server.restOfLines()).toEqual([frame("81", "hello wörld"), CLOSED, "rest "]);
      expect({ status: await client.status, stderr: await client.stderr }).toEqual({ status: 0, stderr: "" });
    });

    test("client: lines of many lengths", async () => {
      const lengths = [125, 126, 65_535, 65_536];
      const answers = lengths.flatMap((length) => ["count", `times=${length},y`]);
      const server = peer.start("listen", ...answers, "get", "close=1000", "rest");
      const [, port = ""] = await server.match(/^port (\d+)$/);
      const input = lengths.map((length) => "x".repeat(length)).join("\n");
      const { status, stdout, stderr } = await run(runtime, "client", ["--port", port], input);
      expect(String(stdout).trimEnd().split("\n")).toEqual(lengths.map((length) => "y".repeat(length)));
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      await headOf(server);
      const expected = lengths.map((length) => `got 81 ${length} bytes`);
      expect(await server.restOfLines()).toEqual([...expected, CLOSED, "rest "]);
    });
  });
});
