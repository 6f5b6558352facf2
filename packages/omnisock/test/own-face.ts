import process from "node:process";

const { bun, deno } = process.versions;
const runtime = bun !== undefined ? "bun" : deno !== undefined ? "deno" : "node";

/** The adapter of the runtime. By its file: the test runner takes the package for Node's on every runtime. */
export const face = (await import(`../dist/${runtime}.js`)) as typeof import("omnisock");
