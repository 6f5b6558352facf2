// An adapter under test: here the in-memory one, with a name of its own.
import { memoryAdapter } from "@omnisock/core/memory";

export const adapter = { ...memoryAdapter(), name: "mine" };
