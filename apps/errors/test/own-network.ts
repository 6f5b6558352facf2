/** A network of its own for one process: a cable whose other end nobody listens to, and no other way. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Running, type RuntimeName, startCommand } from "@omnisock/apps-common/testing";

const OWN_NETWORK = `
  ip link set lo up && ip link add cable type veth peer name end && ip link set cable up && ip link set end up &&
  ip addr add 203.0.113.2/24 dev cable && ip neigh add 203.0.113.1 lladdr 02:00:00:00:00:01 dev cable &&
  exec "$@"`;

export const canHaveOwnNetwork: boolean =
  spawnSync("unshare", ["--net", "sh", "-c", OWN_NETWORK, "sh", "true"]).status === 0;
if (!canHaveOwnNetwork) console.warn("unshare --net is not allowed here: the time-out of a connect is not tested.");

export function inOwnNetwork(...command: readonly string[]): Running {
  return startCommand("unshare", ["--net", "sh", "-c", OWN_NETWORK, "sh", ...command]);
}

/** The command of our program. */
export function ours(runtime: RuntimeName, ...args: readonly string[]): string[] {
  const command = fileURLToPath(new URL(`../../../node_modules/.bin/${runtime}`, import.meta.url));
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  return [
    command,
    ...(runtime === "node" ? [] : ["run"]),
    ...(runtime === "deno" ? ["--allow-all"] : []),
    main,
    ...args,
  ];
}
