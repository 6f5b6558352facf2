/** What the packages weigh: built, as they would be published. */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fileAt } from "./files.ts";

export interface Size {
  readonly name: string;
  /** Bytes of its JavaScript: all of it, and compressed. */
  readonly code: number;
  readonly compressed: number;
  /** Bytes of all files that are published. */
  readonly published: number;
  /** Other packages of ours that it needs. */
  readonly needs: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function packageSizes(): Size[] {
  return globSync("*/package.json", { cwd: fileAt("../../packages") })
    .sort()
    .flatMap((file) => {
      const folder = join(fileAt("../../packages"), file, "..");
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
      return manifest.private ? [] : [sizeOf(folder, manifest)];
    });
}

function sizeOf(folder: string, { name, files = [], dependencies = {} }: Manifest): Size {
  const code = globSync("dist/**/*.js", { cwd: folder })
    .sort()
    .map((file) => readFileSync(join(folder, file)));
  const published = [...files, "package.json", "README.md", "LICENSE"].flatMap((entry) =>
    globSync([entry, `${entry}/**/*`], { cwd: folder }).filter((file) => statSync(join(folder, file)).isFile()),
  );
  const whole = Buffer.concat(code);
  return {
    name,
    code: whole.length,
    compressed: gzipSync(whole).length,
    published: [...new Set(published)].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
    needs: Object.keys(dependencies).filter((dependency) => dependency.startsWith("@omnisock/")),
  };
}
