/** A thousand sockets that wait leave the runtime's threads to others: files are read beside them. */
import { readFile } from "node:fs/promises";
import { exit } from "node:process";
import { setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import { waiting } from "./common.ts";

await Promise.all(Array.from({ length: 1000 }, waiting));
// Until they are parked.
await new Promise((resolve) => setTimeout(resolve, 100));
const own = fileURLToPath(import.meta.url);
const texts = await Promise.all(Array.from({ length: 200 }, () => readFile(own, "utf8")));
console.log(`read ${texts.length}`);
exit(0);
