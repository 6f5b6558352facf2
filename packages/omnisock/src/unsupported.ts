throw new Error(
  "omnisock runs on Node, Bun and Deno, and this program was resolved for none of them. " +
    "When bundling, choose the platform: add the export condition `node`, `bun` or `deno`.",
);
