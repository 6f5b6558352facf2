export * from "@omnisock/core";
export { Socket } from "@omnisock/node";
