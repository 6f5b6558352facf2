export * from "@omnisock/core";
export { Socket } from "@omnisock/deno";
