import { defineTests } from "@omnisock/conformance";
import { describe, test } from "vitest";
import { adapter } from "../dist/index.js";

defineTests({ describe, test }, adapter);
