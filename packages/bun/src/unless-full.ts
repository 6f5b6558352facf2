import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { CodedError } from "@omnisock/core";

/** Calls what may need a file descriptor: that there is none any more, Bun tells as something else, or not at all. */
export async function unlessFull<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const code = fullness();
    throw code === undefined ? cause : new CodedError(code, cause);
  }
}

/** Why no file can be opened now; undefined when one can. */
function fullness(): "EMFILE" | "ENFILE" | undefined {
  try {
    closeSync(openSync(devNull, "r"));
    return undefined;
  } catch (cause) {
    const { code } = cause as { readonly code?: unknown };
    return code === "EMFILE" || code === "ENFILE" ? code : undefined;
  }
}
