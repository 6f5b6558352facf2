/** A thousand sockets that wait leave the runtime's threads to others: files are read beside them. */
import { readFile } from "node:fs/promises";
import { exit } from "node:process";
import { fileURLToPath } from "node:url";
import { parked, waiting } from "./common.ts";

await Promise.all(Array.from({ length: 1000 }, waiting));
await parked();
const own = fileURLToPath(import.meta.url);
const texts = await Promise.all(Array.from({ length: 200 }, () => readFile(own, "utf8")));
console.log(`read ${texts.length}`);
exit(0);
