import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { dial, got, RUNTIMES, tcpPeers, WAYS } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { listening, run } from "./ends.ts";

const PEERS = tcpPeers();

/** The tutorial's client: reads to the end, answers, closes. */
const HELLO_CLIENT = ["rest", "send=Thanks! Bye."];

/** Keeps a test from waiting for select() in vain: what it waits for is an event. */
const PATIENT = ["--timeout", "60000"];

function sorted(lines: readonly string[]): string[] {
  return [...lines].sort();
}

const RUNTIMES_AND_WAYS = RUNTIMES.flatMap((runtime) => WAYS.map((way) => ({ runtime, ...way })));

describe.each(RUNTIMES_AND_WAYS)("on $runtime, by $way", ({ runtime, prefix }) => {
  describe.each(PEERS)("with $language at the other end", (peer) => {
    test("server greets five clients that are there at once, and ends when they have gone", async () => {
      const { running, port } = await listening(runtime, `${prefix}server`, PATIENT);
      const clients = Array.from({ length: 5 }, () => peer.start("connect", port, ...HELLO_CLIENT));
      for (const client of clients) expect(await client.nextLine()).toBe(got("Hello!\n"));
      const lines = await running.restOfLines();
      expect(await running.status).toBe(0);
      const notSent = "socket sends no more: the data is not sent back";
      expect(sorted(lines)).toEqual(
        sorted(Array.from({ length: 5 }, () => ["accepting new socket", notSent, "socket disconnected"]).flat()),
      );
    });

    test("server --echo sends back what came, and ends its side", async () => {
      const { running, port } = await listening(runtime, `${prefix}server`, [
        ...PATIENT,
        "--echo",
        "--connections",
        "1",
      ]);
      const client = peer.start("connect", port, "get=7", "send=Grüße", "rest");
      expect(await client.nextLine()).toBe(got("Hello!\n"));
      expect(await client.nextLine()).toBe(got("Grüße"));
      expect(await running.restOfLines()).toEqual(["accepting new socket", "socket sent data", "socket disconnected"]);
      expect(await running.status).toBe(0);
    });

    test("echo-server serves two clients in turns", async () => {
      const { running, port } = await listening(runtime, `${prefix}echo-server`);
      // The first asks, waits, and asks again; meanwhile another comes and goes.
      const client = peer.start("connect", port, "send=one", "get=3", "send=two", "end", "rest");
      expect(await client.nextLine()).toBe(got("one"));
      const other = peer.start("connect", port, "send=other", "get=5");
      expect(await other.nextLine()).toBe(got("other"));
      expect(await client.nextLine()).toBe(got("two"));
      expect([await client.status, await other.status]).toEqual([0, 0]);
      const received = [await running.nextLine(), await running.nextLine(), await running.nextLine()];
      expect(sorted(received)).toEqual(["Received: one", "Received: other", "Received: two"]);
    });
  });

  test("echo-server returns a mebibyte to a client that reads late, while it serves others", async () => {
    const { running, port } = await listening(runtime, `${prefix}echo-server`);
    // What it prints is of no interest, but must not stop it.
    void running.restOfLines();
    const data = randomBytes(2 ** 20);
    const slow = await dial({ host: "127.0.0.1", port: Number(port) });
    slow.pause();
    slow.end(data);
    const quick = await dial({ host: "127.0.0.1", port: Number(port) });
    quick.end("quick");
    expect(String(await buffer(quick))).toBe("quick");
    expect((await buffer(slow)).equals(data)).toBe(true);
  });

  test("server: --timeout says that nothing came, and serves on", async () => {
    const { running, port } = await listening(runtime, `${prefix}server`, ["--timeout", "10", "--connections", "1"]);
    expect(await running.nextLine()).toBe("Select timed out.");
    expect(await running.nextLine()).toBe("Select timed out.");
    const client = await dial({ host: "127.0.0.1", port: Number(port) });
    client.end("Thanks! Bye.");
    expect(String(await buffer(client))).toBe("Hello!\n");
    expect((await running.restOfLines()).at(-1)).toBe("socket disconnected");
    expect(await running.status).toBe(0);
  });

  test.each(["server", "echo-server"] as const)("%s survives a client that resets", async (program) => {
    const { running, port } = await listening(
      runtime,
      prefix + program,
      program === "server" ? [...PATIENT, "--echo"] : [],
    );
    const rude = await dial({ host: "127.0.0.1", port: Number(port) });
    rude.write("x");
    // Until the server has said all; then the reset meets it where it reads, and not in the middle of its answer.
    await once(rude.resume(), program === "server" ? "end" : "data");
    rude.resetAndDestroy();
    expect(await running.nextComplaint()).toContain("ECONNRESET");
    const polite = await dial({ host: "127.0.0.1", port: Number(port) });
    polite.end("hello");
    expect(String(await buffer(polite))).toBe(program === "server" ? "Hello!\nhello" : "hello");
  });

  test.each(["server", "echo-server"] as const)(
    "%s: Ctrl-C ends it, though a client is there: with exit status 0, or by the signal where it blocks",
    async (program) => {
      const { running, port } = await listening(runtime, prefix + program, program === "server" ? PATIENT : []);
      const client = await dial({ host: "127.0.0.1", port: Number(port) });
      client.write("x");
      await running.nextLine();
      running.process.kill("SIGINT");
      await running.restOfLines();
      expect(await running.status).toBe(prefix === "" ? 0 : null);
      expect(running.process.signalCode).toBe(prefix === "" ? null : "SIGINT");
      expect(await running.stderr).toBe("");
    },
  );

  test.each(["server", "echo-server"])("%s: --help, a mistake, and a port in use", async (program) => {
    const help = await run(runtime, prefix + program, ["--help"]);
    expect(String(help.stdout)).toMatch(new RegExp(`^Usage: ${program} .*--host.*--port`));
    expect({ status: help.status, stderr: help.stderr }).toEqual({ status: 0, stderr: "" });
    const mistake = await run(runtime, prefix + program, ["--port", "much"]);
    expect(mistake.stderr).toMatch(new RegExp(`^${program}: .*--port.*'much'.*\\n$`));
    expect(mistake.status).toBe(2);
    const { port } = await listening(runtime, `${prefix}echo-server`);
    const taken = await run(runtime, prefix + program, ["--port", port]);
    expect(taken.stderr).toMatch(new RegExp(`^${program}: .*127\\.0\\.0\\.1:${port}: EADDRINUSE.*\\n$`));
    expect(taken.status).toBe(1);
  });
});
