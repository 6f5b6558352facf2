/** An address that every interface may lead to. */
import { Internet6Address } from "@omnisock/core";
import { expect, test } from "vitest";
import { adapter } from "../dist/adapter.js";
import { PLAIN } from "./plain-options.ts";

test("connect() to a link-local address without its interface is EINVAL, as the kernel says", async () => {
  const to = new Internet6Address("fe80::1", 9);
  const { signal } = new AbortController();
  const connecting = adapter.connect({ type: "STREAM", to, from: undefined, options: PLAIN, signal }, () => {
    throw new Error("It connected");
  });
  await expect(connecting).rejects.toMatchObject({ code: "EINVAL" });
});
