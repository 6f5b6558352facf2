// The in-memory adapter with a fault that breaks more than a case: which, OMNISOCK_TEST_FAULT says.
import { renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { memoryAdapter } from "@omnisock/core/memory";

const memory = memoryAdapter();
const { OMNISOCK_TEST_FAULT: fault, OMNISOCK_TEST_FILE: file } = process.env;

const faults = {
  spins: {
    listen() {
      if (file) {
        writeFileSync(`${file}.part`, `${process.pid}`);
        renameSync(`${file}.part`, file);
      }
      for (;;);
    },
  },
  hangs: { connect: () => new Promise(() => {}) },
  crashes: {
    listen() {
      console.log("about to end");
      process.exit(3);
    },
  },
  strays: {
    listen(request, listening) {
      setTimeout(() => {
        throw new Error("nobody catches this");
      });
      return memory.listen(request, listening);
    },
  },
  // Claims what it cannot do.
  lies: { supports: new Set([...memory.supports, "unix-files"]) },
  // Does what it does not claim.
  hides: {
    listen(request, listening) {
      if (request.at.path !== undefined) writeFileSync(request.at.path, "");
      return memory.listen(request, listening);
    },
  },
  // What looks like a message, and what has no end of line.
  prints: {
    connect(request, connected) {
      process.stdout.write('{"type":"ran","id":"create-new","outcome":"pass","ms":0}\nconnecting ');
      return memory.connect(request, connected);
    },
  },
  mistyped: { supports: new Set([...memory.supports, "datagram"]) },
  "claims-nothing": { supports: new Set() },
};

export const adapter = { ...memory, name: "broken", ...faults[fault] };
