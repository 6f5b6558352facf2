import type { Workload } from "../workload.ts";
import { echoes } from "./echo.ts";
import { framedMessages } from "./framed.ts";

/** All workloads, in the order they are run. */
export const workloads: readonly Workload[] = [...echoes, ...framedMessages];
