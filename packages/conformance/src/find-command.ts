import { access, constants } from "node:fs/promises";
import { join } from "node:path";

/** The path of a command, in the first of the folders that has it; undefined when none has. */
export async function findCommand(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (folder === "") continue;
    const file = join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
