import { spawnSync } from "node:child_process";
import process from "node:process";

/** Somebody who may not listen on port 1, as options for a new process; undefined where everybody may. */
export const unprivileged: { readonly uid?: number; readonly gid?: number } | undefined = (() => {
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const listen = `require("node:net").createServer().on("error", () => process.exit(13)).listen(1, "127.0.0.1", process.exit)`;
  return spawnSync(process.execPath, ["-e", listen], user).status === 13 ? user : undefined;
})();
