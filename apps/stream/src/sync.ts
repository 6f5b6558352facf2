/** The programs with calls that block, as in D, Python and C: `sync.ts hello-server --port 2525`. */
import { oneOf } from "@omnisock/apps-common";

await oneOf("sync", {
  "hello-server": () => import("./sync/hello-server.ts"),
  "hello-client": () => import("./sync/hello-client.ts"),
  server: () => import("./sync/server.ts"),
  client: () => import("./sync/client.ts"),
  "tcp-server": () => import("./sync/tcp-server.ts"),
  "tcp-client": () => import("./sync/tcp-client.ts"),
  "messages-server": () => import("./sync/messages-server.ts"),
  "messages-client": () => import("./sync/messages-client.ts"),
  "page-server": () => import("./sync/page-server.ts"),
  "process-server": () => import("./sync/process-server.ts"),
  "page-client": () => import("./sync/page-client.ts"),
});
