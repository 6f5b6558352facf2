import { once } from "node:events";
import { text } from "node:stream/consumers";
import { RUNTIMES } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { dialWeb, enter, knock, knockAsBrowser, type Member, run, startServer } from "./programs.ts";

const ONE_LINE = /^.+\n$/;

describe.each(RUNTIMES)("server on %s", (runtime) => {
  test("--help prints the usage", async () => {
    const { status, stdout, stderr } = await run(runtime, "server", ["--help"]);
    expect(String(stdout)).toMatch(/^Usage: .*--host.*--port.*--web-port/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["--web-port", "http"],
    ["--most", "0"],
    ["--rate", "-1"],
  ])("%s %s is refused on one line, exit status 2", async (option, value) => {
    const { status, stderr } = await run(runtime, "server", [`${option}=${value}`]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(option);
    expect(status).toBe(2);
  });

  test("a port in use gives EADDRINUSE on one line, exit status 1", async () => {
    const server = await startServer(runtime);
    for (const option of ["--port", "--web-port"]) {
      const ports = { "--port": "0", "--web-port": "0", [option]: String(server.webPort) };
      const { status, stderr } = await run(runtime, "server", Object.entries(ports).flat());
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toContain(`127.0.0.1:${server.webPort}: EADDRINUSE`);
      expect(status).toBe(1);
    }
  });

  test("lines and browsers are in one room, and see each other come, talk, and go", async () => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter(await knockAsBrowser(server), "bob");
    expect(await ada.next()).toBe("* bob joined");
    ada.say("hällo");
    expect(await bob.next()).toBe("<ada> hällo");
    bob.say("hi");
    expect(await ada.next()).toBe("<bob> hi");
    bob.say("/who");
    expect(await bob.next()).toBe("* Here: ada, bob");
    bob.say("/nick Robert");
    expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill("* bob is now Robert"));
    bob.say("/quit");
    expect([await bob.next(), await bob.next()]).toEqual(["* Goodbye.", "(closed with 1001)"]);
    expect(await ada.next()).toBe("* Robert left");
    ada.say("/quit");
    expect([await ada.next(), await ada.next()]).toEqual(["* Goodbye.", "(end)"]);
  });

  test("ends of all kinds are seen: of the stream, a reset, a close frame", async () => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter(await knock(server), "bob");
    expect(await ada.next()).toBe("* bob joined");
    bob.socket.end("last words\n");
    expect([await ada.next(), await ada.next()]).toEqual(["<bob> last words", "* bob left"]);
    expect([await bob.next(), await bob.next()]).toEqual(["* Goodbye.", "(end)"]);
    const cy = await enter(await knock(server), "cy");
    cy.socket.resetAndDestroy();
    expect([await ada.next(), await ada.next()]).toEqual(["* cy joined", "* cy left"]);
    const dan = await enter(await knockAsBrowser(server), "dan");
    dan.socket.close(1000);
    expect(await dan.next()).toBe("(closed with 1000)");
    expect([await ada.next(), await ada.next()]).toEqual(["* dan joined", "* dan left"]);
  });

  test.each([
    ["a line that is too long", "x".repeat(1001), "* A line has at most 1000 bytes: yours was dropped."],
    ["a message that is too long", "x".repeat(1001), "* A line has at most 1000 bytes: yours was dropped."],
  ])("%s is dropped with a word, and the next one is said", async (what, line, word) => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter<Member>(await (what.includes("message") ? knockAsBrowser : knock)(server), "bob");
    expect(await ada.next()).toBe("* bob joined");
    bob.say(line);
    bob.say("short");
    expect(await bob.next()).toBe(word);
    expect(await ada.next()).toBe("<bob> short");
  });

  test("hostile lines: bytes that are no UTF-8, escape sequences, line endings in a message", async () => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter(await knock(server), "bob");
    const cy = await enter(await knockAsBrowser(server), "cy");
    expect([await ada.next(), await ada.next()]).toEqual(["* bob joined", "* cy joined"]);
    bob.socket.write(Buffer.from([0xff, 0xfe, 0x0a]));
    expect([await bob.next(), await bob.next()]).toEqual(["* cy joined", "* That was no UTF-8."]);
    bob.say("\u001b[2Jgone");
    expect(await ada.next()).toBe("<bob> \ufffd[2Jgone");
    cy.say("hi\n* bob left");
    expect(await ada.next()).toBe("<cy> hi\ufffd* bob left");
  });

  test.each([
    ["bytes", (member: Awaited<ReturnType<typeof knockAsBrowser>>) => member.socket.send(Buffer.of(1)), 1003],
    [
      "a message far too long",
      (member: Awaited<ReturnType<typeof knockAsBrowser>>) => member.say("x".repeat(16_001)),
      1009,
    ],
  ])("a browser that sends %s is closed, and the room is told", async (_, send, code) => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter(await knockAsBrowser(server), "bob");
    send(bob);
    expect(await bob.next()).toBe(`(closed with ${code})`);
    expect([await ada.next(), await ada.next()]).toEqual(["* bob joined", "* bob left"]);
  });

  test("who does not read is dropped with a word, and the others are served meanwhile", async () => {
    const server = await startServer(runtime, ["--rate", String(2 ** 30), "--outbox", "20000"]);
    const ada = await enter(await knock(server), "ada");
    const slow = await enter(await knock(server), "slow");
    expect(await ada.next()).toBe("* slow joined");
    slow.socket.pause();
    const bob = await enter(await knock(server), "bob");
    expect(await ada.next()).toBe("* bob joined");
    let dropped = "";
    // Thousands of lines, and several on their way: a turn for each would take its time on a busy machine.
    for (let round = 0; dropped === ""; round++) {
      const lines = Array.from({ length: 200 }, (_, at) => `${round}.${at} ${"x".repeat(900)}`);
      ada.socket.write(`${lines.join("\n")}\n`);
      for (const line of lines) {
        let seen = await bob.next();
        if (seen.startsWith("* slow")) {
          dropped = seen;
          seen = await bob.next();
        }
        expect(seen).toBe(`<ada> ${line}`);
      }
    }
    expect(dropped).toBe("* slow was too slow, and was dropped");
    slow.socket.resume();
    let last = "";
    for (let line = await slow.next(); line !== "(end)"; line = await slow.next()) last = line;
    expect(last).toBe("* You read too slowly: goodbye.");
  });

  test("who writes too much is made to wait, loses nothing, and does not keep others waiting", async () => {
    const server = await startServer(runtime, ["--rate", "1000"]);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter(await knock(server), "bob");
    expect(await ada.next()).toBe("* bob joined");
    const lines = Array.from({ length: 12 }, (_, at) => `${at} ${"x".repeat(400)}`);
    bob.socket.write(`${lines.join("\n")}\n`);
    for (const line of lines.slice(0, 6)) expect(await ada.next()).toBe(`<bob> ${line}`);
    ada.say("/who");
    const rest = [];
    while (rest.length < 7) rest.push(await ada.next());
    expect(rest.toSorted()).toEqual(["* Here: ada, bob", ...lines.slice(6).map((line) => `<bob> ${line}`)].toSorted());
  });

  test("--most clients, and no more; when one has left, there is room", async () => {
    const server = await startServer(runtime, ["--most", "2"]);
    const ada = await enter(await knock(server), "ada");
    await enter(await knock(server), "bob");
    const third = await knock(server);
    expect([await third.next(), await third.next()]).toEqual(["* The room is full: try again later.", "(end)"]);
    const browser = await dialWeb(server);
    expect(await text(browser)).toMatch(/^HTTP\/1\.1 503 /);
    browser.end();
    third.socket.end();
    ada.say("/quit");
    while ((await ada.next()) !== "(end)");
    ada.socket.end();
    await once(ada.socket, "close");
    let line: string;
    do {
      const next = await knock(server);
      line = await next.next();
      next.socket.end();
    } while (line.includes("full"));
    expect(line).toBe("* What is your name?");
  });

  test.each([
    ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "200 OK"],
    ["GET /other HTTP/1.1\r\nHost: h\r\n\r\n", "404"],
    ["POST / HTTP/1.1\r\nHost: h\r\n\r\n", "405"],
    ["nonsense\r\n\r\n", "400"],
    [`GET / HTTP/1.1\r\nCookie: ${"x".repeat(9000)}\r\n\r\n`, "431"],
  ])("a browser's request %#", async (request, status) => {
    const server = await startServer(runtime);
    const socket = await dialWeb(server);
    socket.write(request);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    if (status === "200 OK") expect(answer).toMatch(/<\/html>\n$/);
  });

  test("a page of another server cannot join", async () => {
    const server = await startServer(runtime);
    await expect(knockAsBrowser(server, { origin: "http://evil.example" })).rejects.toThrow("403");
    await enter(await knockAsBrowser(server, { origin: `http://127.0.0.1:${server.webPort}` }), "ada");
  });

  test("Ctrl-C says goodbye to all, also to one that does not read, exit status 0", async () => {
    const server = await startServer(runtime);
    const ada = await enter(await knock(server), "ada");
    const bob = await enter(await knockAsBrowser(server), "bob");
    expect(await ada.next()).toBe("* bob joined");
    const nobody = await dialWeb(server);
    nobody.write("GET /");
    (await knock(server)).socket.pause();
    server.process.kill("SIGINT");
    const goodbye = "* The server shuts down. Goodbye.";
    expect([await ada.next(), await ada.next()]).toEqual([goodbye, "(end)"]);
    expect([await bob.next(), await bob.next()]).toEqual([goodbye, "(closed with 1001)"]);
    expect(await server.status).toBe(0);
    expect(await server.stderr).toBe("");
  });
});
