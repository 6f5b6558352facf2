/** `process.exit()` does not wait for calls that wait. */
import { exit } from "node:process";
import { setTimeout } from "node:timers";
import { waiting } from "./common.ts";

await waiting();
setTimeout(() => exit(3), 50);
