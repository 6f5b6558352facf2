import { link, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import process from "node:process";

/** In the environment: where cases make their directories, for who must take them away when the process is killed. */
export const PLACE = "OMNISOCK_CONFORMANCE_DIRECTORY";

/** A directory of a case's own, for the paths of Unix sockets and what else may stand there. */
export class Directory {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** In `/tmp`, unless told: with a longer name, there would be no room for a socket's. */
  static async make(): Promise<Directory> {
    return new Directory(await mkdtemp(`${process.env[PLACE] ?? "/tmp"}/omnisock-`));
  }

  path(name: string): string {
    return `${this.#path}/${name}`;
  }

  async names(): Promise<string[]> {
    return (await readdir(this.#path)).sort();
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(this.path(name), text);
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), "utf8");
  }

  async link(from: string, to: string): Promise<void> {
    await link(this.path(from), this.path(to));
  }

  /** A symbolic link at `to`. */
  async linkByName(from: string, to: string): Promise<void> {
    await symlink(from, this.path(to));
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(this.path(from), this.path(to));
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name));
  }

  /** Takes the directory away, with all that is in it. */
  async close(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }
}
