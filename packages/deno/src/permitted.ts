import { CodedError } from "@omnisock/core";

/** Calls what may need a permission (`--allow-net` and others); that it lacks one is EACCES, as when the kernel forbids it. */
export async function permitted<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const isForbidden = cause instanceof Deno.errors.NotCapable || (cause as { code?: unknown })?.code === "EPERM";
    throw isForbidden ? new CodedError("EACCES", cause) : cause;
  }
}
