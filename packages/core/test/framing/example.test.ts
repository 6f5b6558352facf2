import { expect, test } from "vitest";
import { ask, serve } from "../../examples/sums.ts";
import { connectedPair } from "./pair.ts";
import { bytes } from "./support.ts";

test("the README's example answers", async () => {
  const [client, server] = await connectedPair();
  const serving = serve(server);
  expect(await ask(client, [[1, 2, 3], [], [-4, 4.5]])).toEqual([6, 0, 0.5]);
  await serving;
});

test("the README's example closes on whom it does not know", async () => {
  const [client, server] = await connectedPair();
  const serving = serve(server);
  await client.sendAll(bytes("HELLO\n"));
  expect(await client.receive(new Uint8Array(1))).toBe(0);
  await Promise.all([serving, client.close()]);
});
