import { randomUUID } from "node:crypto";
import { counterparts, got, RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import * as commandLines from "../src/command-lines.ts";
import { deafPort, run, start, startReceiving, udp } from "./ends.ts";

const PAIRINGS = RUNTIMES.flatMap((one) => RUNTIMES.map((two) => ({ one, two })));
/** Each runtime in each place, and with another: enough where all pairings would only take long. */
const NEIGHBOURS = PAIRINGS.filter(({ one, two }) => RUNTIMES.indexOf(two) === (RUNTIMES.indexOf(one) + 1) % 3);
const PYTHON = counterparts(import.meta.url, "peer").filter(({ language }) => language === "Python");

test.each(["receiver", "sender"])("%s on Deno without --allow-ffi says so, exit status 1", async (program) => {
  const runWith = ["run", "--allow-read", "--allow-env"];
  const { status, stderr } = await start("deno", `sync ${program}`, [], { runWith }).result();
  expect(stderr).toMatch(new RegExp(`^${program}: .*--allow-ffi.*\\n$`));
  expect(status).toBe(1);
});

describe.each(PAIRINGS)("blocking calls on $one, promises on $two", ({ one, two }) => {
  test("receiver hears the sender", async () => {
    const { running, port } = await startReceiving(one, "sync receiver");
    const { stdout } = await run(two, "sender", ["--port", port]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);
    expect(await running.status).toBe(0);
  });

  test("sender is heard by the receiver", async () => {
    const { running, port } = await startReceiving(two, "receiver");
    const { stdout } = await run(one, "sync sender", ["--port", port]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);
  });
});

describe.each(NEIGHBOURS)("blocking calls on $one, promises on $two", ({ one, two }) => {
  test("server answers the client", async () => {
    const { port } = await startReceiving(one, "sync server");
    const { stdout } = await run(two, "client", ["--port", port]);
    expect(String(stdout)).toBe("Sending: Hello from UDP client!\nReceived: Hello from UDP server!\n");
  });

  test("clients are answered by the server, the one that retries through a network that loses two of three", async () => {
    const { port } = await startReceiving(two, "server");
    const { stdout } = await run(one, "sync client", ["--port", port]);
    expect(String(stdout)).toBe("Sending: Hello from UDP client!\nReceived: Hello from UDP server!\n");

    const bad = await startReceiving(two, "server", ["--drop", "2", "--answers", "2"]);
    const args = ["--port", bad.port, "--timeout", "50", "--attempts", "12"];
    const retrying = await run(one, "sync retrying-client", args);
    expect(String(retrying.stdout)).toMatch(/\(attempt 2\)\n.*\(attempt 3\)\n/);
    expect(String(retrying.stdout)).toMatch(/\nReceived: Hello from UDP server! \(answer \d+\)\n$/);
  });
});

describe.each(RUNTIMES)("blocking calls on %s", (runtime) => {
  test.each(Object.values(commandLines))("$name: --help is the same", async ({ name, help }) => {
    const { status, stdout, stderr } = await run(runtime, `sync ${name}`, ["--help"]);
    expect({ status, stdout: String(stdout), stderr }).toEqual({ status: 0, stdout: `${help}\n`, stderr: "" });
  });

  test("a mistake on the command line is the same, exit status 2", async () => {
    const { status, stderr } = await run(runtime, "sync sender", ["--port", "much"]);
    expect(stderr).toBe("sender: --port takes a whole number from 1 to 65535, not 'much'; --help tells more\n");
    expect(status).toBe(2);
  });

  test.each([
    [[], 2, /^sync: which program\? .*receiver.*\n$/],
    [["nonsense"], 2, /^sync: .*'nonsense'.*receiver.*\n$/],
    [["toString"], 2, /^sync: .*'toString'.*\n$/],
    [["--help"], 0, /^$/],
  ])("sync %j: exit status %i", async (args, expected, said) => {
    const { status, stdout, stderr } = await run(runtime, "sync", args);
    expect(stderr).toMatch(said);
    expect(status).toBe(expected);
    if (expected === 0) expect(String(stdout)).toMatch(/^Usage: sync PROGRAM .*retrying-client/s);
  });

  test("IPv6 works as IPv4 does", async () => {
    const { running, port } = await startReceiving(runtime, "sync receiver", ["--host", "::1"]);
    const { stdout } = await run(runtime, "sync sender", ["--host", "::1", "--port", port, "two", "words"]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: two words"]);
  });

  test("a port in use gives EADDRINUSE, a timeout EAGAIN, exit status 1", async () => {
    const { port } = await udp();
    const taken = await run(runtime, "sync server", ["--port", port]);
    expect(taken.stderr).toMatch(/^server: .*EADDRINUSE.*--port.*\n$/);
    expect(taken.status).toBe(1);
    const waiting = await run(runtime, "sync sender", ["--port", port, "--timeout", "20"]);
    expect(waiting.stderr).toMatch(/^sender: .*EAGAIN.*nobody answered.*\n$/);
    expect(waiting.status).toBe(1);
  });

  test("retrying-client gives up after its attempts, though nobody is at the port, exit status 1", async () => {
    const port = await deafPort();
    const args = ["--port", port, "--timeout", "10", "--attempts", "3"];
    const { status, stdout, stderr } = await run(runtime, "sync retrying-client", [...args, "x"]);
    expect(String(stdout)).toBe("Sending: x\nSending: x (attempt 2)\nSending: x (attempt 3)\n");
    expect(stderr).toBe(`retrying-client: no answer from 127.0.0.1:${port} after 3 attempts\n`);
    expect(status).toBe(1);
  });

  test.each(RUNTIMES)("receiver --unix hears the sender on %s", async (other) => {
    const name = `@omnisock-${randomUUID()}`;
    const running = start(runtime, "sync receiver", ["--unix", name]);
    expect(await running.nextLine()).toBe(`Waiting for data on unix:${name}`);
    const { stdout } = await run(other, "sync sender", ["--unix", name]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);
  });

  test.each(PYTHON)("receiver and sender --unix with $language at the other end", async (peer) => {
    const name = `@omnisock-${randomUUID()}`;
    const running = start(runtime, "sync receiver", ["--unix", name]);
    expect(await running.nextLine()).toBe(`Waiting for data on unix:${name}`);
    expect(await peer.start("ask", name, "Hello!").nextLine()).toBe(got("got it!"));
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);

    const answering = peer.start("answer", "got it!", name);
    await answering.match(/^port @/);
    const { stdout } = await run(runtime, "sync sender", ["--unix", name]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await answering.nextLine()).toBe(got("Hello!"));
  });

  test.each(["receiver", "server", "sender", "client", "retrying-client"])(
    "%s: Ctrl-C ends it while its call waits, by the signal and without a word",
    async (program) => {
      const arrived = Promise.withResolvers<void>();
      const { port } = await udp(() => arrived.resolve());
      const waits = program === "receiver" || program === "server";
      const patience = program === "retrying-client" ? ["--timeout", "60000"] : [];
      const running = waits
        ? (await startReceiving(runtime, `sync ${program}`)).running
        : start(runtime, `sync ${program}`, ["--port", port, ...patience]);
      if (!waits) await arrived.promise;
      running.process.kill("SIGINT");
      expect(await running.status).toBe(null);
      expect(running.process.signalCode).toBe("SIGINT");
      expect(await running.stderr).toBe("");
    },
  );
});
