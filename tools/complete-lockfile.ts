/**
 * Adds to package-lock.json the platform packages that it names but does not list.
 *
 * A registry mirror may hold only some platforms' binaries; npm then writes a lockfile that `npm ci` rejects.
 * The added entries carry the exact version and the platform, which npm checks before it downloads anything.
 * Run it after `npm install --package-lock-only`; it changes nothing in a lockfile that is whole.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface LockedPackage {
  version?: string;
  cpu?: string[];
  os?: string[];
  libc?: string[];
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

const SYSTEMS: Record<string, string> = {
  aix: "aix",
  android: "android",
  androideabi: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  wasm32: "wasm32",
  win32: "win32",
  windows: "win32",
};
const PROCESSORS: Record<string, string> = {
  "64": "x64",
  aarch64: "arm64",
  arm: "arm",
  arm64: "arm64",
  armv7: "arm",
  ia32: "ia32",
  loong64: "loong64",
  mips64el: "mips64el",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  wasm32: "wasm32",
  x64: "x64",
};

function find(words: string[], table: Record<string, string>): string | undefined {
  return words.map((word) => table[word]).find((value) => value !== undefined);
}

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const added: string[] = [];
for (const [path, locked] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] !== undefined || lock.packages[hoisted] !== undefined) continue;
    if (!/^\d/.test(version)) continue; // a range, not a platform package of this very release
    const words = name.split(/[/-]/);
    const os = find(words, SYSTEMS);
    const cpu = find(words, PROCESSORS);
    if (os === undefined) throw new Error(`Cannot tell the platform of ${name}: add it to the tables`);
    lock.packages[hoisted] = {
      version,
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      dev: true,
      optional: true,
      os: [os],
      ...(words.includes("musl") ? { libc: ["musl"] } : {}),
    };
    added.push(`${name}@${version}`);
  }
}
if (added.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added.length === 0 ? "package-lock.json is whole" : `added ${added.join(", ")}`);
