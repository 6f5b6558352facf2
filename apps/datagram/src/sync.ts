/** The programs with calls that block, as in D, Python and C: `sync.ts receiver --port 8765`. */
import { oneOf } from "@omnisock/apps-common";

await oneOf("sync", {
  receiver: () => import("./sync/receiver.ts"),
  sender: () => import("./sync/sender.ts"),
  server: () => import("./sync/server.ts"),
  client: () => import("./sync/client.ts"),
  "retrying-client": () => import("./sync/retrying-client.ts"),
});
