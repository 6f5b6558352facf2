export { Socket } from "@omnisock/bun";
export * from "@omnisock/core";
