/** The program behind `npm start`: every example program, in every pairing of the runtimes, then the conformance suite. */
import { constants } from "node:os";
import process from "node:process";
import { runConformance } from "./conformance.ts";
import { datagram } from "./datagram.ts";
import { echo } from "./echo.ts";
import { HELP, type Options, type ProgramName, readOptions, UsageError } from "./options.ts";
import { columnsOf, type Program, runPairings } from "./pairings.ts";
import { randomData } from "./random-data.ts";
import { findRuntime, isMissing, RUNTIME_NAMES, type Runtime, runtimeFolders } from "./runtimes.ts";
import { selectServer } from "./select-server.ts";
import { screenFor } from "./table.ts";

const PROGRAMS: { readonly [name in Exclude<ProgramName, "conformance">]: (options: Options) => Program } = {
  echo: ({ byteLength }) => echo(randomData(byteLength)),
  datagram: () => datagram,
  "select-server": () => selectServer,
};

const interrupted = new AbortController();
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupted.abort(signal));
}

// Nobody reads the table any more, as in `npm start | head`. The children end with this process.
process.stdout.on("error", () => process.exit(1));

async function main(options: Options): Promise<number> {
  const runtimes = await presentRuntimes(options);
  if (runtimes.length === 0) return 1;
  console.log(runtimes.map(({ name, version }) => `${name} ${version}`).join(", "));
  const all = options.runtimes.length === 0 || runtimes.length === options.runtimes.length;
  let status = all ? 0 : 1;

  for (const name of options.programs) {
    if (interrupted.signal.aborted) break;
    const isOk =
      name === "conformance"
        ? await runConformance(runtimes, interrupted.signal)
        : await run(PROGRAMS[name](options), runtimes, options);
    if (!isOk) status = 1;
  }
  if (!interrupted.signal.aborted) return status;
  const signal = interrupted.signal.reason as NodeJS.Signals;
  console.log(`${signal}: stopped before the end; every process that was started has ended.`);
  return 128 + constants.signals[signal];
}

/** The runtimes to run, having said which are missing. */
async function presentRuntimes(options: Options): Promise<Runtime[]> {
  const names = options.runtimes.length > 0 ? options.runtimes : RUNTIME_NAMES;
  const folders = runtimeFolders(process.env);
  const found = await Promise.all(names.map((name) => findRuntime(name, folders)));
  return found.filter((runtime): runtime is Runtime => {
    if (isMissing(runtime)) console.error(`${runtime.name} is left out: ${runtime.reason}`);
    return !isMissing(runtime);
  });
}

/** Runs one program's table. Returns whether every pairing is ok. */
async function run(program: Program, runtimes: readonly Runtime[], { timeout }: Options): Promise<boolean> {
  const screen = screenFor(process.stdout, process.env, columnsOf(program), runtimes.length ** 2);
  console.log(`\n${program.title}\n`);
  const { ok, total, failures } = await runPairings(program, runtimes, {
    screen,
    timeout,
    interrupted: interrupted.signal,
  });
  for (const { pairing, text } of failures) console.log(`\n${pairing}: ${text}`);
  console.log(`\n${ok} of ${total} pairings ok`);
  return ok === total;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`npm start: ${error.message}; --help tells more`);
  process.exitCode = 2;
}
