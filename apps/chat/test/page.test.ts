import { listen, RUNTIMES } from "@omnisock/apps-common/testing";
import { browserProgram, launchBrowser } from "@omnisock/websocket/testing";
import { describe, expect, test } from "vitest";
import { enter, knock, startServer } from "./programs.ts";

/** Set it to keep pictures of the page there, to be looked at. */
const { CHAT_PICTURES: PICTURES } = process.env;
const PHONE = { width: 360, height: 640 };

describe.skipIf(browserProgram === undefined).each(RUNTIMES)("the page in Chromium, served on %s", (runtime) => {
  test("joins, talks, is told of the end, and connects again", async () => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const page = await (await launchBrowser()).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", (error) => void complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${server.webPort}/`);

    await page.getByText("What is your name?").waitFor();
    await page.getByLabel("Your name").fill("bob");
    await page.getByRole("button", { name: "Join" }).click();
    expect(await ada.next()).toBe("* bob joined");
    await page.getByLabel("Message, or /help").fill("<b>hello</b> from a browser");
    await page.keyboard.press("Enter");
    expect(await ada.next()).toBe("<bob> <b>hello</b> from a browser");
    expect(await page.locator("#lines .own").textContent()).toBe("<b>hello</b> from a browser");
    ada.say("<img src=x onerror=alert(1)>");
    await page.getByText("<img src=x onerror=alert(1)>").waitFor();
    expect(await page.locator("#lines .said b").textContent()).toBe("ada");

    await page.getByRole("textbox").fill("/quit");
    await page.keyboard.press("Enter");
    await page.getByText("not connected").waitFor();
    expect(await ada.next()).toBe("* bob left");
    // As long as nobody answers, nothing can be sent, and so nothing is lost.
    server.process.kill("SIGSTOP");
    await page.getByRole("button", { name: "Connect again" }).click();
    expect(await page.getByRole("button", { name: "Join" }).isDisabled()).toBe(true);
    server.process.kill("SIGCONT");
    await page.getByLabel("Your name").fill("bob");
    await page.getByRole("button", { name: "Join" }).click();
    expect(await ada.next()).toBe("* bob joined");
    expect(complaints).toEqual([]);
  });

  test("a page of another server is refused", async () => {
    const server = await startServer(runtime);
    const port = await listen(
      (socket) => void socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nelsewhere")),
    );
    const page = await (await launchBrowser()).newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const code = await page.evaluate(
      (url) =>
        new Promise<number>((resolve) => new WebSocket(url).addEventListener("close", (end) => resolve(end.code))),
      `ws://127.0.0.1:${server.webPort}/chat`,
    );
    expect(code).toBe(1006);
  });
});

describe.skipIf(browserProgram === undefined)("the page on a phone", () => {
  test.each(["light", "dark"] as const)("fits its screen, %s", async (colorScheme) => {
    const server = await startServer("node");
    const ada = await enter(await knock(server), "ada");
    const browser = await launchBrowser();
    for (const viewport of [PHONE, { width: 1100, height: 700 }]) {
      const page = await browser.newPage({ colorScheme, viewport });
      await page.goto(`http://127.0.0.1:${server.webPort}/`);
      await page.getByText("What is your name?").waitFor();
      await page.getByLabel("Your name").fill(`bob${viewport.width}`);
      await page.keyboard.press("Enter");
      await page.getByText("Welcome").waitFor();
      ada.say(`a word that ends never: ${"x".repeat(300)}`);
      ada.say("and a short one");
      await page.getByText("and a short one").waitFor();
      await page.getByRole("textbox").fill("an answer from the browser, long enough for two lines on a phone");
      await page.keyboard.press("Enter");
      await page.locator(".own").waitFor();
      const size = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        const background = getComputedStyle(document.body).backgroundColor;
        return { scrollWidth, scrollHeight, background };
      });
      expect(size).toMatchObject({ scrollWidth: viewport.width, scrollHeight: viewport.height });
      expect(size.background).toBe(colorScheme === "light" ? "rgb(246, 247, 249)" : "rgb(20, 23, 28)");
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${colorScheme}-${viewport.width}.png` });
    }
  });
});
