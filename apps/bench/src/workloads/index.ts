import type { Workload } from "../workload.ts";
import { bulk } from "./bulk.ts";
import { churn } from "./churn.ts";
import { datagrams } from "./datagrams.ts";
import { echoes } from "./echo.ts";
import { framedMessages } from "./framed.ts";

/** All workloads, in the order they are run. */
export const workloads: readonly Workload[] = [...echoes, ...framedMessages, ...datagrams, churn, ...bulk];
