import { counterparts, got, RUNTIMES, WAYS } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { run, start, startReceiving } from "./ends.ts";

const PEERS_AND_WAYS = counterparts(import.meta.url, "peer").flatMap((peer) => WAYS.map((way) => ({ peer, ...way })));

describe.each(RUNTIMES)("on %s", (runtime) => {
  describe.each(PEERS_AND_WAYS)("by $way, with $peer.language at the other end", ({ peer, prefix }) => {
    test('receiver prints the datagram and answers "got it!"', async () => {
      const { running, port } = await startReceiving(runtime, `${prefix}receiver`);
      const asking = peer.start("ask", port, "Hello, wörld!");
      expect(await asking.nextLine()).toBe(got("got it!"));
      expect(await running.restOfLines()).toEqual(["Received: Hello, wörld!"]);
      expect(await running.status).toBe(0);
      expect(await asking.status).toBe(0);
    });

    test('sender sends "Hello!" and prints the answer', async () => {
      const answering = peer.start("answer", "got it!");
      const [, port = ""] = await answering.match(/^port (\d+)$/);
      const { status, stdout, stderr } = await run(runtime, `${prefix}sender`, ["--port", port]);
      expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(await answering.nextLine()).toBe(got("Hello!"));
    });

    test("server answers one datagram after another", async () => {
      const { running, port } = await startReceiving(runtime, `${prefix}server`);
      for (const message of ["Hello from UDP client!", "again"]) {
        expect(await running.nextLine()).toBe("Waiting for data...");
        const asking = peer.start("ask", port, message);
        expect(await asking.nextLine()).toBe(got("Hello from UDP server!"));
        await running.match(new RegExp(`^Received ${message.length} bytes from 127\\.0\\.0\\.1:\\d+$`));
        expect(await running.nextLine()).toBe(`Data: ${message}`);
      }
    });

    test.each(["client", "retrying-client"])("%s sends its message and prints the answer", async (program) => {
      const answering = peer.start("answer", "Hello from UDP server!");
      const [, port = ""] = await answering.match(/^port (\d+)$/);
      const args = program === "client" ? [] : ["--timeout", "60000"];
      const { status, stdout, stderr } = await run(runtime, prefix + program, ["--port", port, ...args]);
      expect(String(stdout)).toBe("Sending: Hello from UDP client!\nReceived: Hello from UDP server!\n");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(await answering.nextLine()).toBe(got("Hello from UDP client!"));
    });
  });

  test.each(RUNTIMES)("receiver hears the sender on %s", async (other) => {
    const { running, port } = await startReceiving(runtime, "receiver");
    const { stdout } = await run(other, "sender", ["--port", port]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);
    expect(await running.status).toBe(0);
  });

  test.each(RUNTIMES)(
    "server answers the clients on %s, the one that retries through a network that loses two of three",
    async (other) => {
      const { running, port } = await startReceiving(runtime, "server", ["--drop", "2", "--answers", "2"]);
      const retrying = start(other, "retrying-client", ["--port", port, "--timeout", "50", "--attempts", "12"]);
      const printed = await retrying.restOfLines();
      expect(printed.slice(0, 3)).toEqual([
        "Sending: Hello from UDP client!",
        "Sending: Hello from UDP client! (attempt 2)",
        "Sending: Hello from UDP client! (attempt 3)",
      ]);
      expect(printed.at(-1)).toMatch(/^Received: Hello from UDP server! \(answer \d+\)$/);
      expect(await retrying.status).toBe(0);
      running.process.kill("SIGINT");
      expect((await running.restOfLines()).filter((line) => line.startsWith("Dropped")).length).toBeGreaterThanOrEqual(
        2,
      );

      const patient = await startReceiving(runtime, "server");
      const { stdout } = await run(other, "client", ["--port", patient.port]);
      expect(String(stdout)).toBe("Sending: Hello from UDP client!\nReceived: Hello from UDP server!\n");
    },
  );
});
