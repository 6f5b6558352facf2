import { fstatSync } from "node:fs";
import process from "node:process";
import { Failure } from "./failure.ts";

const STANDARD_INPUT = 0;

/**
 * Standard input, in chunks.
 *
 * @throws {Failure} It is a directory, which Node and Deno would take for an input that is empty, and Bun for a bug.
 */
export function standardInput(): AsyncIterable<Uint8Array> {
  if (fstatSync(STANDARD_INPUT).isDirectory()) throw new Failure("Cannot read standard input: it is a directory");
  return process.stdin;
}
