/** The servers with calls that block, as in D and Python: `sync.ts server --port 2525`. */
import { oneOf } from "@omnisock/apps-common";

await oneOf("sync", {
  server: () => import("./sync/server.ts"),
  "echo-server": () => import("./sync/echo-server.ts"),
});
