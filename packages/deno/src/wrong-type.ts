import { CodedError } from "@omnisock/core";

/** Deno has no code for EPROTOTYPE, only Linux's number in its message. */
export function withWrongType(cause: unknown): unknown {
  const isWrongType = cause instanceof Error && cause.message.endsWith("(os error 91)");
  return isWrongType ? new CodedError("EPROTOTYPE", cause) : cause;
}
