export * from "@omnisock/core";
export * from "@omnisock/posix/sync";
/** These stand in place of core's of the same name. */
export { type Selection, Socket, SocketSet, select } from "@omnisock/posix/sync";
