import type { Workload } from "../workload.ts";
import { bulk } from "./bulk.ts";
import { churn } from "./churn.ts";
import { datagrams } from "./datagrams.ts";
import { decoding } from "./decoding.ts";
import { echoes } from "./echo.ts";
import { framedMessages } from "./framed.ts";
import { idle } from "./idle.ts";
import { select } from "./select.ts";
import { startup } from "./startup.ts";

/**
 * All workloads, in the order they are run.
 *
 * @param most How many connections there are where there are most.
 */
export function workloadsOf(most: number): Workload[] {
  return [
    ...echoes,
    ...framedMessages,
    ...datagrams,
    idle(most),
    select([...new Set([10, 1000, most])]),
    churn,
    ...bulk,
    ...decoding,
    startup,
  ];
}
