import type { Topic } from "./case.ts";
import { shutdown } from "./cases/shutdown.ts";

/** The whole suite. */
export const topics: readonly Topic[] = [shutdown];
