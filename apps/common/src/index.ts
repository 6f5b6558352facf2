/** What the example programs share, so that each can be about its sockets. */
export type { CommandLine, Takes } from "./command-line.ts";
export { Failure, UsageError } from "./failure.ts";
export { choice, type Flag, milliseconds, switchedOn, text, wholeNumber } from "./flags.ts";
export { Interruption, interruption } from "./interruption.ts";
export { oneOf } from "./one-of.ts";
export { type Program, program } from "./program.ts";
export { type Sockets, socketsOf } from "./sockets.ts";
export { standardInput } from "./standard-input.ts";
export { print } from "./standard-output.ts";
export { witness } from "./witness.ts";
