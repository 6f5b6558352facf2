import { fileURLToPath } from "node:url";

/** The path of a file of the bench, given relative to it. */
export function fileAt(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
