/** Importing loads nothing; the first socket does. */
import { readFileSync } from "node:fs";
import { AddressFamily, SocketType } from "@omnisock/core";
import "../../dist/index.js";
import { Socket } from "../../dist/sync/index.js";

const isLoaded = (): boolean => readFileSync("/proc/self/maps", "utf8").includes("koffi");
const before = isLoaded();
new Socket(AddressFamily.INET, SocketType.STREAM).close();
console.log(`before ${before}, after ${isLoaded()}`);
