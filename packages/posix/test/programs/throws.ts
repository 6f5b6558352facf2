/** Nor does an error that nobody catches. */
import { setTimeout } from "node:timers";
import { waiting } from "./common.ts";

await waiting();
setTimeout(() => {
  throw new Error("nobody catches this");
}, 50);
