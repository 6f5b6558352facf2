import { asSocketError, SocketError, type Syscall } from "../errors.ts";
import type { OptionName } from "./option.ts";

/** A runtime's error about an option, as a `SocketError` that names it. */
export function optionError(cause: unknown, syscall: Syscall, option: OptionName): SocketError {
  const { code, cause: own } = asSocketError(cause, syscall);
  return new SocketError(code, syscall, { option, cause: own });
}
