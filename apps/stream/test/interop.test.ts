import { got, RUNTIMES, tcpPeers, WAYS } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { listening, run, WIRE } from "./ends.ts";

const PEERS_AND_WAYS = tcpPeers().flatMap((peer) => WAYS.map((way) => ({ peer, ...way })));

describe.each(RUNTIMES)("on %s", (runtime) => {
  describe.each(PEERS_AND_WAYS)("by $way, with $peer.language at the other end", ({ peer, prefix }) => {
    /** Runs a client against a peer that takes these steps; gives what both print. */
    async function client(program: string, args: readonly string[], ...steps: string[]) {
      const listener = peer.start("listen", ...steps);
      const [, port = ""] = await listener.match(/^port (\d+)$/);
      const { status, stdout, stderr } = await run(runtime, prefix + program, ["--port", port, ...args]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return { printed: String(stdout), received: await listener.restOfLines(), port };
    }

    test("hello-server greets, ends its side, and hears the client out", async () => {
      const { running, port } = await listening(runtime, `${prefix}hello-server`, ["--clients", "2"]);
      for (const answer of ["Thanks! Bye.", "x".repeat(5000)]) {
        const other = peer.start("connect", port, "rest", `send=${answer}`);
        expect(await other.nextLine()).toBe(got("Hello!"));
        expect(await running.nextLine()).toBe(`Got from client: ${answer}`);
      }
      expect(await running.status).toBe(0);
    });

    test("hello-client hears the greeting to its end, and answers", async () => {
      const { printed, received } = await client("hello-client", [], "send=Hel", "send=lo!\n", "end", "rest");
      expect(printed).toBe("Client connected!\nReceived from server: Hello!\n\nreply sent!\n");
      expect(received).toEqual([got("Thanks! Bye.")]);
    });

    test("server answers one client after another", async () => {
      const { running, port } = await listening(runtime, `${prefix}server`);
      for (const message of ["Hello from client!", "wörld"]) {
        expect(await running.nextLine()).toBe("Waiting for a connection...");
        const other = peer.start("connect", port, `send=${message}`, "rest");
        expect(await other.nextLine()).toBe(got("Hello from server!"));
        await running.match(/^Connection from 127\.0\.0\.1:\d+$/);
        expect([await running.nextLine(), await running.nextLine()]).toEqual([
          `Received: ${message}`,
          "Connection closed",
        ]);
      }
    });

    test("client sends its message and prints the answer", async () => {
      const { printed, received, port } = await client("client", [], "get=18", "send=Hello from server!");
      expect(printed).toBe(`Connecting to 127.0.0.1:${port}\nReceived: Hello from server!\nConnection closed\n`);
      expect(received).toEqual([got("Hello from client!")]);
    });

    test("client sends several messages before it closes: exercise 2", async () => {
      const steps = ["get=3", "send=1", "get=3", "send=2", "get=5", "send=3", "rest"];
      const { printed, received } = await client("client", ["one", "two", "three"], ...steps);
      expect(printed.split("\n").slice(1)).toEqual([
        "Received: 1",
        "Received: 2",
        "Received: 3",
        "Connection closed",
        "",
      ]);
      expect(received).toEqual([got("one"), got("two"), got("three"), got("")]);
    });

    test("tcp-server talks to one client after another", async () => {
      const { port } = await listening(runtime, `${prefix}tcp-server`);
      const other = peer.start("connect", port, "send=one", "get=3", "send=two", "end", "rest", "next", "end", "rest");
      expect(await other.restOfLines()).toEqual([got("one"), got("two"), got("")]);
      expect(await other.status).toBe(0);
    });

    test("tcp-client sends, ends its side, and prints what comes back", async () => {
      const { printed, received } = await client("tcp-client", ["two", "words"], "rest", "send=an answer");
      expect(printed).toBe("an answer\n");
      expect(received).toEqual([got("two words")]);
    });

    test.each(WIRE)("messages-server --framing $framing", async ({ framing, one, two }) => {
      const { running, port } = await listening(runtime, `${prefix}messages-server`, ["--framing", framing]);
      const length = String(one.length + two.length);
      // A message in two pieces, the second together with the next message.
      const sends = [`send=${one.slice(0, 3)}`, `send=${one.slice(3)}${two}`];
      const other = peer.start("connect", port, ...sends, `get=${length}`, "end", "rest");
      const type = framing === "type" ? "S" : "";
      const answers = [one, two].map((message) => type + message.slice(type.length).toUpperCase());
      expect(await other.restOfLines()).toEqual([got(answers.join("")), got("")]);
      expect([await running.nextLine(), await running.nextLine()]).toEqual(["Received: hello", "Received: good bye"]);
    });

    test.each(WIRE)("messages-client --framing $framing", async ({ framing, one, two }) => {
      const length = String(one.length + two.length);
      const answers = [`send=${two}${one.slice(0, 4)}`, `send=${one.slice(4)}`];
      const args = ["--framing", framing, "hello", "good bye"];
      const { printed, received } = await client("messages-client", args, `get=${length}`, ...answers, "rest");
      expect(printed).toBe("Received: good bye\nReceived: hello\n");
      expect(received).toEqual([got(one + two), got("")]);
    });

    test("page-server takes the end of the client's side for the end of the request", async () => {
      const { running, port } = await listening(runtime, `${prefix}page-server`);
      const request = ["send=GET /ind", "send=ex HTTP/1.0\r\nHost: x\r\n\r\n", "end", "rest"];
      const other = peer.start("connect", port, ...request, "next", "send=nonsense", "end", "rest");
      const type = "Content-Type: text/plain; charset=utf-8\r\nContent-Length:";
      expect(await other.restOfLines()).toEqual([
        got(`HTTP/1.0 200 OK\r\n${type} 21\r\n\r\nYou asked for /index\n`),
        got(`HTTP/1.0 400 Bad Request\r\n${type} 24\r\n\r\nI understand GET alone.\n`),
      ]);
      expect([await running.nextLine(), await running.nextLine()]).toEqual([
        "Request: GET /index HTTP/1.0",
        "Request: nonsense",
      ]);
    });

    test("page-server answers a client that keeps its side open, as curl does, at the blank line", async () => {
      const { port } = await listening(runtime, `${prefix}page-server`);
      const request = ["send=GET /zzz HTTP/1.1\r\nHost: x\r", "send=\n\r\n", "rest"];
      const answer = await peer.start("connect", port, ...request).nextLine();
      expect(Buffer.from(answer.replace("got ", ""), "hex").toString()).toMatch(
        /^HTTP.* 200 .*You asked for \/zzz\n$/s,
      );
    });

    test("page-client ends its side after the request, and prints the page to its end", async () => {
      const page = "HTTP/1.0 200 OK\r\n\r\nGrüße";
      const { printed, received } = await client("page-client", ["/a b"], "rest", `send=${page}`);
      expect(printed).toBe(`${page}\n`);
      expect(received).toEqual([got("GET /a%20b HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")]);
    });
  });
});
