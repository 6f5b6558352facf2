/** Gives each client to a process of its own: the second of the three ways to serve that the Socket HOWTO names. */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketType, select } from "omnisock/posix/sync";
import { PROCESS_SERVER } from "../command-lines.ts";

const DENO_RUN = process.versions["deno"] === undefined ? [] : ["run", "--allow-all"];
const PAGE_PROCESS = fileURLToPath(new URL("page-process.ts", import.meta.url));

/** How long a process that has ended may stay defunct, in milliseconds. */
const LONGEST_WAIT = 100;
/** Those that serve. */
const processes = new Set<ChildProcess>();

await program(PROCESS_SERVER, async ({ address }) => {
  using serverSocket = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  serverSocket.setOption(SO_REUSEADDR, true);
  serverSocket.bind(address);
  serverSocket.listen(5);
  console.log(`listening on ${serverSocket.localAddress}`);

  for (;;) {
    // While accept() waits, nothing else runs here, and a process that has ended stays defunct. So as long as there are any,
    // the wait is cut short, and the runtime gets a moment to see which have ended: in C that is waitpid() with WNOHANG.
    while (processes.size > 0 && select([serverSocket], null, null, { timeout: LONGEST_WAIT }) === 0) await pause(1);
    // Here it is closed at the end of each round. The process has a descriptor of its own, and the connection lives as
    // long as anybody has one.
    using clientSocket = serverSocket.accept();
    serveInProcess(clientSocket);
    await pause(1);
  }
});

/** There is no fork(), which copies the process: a new one is started, and inherits the connection as its descriptor 3. */
function serveInProcess(client: Socket): void {
  const served = spawn(process.execPath, [...DENO_RUN, PAGE_PROCESS], {
    stdio: ["ignore", "inherit", "inherit", client.fd],
  });
  served.on("error", (error) => console.error(`no process for ${client.remoteAddress}: ${error.message}`));
  if (served.pid === undefined) return;
  processes.add(served);
  served.on("exit", () => processes.delete(served));
  console.log(`Process ${served.pid} serves ${client.remoteAddress}`);
}
