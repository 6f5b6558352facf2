export * from "@omnisock/core";
export * from "@omnisock/posix";
/** This stands in place of core's type of the same name. */
export { Socket } from "@omnisock/posix";
