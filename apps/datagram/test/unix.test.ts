import { randomUUID } from "node:crypto";
import { ask, counterparts, got, RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { run, start } from "./ends.ts";

const ANSWERS = RUNTIMES.map((runtime) => ({
  runtime,
  has: ask(runtime, new URL("has-unix-datagrams.ts", import.meta.url)),
}));
const ABLE = ANSWERS.filter(({ has }) => has === "yes");
const UNABLE = ANSWERS.filter(({ has }) => has === "no");
const PEERS = counterparts(import.meta.url, "peer").filter(({ language }) => language === "Python");

const newName = () => `@omnisock-${randomUUID()}`;

test("every runtime says whether it has Unix datagrams, and one has", () => {
  expect(ABLE.length).toBeGreaterThan(0);
  expect(ABLE.length + UNABLE.length).toBe(RUNTIMES.length);
});

describe.each(UNABLE)("on $runtime", ({ runtime }) => {
  test.each(["receiver", "sender"])("%s --unix is EOPNOTSUPP, exit status 1", async (program) => {
    const { status, stderr } = await run(runtime, program, ["--unix", newName()]);
    expect(stderr).toMatch(/^.*EOPNOTSUPP.*Unix datagrams.*\n$/);
    expect(status).toBe(1);
  });
});

describe.each(ABLE)("on $runtime", ({ runtime }) => {
  test.each(ABLE)("receiver --unix hears the sender on $runtime", async ({ runtime: other }) => {
    const name = newName();
    const running = start(runtime, "receiver", ["--unix", name]);
    expect(await running.nextLine()).toBe(`Waiting for data on unix:${name}`);
    const { stdout } = await run(other, "sender", ["--unix", name]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);
  });

  test.each(PEERS)("receiver --unix with $language at the other end", async (peer) => {
    const name = newName();
    const running = start(runtime, "receiver", ["--unix", name]);
    expect(await running.nextLine()).toBe(`Waiting for data on unix:${name}`);
    expect(await peer.start("ask", name, "Hello!").nextLine()).toBe(got("got it!"));
    expect(await running.restOfLines()).toEqual(["Received: Hello!"]);
  });

  test.each(PEERS)("sender --unix with $language at the other end", async (peer) => {
    const name = newName();
    const answering = peer.start("answer", "got it!", name);
    await answering.match(/^port @/);
    const { stdout } = await run(runtime, "sender", ["--unix", name]);
    expect(String(stdout)).toBe("Sending data...\nGot response: got it!\n");
    expect(await answering.nextLine()).toBe(got("Hello!"));
  });
});
