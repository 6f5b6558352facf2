/** What every runtime has of Node's file system: cases about paths need real files. */
declare module "node:fs/promises" {
  export function link(from: string, to: string): Promise<void>;
  export function mkdtemp(prefix: string): Promise<string>;
  export function readFile(path: string, encoding: "utf8"): Promise<string>;
  export function readdir(path: string): Promise<string[]>;
  export function rename(from: string, to: string): Promise<void>;
  export function rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void>;
  export function writeFile(path: string, text: string): Promise<void>;
}
