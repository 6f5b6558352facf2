import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, test } from "vitest";
import { crossCases, findPeers, pairingsOf } from "../../dist/cross/index.js";

const INSTALLED = fileURLToPath(new URL("../../../../node_modules/.bin", import.meta.url));
const { PATH = "" } = process.env;

const peers = await findPeers([INSTALLED, ...PATH.split(delimiter)]);
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
