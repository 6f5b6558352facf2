/** How the programs' tests run them, and what stands at the other end. For vitest alone. */
export { type Counterpart, counterparts, got, tcpPeers } from "./counterparts.ts";
export { dial, echo, freePort, listen } from "./peer.ts";
export { ask, type Programs, programsOf, RUNTIMES, type RuntimeName, type StartOptions, WAYS } from "./programs.ts";
export { type Result, Running, startCommand } from "./running.ts";
export { unprivileged } from "./unprivileged.ts";
