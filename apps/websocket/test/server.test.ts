import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { dial, RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { closing, nextMessage, open, RESPONSE, run, speak, startServer } from "./programs.ts";

/** A masked close frame with code 1000. */
const CLOSE_1000 = "888200000000 03e8".replace(" ", "");

describe.each(RUNTIMES)("server on %s", (runtime) => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run(runtime, "server", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: .*--host.*--port/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("a message length that cannot be is named, exit status 2", async () => {
    const { status, stderr } = await run(runtime, "server", ["--max-message", "0"]);
    expect(stderr).toMatch(/^.*--max-message.*\n$/);
    expect(status).toBe(2);
  });

  test("the handshake is the text's, to the byte, and so is the RFC's Hello", async () => {
    const server = await startServer(runtime);
    const socket = await speak(server, `818537fa213d7f9f4d5158${CLOSE_1000}`);
    expect((await buffer(socket)).toString("latin1")).toBe(`${RESPONSE}\x81\x05Hello\x88\x02\x03\xe8`);
  });

  test("texts, bytes and fragments come back to a client of ws", async () => {
    const server = await startServer(runtime);
    const client = await open(server.url);
    client.send("Hellö");
    expect(await nextMessage(client)).toBe("Hellö");
    const bytes = Buffer.alloc(2 ** 20, "0123456789");
    client.send(bytes);
    expect(bytes.equals((await nextMessage(client)) as Buffer)).toBe(true);
    for (const part of ["one ", "two "]) client.send(part, { fin: false });
    client.ping("between");
    client.send("three", { fin: true });
    const [[pong], message] = await Promise.all([once(client, "pong"), nextMessage(client)]);
    expect([String(pong), message]).toEqual(["between", "one two three"]);
    client.close(3000, "enough");
    expect(await closing(client)).toEqual({ code: 3000, reason: "enough" });
  });

  test.each([
    ["a frame without a mask", "810548656c6c6f", 1002],
    ["a reserved bit", "c18000000000", 1002],
    ["a fragmented ping", "098000000000", 1002],
    ["a ping of 126 bytes", "89fe007e00000000", 1002],
    ["an opcode without meaning", "838000000000", 1002],
    ["a message that goes on and never began", "808000000000", 1002],
    ["a text that is no UTF-8", "818200000000cec3", 1007],
    ["a close frame of one byte", "88810000000003", 1002],
    ["a close code that must not be sent", "88820000000003ed", 1002],
    ["a message longer than the limit", "82ff000000000010000100000000", 1009],
  ])("%s is answered with a close frame", async (_, hex, code) => {
    const server = await startServer(runtime);
    const socket = await speak(server, hex);
    const answer = await buffer(socket);
    expect(answer.subarray(0, RESPONSE.length).toString()).toBe(RESPONSE);
    const frame = answer.subarray(RESPONSE.length);
    expect({ opcode: frame[0], code: frame.readUInt16BE(2) }).toEqual({ opcode: 0x88, code });
    expect(await server.nextComplaint()).toContain("127.0.0.1:");
  });

  test("--max-message limits frames and fragmented messages alike", async () => {
    const server = await startServer(runtime, ["--max-message", "10"]);
    for (const fin of [true, false]) {
      const client = await open(server.url);
      client.send("12345", { fin });
      if (fin) expect(await nextMessage(client)).toBe("12345");
      client.send(fin ? "12345678901" : "678901");
      expect((await closing(client)).code).toBe(1009);
    }
  });

  test("a peer that floods it while it is refused still reads why", async () => {
    const server = await startServer(runtime, ["--max-message", "10"]);
    const client = await open(server.url);
    client.send(Buffer.alloc(2 ** 20));
    expect((await closing(client)).code).toBe(1009);
  });

  test.each([
    ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", 426],
    ["nonsense\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nHost: ${"h".repeat(9000)}\r\n\r\n`, 431],
  ])("a request that is no handshake is answered: %#", async (request, status) => {
    const server = await startServer(runtime);
    const socket = await dial(server);
    socket.write(request);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test("Ctrl-C says goodbye, also to a client that reads nothing, exit status 0", async () => {
    const server = await startServer(runtime);
    const shaking = await dial(server);
    shaking.write("GET /chat");
    const deaf = await speak(server);
    await once(deaf, "readable");
    const client = await open(server.url);
    client.send("one");
    await nextMessage(client);
    server.process.kill("SIGINT");
    expect(await closing(client)).toEqual({ code: 1001, reason: "the server shuts down" });
    expect(await server.nextLine()).toBe("sent back 1 message");
    expect(await server.status).toBe(0);
    expect(await server.stderr).toBe("");
  });

  test("a client that breaks its connection is reported, and the others are served", async () => {
    const server = await startServer(runtime);
    const rude = await speak(server);
    await once(rude, "data");
    rude.resetAndDestroy();
    expect(await server.nextComplaint()).toContain("ECONNRESET");
    const client = await open(server.url);
    client.send("hello");
    expect(await nextMessage(client)).toBe("hello");
  });
});
