import { RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { browserProgram, launchBrowser } from "./browser.ts";
import { startServer } from "./programs.ts";

describe.skipIf(browserProgram === undefined).each(RUNTIMES)("Chromium and a server on %s", (runtime) => {
  test("open, talk in text and bytes, and close", async () => {
    const server = await startServer(runtime);
    const browser = await launchBrowser();
    const page = await browser.newPage();
    const seen = await page.evaluate(async (url) => {
      const socket = new WebSocket(url);
      socket.binaryType = "arraybuffer";
      const next = (type: string) =>
        new Promise<Event>((resolve) => socket.addEventListener(type, resolve, { once: true }));
      const received = async () => ((await next("message")) as MessageEvent<string | ArrayBuffer>).data;
      await next("open");
      socket.send("Hellö from a browser");
      const text = await received();
      const bytes = new Uint8Array(300_000).map((_, at) => at % 251);
      socket.send(bytes);
      const back = new Uint8Array((await received()) as ArrayBuffer);
      const isSame = back.length === bytes.length && back.every((byte, at) => byte === bytes[at]);
      const closed = next("close");
      socket.close(4001, "seen enough");
      const { code, reason, wasClean } = (await closed) as CloseEvent;
      return { text, isSame, extensions: socket.extensions, code, reason, wasClean };
    }, server.url);
    expect(seen).toEqual({
      text: "Hellö from a browser",
      isSame: true,
      extensions: "",
      code: 4001,
      reason: "seen enough",
      wasClean: true,
    });
  });

  test("Ctrl-C at the server is a clean close with code 1001", async () => {
    const server = await startServer(runtime);
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.evaluate(async (url) => {
      const socket = new WebSocket(url);
      const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      Object.assign(globalThis, { socketClosed: closed });
    }, server.url);
    server.process.kill("SIGINT");
    const seen = await page.evaluate(async () => {
      const { code, wasClean } = await (globalThis as unknown as { socketClosed: Promise<CloseEvent> }).socketClosed;
      return { code, wasClean };
    });
    expect(seen).toEqual({ code: 1001, wasClean: true });
    expect(await server.status).toBe(0);
  });

  test("a message longer than the limit is a close with code 1009", async () => {
    const server = await startServer(runtime, ["--max-message", "1000"]);
    const browser = await launchBrowser();
    const page = await browser.newPage();
    const code = await page.evaluate(async (url) => {
      const socket = new WebSocket(url);
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      socket.send("x".repeat(1001));
      return new Promise<number>((resolve) => socket.addEventListener("close", (event) => resolve(event.code)));
    }, server.url);
    expect(code).toBe(1009);
  });
});
