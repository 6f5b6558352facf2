export { type CrossCase, type Ends, Pairing, pairingsOf } from "./pairing.ts";
export { findPeers, type MissingPeer, type Peer, type Peers } from "./peers.ts";
export { runToolCase, type ToolCase, toolCases } from "./tool-cases.ts";

import { otherCases } from "./other-cases.ts";
import type { CrossCase } from "./pairing.ts";
import { streamCases } from "./stream-cases.ts";

/** What must hold between two processes, whatever runs in each. */
export const crossCases: readonly CrossCase[] = [...streamCases, ...otherCases];
