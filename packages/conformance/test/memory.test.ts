import { memoryAdapter } from "@omnisock/core/memory";
import { describe, test } from "vitest";
import { defineTests } from "../dist/index.js";

defineTests({ describe, test }, memoryAdapter());
