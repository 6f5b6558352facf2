/** Nor does an error that nobody catches. */
import { setImmediate } from "node:timers";
import { parked, waiting } from "./common.ts";

await waiting();
await parked();
setImmediate(() => {
  throw new Error("nobody catches this");
});
