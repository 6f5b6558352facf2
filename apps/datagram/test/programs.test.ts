import { RUNTIMES, WAYS } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { run, start, startReceiving, udp } from "./ends.ts";

const PROGRAMS = ["receiver", "sender", "server", "client", "retrying-client"];

test.each(PROGRAMS)("%s on Deno without --unstable-net says that it is missing, exit status 1", async (program) => {
  const running = start("deno", program, [], { runWith: ["run", "--allow-all"] });
  const { status, stderr } = await running.result();
  expect(stderr).toMatch(/^.*EOPNOTSUPP.*--unstable-net.*\n$/);
  expect(status).toBe(1);
});

describe.each(RUNTIMES)("on %s", (runtime) => {
  test.each(PROGRAMS)("%s: --help, and a mistake on the command line", async (program) => {
    const help = await run(runtime, program, ["--help"]);
    expect(String(help.stdout)).toMatch(new RegExp(`^Usage: ${program} .*--host.*--port`));
    expect({ status: help.status, stderr: help.stderr }).toEqual({ status: 0, stderr: "" });
    const mistake = await run(runtime, program, ["--port", "much"]);
    expect(mistake.stderr).toMatch(new RegExp(`^${program}: .*--port.*'much'.*\\n$`));
    expect(mistake.status).toBe(2);
  });

  test("IPv6 works as IPv4 does", async () => {
    const { running, port, waits } = await startReceiving(runtime, "receiver", ["--host", "::1"]);
    expect(waits).toBe(`Waiting for data on [::1]:${port}`);
    const { stdout } = await run(runtime, "sender", ["--host", "::1", "--port", port, "two", "words"]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: two words"]);
  });

  test("an empty datagram is received and answered", async () => {
    const { running, port } = await startReceiving(runtime, "receiver");
    const answered = Promise.withResolvers<string>();
    const { socket } = await udp((data) => answered.resolve(String(data)));
    socket.send("", Number(port), "127.0.0.1");
    expect(await answered.promise).toBe("got it!");
    expect(await running.restOfLines()).toEqual(["Received: "]);
  });

  test.each(WAYS)("server --answers 2, by $way: the second answer passes for no other word's", async ({ prefix }) => {
    const { port } = await startReceiving(runtime, `${prefix}server`, ["--answers", "2"]);
    const args = ["--port", port, "--timeout", "60000", "one", "two"];
    const { stdout } = await run(runtime, `${prefix}retrying-client`, args);
    expect(String(stdout).match(/Received: .*/g)).toEqual([
      "Received: Hello from UDP server! (answer 1)",
      "Received: Hello from UDP server! (answer 3)",
    ]);
  });

  test("a port in use gives EADDRINUSE on one line, exit status 1", async () => {
    const { port } = await udp();
    const { status, stderr } = await run(runtime, "server", ["--port", port]);
    expect(stderr).toMatch(/^server: .*EADDRINUSE.*--port.*\n$/);
    expect(status).toBe(1);
  });

  test("sender: --timeout gives up, exit status 1", async () => {
    const { port } = await udp();
    const { status, stderr } = await run(runtime, "sender", ["--port", port, "--timeout", "20"]);
    expect(stderr).toMatch(/^sender: .*EAGAIN.*nobody answered.*\n$/);
    expect(status).toBe(1);
  });

  test("retrying-client gives up after its attempts, exit status 1", async () => {
    const { port } = await udp();
    const args = ["--port", port, "--timeout", "10", "--attempts", "3"];
    const { status, stdout, stderr } = await run(runtime, "retrying-client", [...args, "x"]);
    expect(String(stdout)).toBe("Sending: x\nSending: x (attempt 2)\nSending: x (attempt 3)\n");
    expect(stderr).toBe(`retrying-client: no answer from 127.0.0.1:${port} after 3 attempts\n`);
    expect(status).toBe(1);
  });

  test("retrying-client takes neither a late answer nor a stranger's for the answer to its message", async () => {
    const stranger = await udp();
    const past: { data: Buffer; to: number }[] = [];
    const { socket, port } = await udp((data, from) => {
      stranger.socket.send("from a stranger", from.port, from.address);
      past.push({ data, to: from.port });
      // All answers so far, and twice: each answer but the last comes late for its message.
      for (const { data, to } of [...past, ...past]) socket.send(data, to, from.address);
    });
    const args = ["--port", port, "--timeout", "60000"];
    const { stdout } = await run(runtime, "retrying-client", [...args, "one", "two", "three"]);
    const lines = ["one", "two", "three"].flatMap((word) => [`Sending: ${word}`, `Received: ${word}`]);
    expect(String(stdout)).toBe(`${lines.join("\n")}\n`);
  });

  test.each(["receiver", "server"] as const)("%s: Ctrl-C ends it, exit status 0", async (program) => {
    const { running } = await startReceiving(runtime, program);
    running.process.kill("SIGINT");
    const said = program === "server" ? ["Waiting for data...", "Server shutting down"] : [];
    expect(await running.restOfLines()).toEqual(said);
    expect(await running.status).toBe(0);
    expect(await running.stderr).toBe("");
  });

  test.each(["sender", "client"])(
    "%s: Ctrl-C ends it while it waits, by the signal and without a word",
    async (program) => {
      const arrived = Promise.withResolvers<void>();
      const { port } = await udp(() => arrived.resolve());
      const running = start(runtime, program, ["--port", port]);
      await arrived.promise;
      running.process.kill("SIGINT");
      expect(await running.status).toSatisfy((status) => status === null || status === 130);
      expect(await running.stderr).toBe("");
    },
  );
});
