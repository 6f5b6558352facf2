/** `process.exit()` does not wait for calls that wait. */
import { exit } from "node:process";
import { parked, waiting } from "./common.ts";

await waiting();
await parked();
exit(3);
