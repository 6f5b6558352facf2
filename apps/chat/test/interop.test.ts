import { counterparts, got, RUNTIMES, type Running } from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { start, startServer } from "./programs.ts";

const PEERS = counterparts(import.meta.url, "peer");

function type(running: Running, line: string): void {
  running.process.stdin.write(`${line}\n`);
}

/** What somebody in another language is sent, to the byte. */
async function expectBytes(peer: Running, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) expect(await peer.nextLine()).toBe(got(`${line}\n`));
}

async function expectLines(client: Running, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) expect(await client.nextLine()).toBe(line);
}

describe.each(RUNTIMES)("on %s", (runtime) => {
  test.each(PEERS)("server with guests in $language, and one of ours, in one room", async (peer) => {
    const server = await startServer(runtime);
    const help = "/help says what you can do.";
    const ada = peer.start("join", String(server.port));
    await expectBytes(ada, "* What is your name?");
    type(ada, "ada");
    await expectBytes(ada, `* Welcome, ada. Here: ada. ${help}`);

    const bob = peer.start("join", String(server.port));
    await expectBytes(bob, "* What is your name?");
    type(bob, "ada");
    type(bob, "bob");
    await expectBytes(bob, "* ada is here already. What is your name?", `* Welcome, bob. Here: ada, bob. ${help}`);
    await expectBytes(ada, "* bob joined");

    const ours = start(runtime, "client", ["--port", String(server.port), "--name", "cy"]);
    await expectLines(ours, "* What is your name?", `* Welcome, cy. Here: ada, bob, cy. ${help}`);
    await expectBytes(ada, "* cy joined");
    await expectBytes(bob, "* cy joined");

    // Two lines in one piece, and one in two.
    ada.process.stdin.write("grüß\ndich\nnoch ");
    await expectBytes(bob, "<ada> grüß", "<ada> dich");
    ada.process.stdin.write("einmal\n");
    await expectBytes(bob, "<ada> noch einmal");
    await expectLines(ours, "<ada> grüß", "<ada> dich", "<ada> noch einmal");
    type(ours, "hi");
    await expectBytes(ada, "<cy> hi");
    type(bob, "/who");
    await expectBytes(bob, "<cy> hi", "* Here: ada, bob, cy");

    type(bob, "/quit");
    await expectBytes(bob, "* Goodbye.");
    expect(await bob.restOfLines()).toEqual(["end"]);
    expect(await bob.status).toBe(0);
    await expectBytes(ada, "* bob left");
    // The end of what is typed is the end of the stream.
    ada.process.stdin.end("bye\n");
    await expectBytes(ada, "* Goodbye.");
    expect(await ada.restOfLines()).toEqual(["end"]);
    await expectLines(ours, "* bob left", "<ada> bye", "* ada left");
  });

  test.each(PEERS)("client in the room of a server in $language", async (peer) => {
    const server = peer.start("serve");
    const [, port = ""] = await server.match(/^port (\d+)$/);
    const ada = start(runtime, "client", ["--port", port, "--name", "ada"]);
    await expectLines(ada, "* What is your name?", "* Welcome, ada. Here: ada.");
    const bob = peer.start("join", port);
    await expectBytes(bob, "* What is your name?");
    type(bob, "bob");
    await expectBytes(bob, "* Welcome, bob. Here: ada, bob.");
    await expectLines(ada, "* bob joined");

    type(ada, "grüß dich");
    await expectBytes(bob, "<ada> grüß dich");
    type(bob, "hi");
    await expectLines(ada, "<bob> hi");
    type(ada, "/who");
    await expectLines(ada, "* Here: ada, bob");
    type(ada, "/quit");
    expect(await ada.restOfLines()).toEqual(["* Goodbye."]);
    expect(await ada.status).toBe(0);
    await expectBytes(bob, "* ada left");

    // What the server was sent, to the byte.
    await expectBytes(server, "ada", "bob", "grüß dich", "hi", "/who", "/quit");
  });

  test.each(PEERS)("client whose input ends, with a server in $language", async (peer) => {
    const server = peer.start("serve");
    const [, port = ""] = await server.match(/^port (\d+)$/);
    const ada = start(runtime, "client", ["--port", port]);
    ada.process.stdin.end("ada\nlast words");
    expect(await ada.restOfLines()).toEqual(["* What is your name?", "* Welcome, ada. Here: ada.", "* Goodbye."]);
    expect(await ada.status).toBe(0);
    await expectBytes(server, "ada", "last words");
  });
});
