/** The load generator where there is no C compiler: `main.ts MODE port=N [name=value ...]`, as that in c/load. */
import process from "node:process";
import { loadBulkFromServer, loadBulkToServer } from "./bulk.ts";
import { loadChurn } from "./churn.ts";
import { giveUp } from "./connections.ts";
import { loadDatagramEcho, loadFlood, loadSink } from "./datagrams.ts";
import { loadEcho } from "./echo.ts";
import { loadFramed } from "./framed.ts";
import { loadIdle } from "./idle.ts";
import { type Settings, settingsOf } from "./settings.ts";

const modes: Readonly<Record<string, (settings: Settings) => Promise<void>>> = {
  "bulk-from-server": loadBulkFromServer,
  "bulk-to-server": loadBulkToServer,
  churn: loadChurn,
  "datagram-echo": loadDatagramEcho,
  echo: loadEcho,
  flood: loadFlood,
  framed: loadFramed,
  idle: loadIdle,
  sink: loadSink,
};

const [mode = "", ...args] = process.argv.slice(2);
const run = modes[mode];
if (run === undefined) giveUp(`there is no mode '${mode}'`);
await run(settingsOf(args)).catch(giveUp);
