/** Provokes the errors that sockets meet. Mirrors the network-sockets text, "Common Socket Errors and Troubleshooting". */
import process from "node:process";
import {
  milliseconds,
  program,
  type Sockets,
  socketsOf,
  switchedOn,
  UsageError,
  wholeNumber,
  witness,
} from "@omnisock/apps-common";
import { type Address, SocketError } from "omnisock";
import { at, EXPERIMENTS, type Experiment } from "./experiments.ts";

const HELP = `Usage: errors [--host HOST] [--port PORT] [--timeout MILLISECONDS] [--posix] [--peer PORT] [--serve PORT] [NAME...]

Provokes each error, or those named, and prints what a program sees and what to try.

${Object.entries(EXPERIMENTS)
  .map(([name, { title }]) => `  ${name.padEnd(12)} ${title}`)
  .join("\n")}

  --host HOST             this machine's address to try it on (default 127.0.0.1)
  --port PORT             the port that needs a privilege, 1 to 65535 (default 80)
  --timeout MILLISECONDS  how long to wait for what does not answer (default 1000)
  --posix                 tries the system's own sockets (omnisock/posix), with the kernel's own errors
  --serve PORT            is the peer: listens, says nothing, and prints how connections end; 0 lets the system choose
  --peer PORT             somebody else is the peer in refused, silent and in-use: --serve there, or nobody
  --help                  prints this`;

const ABOUT = {
  name: "errors",
  help: HELP,
  port: 80,
  words: true,
  ports: ["serve"] as const,
  flags: {
    timeout: milliseconds(1000),
    posix: switchedOn(),
    peer: wholeNumber(undefined, 1, 65535),
    serve: wholeNumber(undefined, 0, 65535),
  },
};

await program(ABOUT, async ({ address, words, flags }) => {
  const experiments = chosen(words, flags.serve !== undefined);
  const sockets = await socketsOf(flags.posix ? "system" : "runtime");
  if (flags.serve !== undefined) return await witness(sockets, at(address, flags.serve));

  if (experiments.some(({ isHere }) => isHere)) await checkHere(sockets, address);
  const peer = flags.peer === undefined ? undefined : at(address, flags.peer);
  const where = { sockets, here: address, port: address.port, timeout: flags.timeout, peer };
  for (const experiment of experiments) {
    console.log(`${experiment.title}
  tried  ${experiment.what(where)}
  saw    ${await seen(() => experiment.provoke(where), experiment)}
  try    ${experiment.advice}
`);
  }
});
// Bun cannot give up a connect: one that timed out lives on in the background, and would keep the process for minutes.
process.exit();

/** @throws {UsageError} There is no such experiment, or a peer is to make it. */
function chosen(names: readonly string[], isPeer: boolean): Experiment[] {
  if (isPeer && names.length > 0) throw new UsageError(`--serve takes no names, such as '${names[0]}'`);
  return (names.length > 0 ? names : Object.keys(EXPERIMENTS)).map((name) => {
    const experiment = Object.hasOwn(EXPERIMENTS, name) ? EXPERIMENTS[name] : undefined;
    if (experiment !== undefined) return experiment;
    throw new UsageError(`there is no '${name}' among ${Object.keys(EXPERIMENTS).join(", ")}`);
  });
}

/** @throws {SocketError} This machine does not have the address: what is tried there would tell of that alone. */
async function checkHere({ listen }: Sockets, here: Address): Promise<void> {
  await using listener = await listen(at(here, 0));
  await listener.close();
}

/** What a program sees: an error with a code to compare, and a message to show. */
async function seen(provoke: () => Promise<void>, { expected, otherwise }: Experiment): Promise<string> {
  try {
    await provoke();
  } catch (error) {
    // What is wrong with the network comes as a SocketError. A mistake in the program, such as a port of 70000, does not.
    if (!(error instanceof SocketError)) throw error;
    const details = `code ${error.code}, errno ${error.errno}, in ${error.syscall}()`;
    const remark = expected.includes(error.code)
      ? ""
      : `\n         not ${expected.join(" or ")}${because(otherwise[error.code])}`;
    return `${error.message}\n         ${details}${remark}`;
  }
  return `no error${because(otherwise.none)}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}
