import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findCommand } from "../find-command.ts";

/** A program that speaks the driver's protocol, and how to start it. */
export interface Peer {
  /** "node", "bun", "deno", "c", "python". */
  readonly name: string;
  readonly isForeign: boolean;
  readonly command: string;
  readonly args: readonly string[];
}

/** A program that cannot be started here. */
export interface MissingPeer {
  readonly name: string;
  readonly isForeign: boolean;
  /** What is missing. */
  readonly reason: string;
}

export interface Peers {
  readonly found: readonly Peer[];
  readonly missing: readonly MissingPeer[];
  /** Removes what was made to start them. */
  close(): Promise<void>;
}

const DRIVER = fileURLToPath(new URL("../driver/main.js", import.meta.url));
const foreign = (name: string): string => fileURLToPath(new URL(`../../foreign/${name}`, import.meta.url));

const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  node: [DRIVER],
  bun: ["run", DRIVER],
  deno: ["run", "--allow-all", "--unstable-net", DRIVER],
};

/**
 * Looks for the runtimes, Python and a C compiler, and compiles the peer in C.
 *
 * @param folders Where to look for commands.
 */
export async function findPeers(folders: readonly string[]): Promise<Peers> {
  const directory = await mkdtemp("/tmp/omnisock-peers-");
  const peers = await Promise.all([
    ...Object.entries(RUNTIMES).map(([name, args]) => findPeer(folders, { name, isForeign: false, args }, name)),
    compiledPeer(folders, join(directory, "peer")),
    findPeer(folders, { name: "python", isForeign: true, args: [foreign("peer.py")] }, "python3"),
  ]);
  return {
    found: peers.filter((one) => "command" in one),
    missing: peers.filter((one) => "reason" in one),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function findPeer(
  folders: readonly string[],
  peer: Omit<Peer, "command">,
  commandName: string,
): Promise<Peer | MissingPeer> {
  const { name, isForeign } = peer;
  const command = await findCommand(commandName, folders);
  if (command === undefined) return { name, isForeign, reason: `there is no command ${commandName}` };
  return { ...peer, command };
}

async function compiledPeer(folders: readonly string[], program: string): Promise<Peer | MissingPeer> {
  const missing = { name: "c", isForeign: true };
  const compiler = await findCommand("cc", folders);
  if (compiler === undefined) return { ...missing, reason: "there is no C compiler, cc" };
  try {
    await promisify(execFile)(compiler, ["-O2", "-o", program, foreign("peer.c")]);
  } catch (error) {
    return { ...missing, reason: `${compiler} cannot compile the peer: ${(error as Error).message}` };
  }
  return { ...missing, command: program, args: [] };
}
