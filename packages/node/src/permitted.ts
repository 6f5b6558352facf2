import process from "node:process";
import { CodedError } from "@omnisock/core";

/**
 * Asked before Node is, which for `listen()` would throw where nobody can catch it.
 *
 * @throws {CodedError} `EACCES`: the process has `--permission` and not `--allow-net`, which Node knows from 25 on.
 *
 * Source: https://nodejs.org/api/permissions.html
 */
export function checkPermitted(): void {
  if (process.permission === undefined || process.permission.has("net")) return;
  if (!process.allowedNodeEnvironmentFlags.has("--allow-net")) return;
  throw new CodedError("EACCES", new Error("Node has not the permission: --allow-net gives it"));
}
