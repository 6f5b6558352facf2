import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { crossCases, findPeers, pairingsOf, runToolCase, toolCases } from "../../dist/cross/index.js";
import { PeerProcess } from "../../dist/cross/peer-process.js";
import { findCommand } from "../../dist/find-command.js";

const INSTALLED = fileURLToPath(new URL("../../../../node_modules/.bin", import.meta.url));
const { PATH = "" } = process.env;

const folders = [INSTALLED, ...PATH.split(delimiter)];
const peers = await findPeers(folders);
afterAll(() => peers.close());

for (const pairing of pairingsOf(peers.found)) {
  describe(pairing.name, () => {
    afterAll(() => pairing.close());
    for (const one of crossCases) test(one.title, () => pairing.run(one));
  });
}

for (const { name, reason } of peers.missing) {
  describe(`every pairing with ${name}`, () => {
    for (const one of crossCases) test(one.title, ({ skip }) => skip(`not run: ${reason}`));
  });
}

for (const one of toolCases) {
  const command = await findCommand(one.tool, folders);
  describe(one.title, () => {
    for (const peer of peers.found) {
      test(`${peer.name} ← ${one.tool}`, ({ skip }) => {
        if (command === undefined) return skip(`not run: there is no command ${one.tool}`);
        return runToolCase(one, peer, command);
      });
    }
  });
}

describe("a driver", () => {
  for (const peer of peers.found) {
    test(`${peer.name} answers what it cannot obey with an error, and goes on`, async () => {
      const driver = new PeerProcess(peer);
      try {
        for (const command of ["dance", "", "listen nowhere", "accept", "send"]) {
          expect(await driver.refusal(command), command).not.toBe("");
        }
        expect(await driver.ask("listen 127.0.0.1:0")).toMatch(/^127\.0\.0\.1:\d+$/);
        await driver.ask("clear");
        await driver.end();
      } finally {
        driver.kill();
      }
    });
  }
});

test("findPeers() names what is missing, and why", async () => {
  const { found, missing, close } = await findPeers([]);
  await close();
  expect(found).toEqual([]);
  expect(missing.map(({ name }) => name)).toEqual(["node", "bun", "deno", "c", "python"]);
  for (const { reason } of missing) expect(reason).toMatch(/^there is no (command|C compiler)/);
});
