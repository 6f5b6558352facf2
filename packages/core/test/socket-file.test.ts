import { describe, expect, test } from "vitest";
import { SocketFile, type SocketFiles, UnixAddress } from "../dist/index.js";

/** A directory in memory: names, and what they stand for. */
class Files implements SocketFiles {
  readonly #inodes = new Map<string, string>([["/dir/.", "0"]]);
  #next = 1;

  /** What bind(2) does, or anybody else. */
  create(path: string): void {
    this.#inodes.set(path, `${this.#next++}`);
  }

  get names(): string[] {
    return [...this.#inodes.keys()].filter((path) => path !== "/dir/.");
  }

  link = (from: string, to: string): void => {
    if (this.#inodes.has(to)) throw Object.assign(new Error("EEXIST"), { code: "EEXIST" });
    this.#inodes.set(to, this.identify(from));
  };
  unlink = (path: string): void => {
    this.identify(path);
    this.#inodes.delete(path);
  };
  identify = (path: string): string => {
    const inode = this.#inodes.get(path);
    if (inode === undefined) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    return inode;
  };
}

function published(files: Files, path = "/dir/app"): SocketFile {
  const file = new SocketFile(new UnixAddress(path), files);
  files.create(file.boundPath);
  file.publish();
  return file;
}

describe("SocketFile", () => {
  test("stands at its path alone, and goes with its socket", () => {
    const files = new Files();
    const file = published(files);
    expect(files.names).toEqual(["/dir/app"]);
    file.remove();
    expect(files.names).toEqual([]);
    file.remove();
  });

  test("does not take the place of anything", () => {
    const files = new Files();
    files.create("/dir/app");
    const file = new SocketFile(new UnixAddress("/dir/app"), files);
    files.create(file.boundPath);
    expect(() => file.publish()).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
    file.remove();
    expect(files.names).toEqual(["/dir/app"]);
  });

  test("leaves alone what stands there after it", () => {
    const files = new Files();
    const file = published(files);
    files.unlink("/dir/app");
    file.remove();
    const other = published(files);
    files.unlink("/dir/app");
    files.create("/dir/app");
    other.remove();
    expect(files.names).toEqual(["/dir/app"]);
  });

  test("is no file when the name is abstract", () => {
    const files = new Files();
    const file = new SocketFile(UnixAddress.abstract("app"), files);
    expect(file.boundPath).toBe("\0app");
    file.publish();
    file.remove();
    expect(files.names).toEqual([]);
  });

  test("is bound beside its path, by a name that fits", () => {
    const files = new Files();
    expect(new SocketFile(new UnixAddress("/dir/app"), files).boundPath).toMatch(/^\/dir\/\.[\da-z]{8}$/);
    expect(new SocketFile(new UnixAddress("app"), files).boundPath).toMatch(/^\.[\da-z]{8}$/);
    const long = `/${"a".repeat(101)}/abcd`;
    expect(new SocketFile(new UnixAddress(long), files).boundPath).toMatch(/^\/a{101}\/\.[\da-z]{3}$/);
  });

  test("is ENAMETOOLONG where no second name fits", () => {
    const full = new UnixAddress(`/${"a".repeat(103)}/ab`);
    expect(() => new SocketFile(full, new Files())).toThrow(expect.objectContaining({ code: "ENAMETOOLONG" }));
  });

  test("explains an EACCES that only means that the directory is missing", () => {
    const files = new Files();
    const denied = Object.assign(new Error("EACCES"), { code: "EACCES" });
    expect(new SocketFile(new UnixAddress("/dir/app"), files).explain(denied)).toBe(denied);
    const missing = new SocketFile(new UnixAddress("/none/app"), files).explain(denied);
    expect(missing).toMatchObject({ code: "ENOENT" });
  });
});
