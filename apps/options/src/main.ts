/** Sets socket options, reads them back, and shows what they do. Mirrors the network-sockets text, "Socket Options and Parameters". */
import { Failure, program, wholeNumber } from "@omnisock/apps-common";
import { byKeepAlive, byLinger, byReceiveTimeout, byReuse } from "./effects.ts";
import { byNagle, byReceiveBuffer } from "./measurements.ts";
import { readBack } from "./read-back.ts";

/** What a part of the program prints: lines. */
type Part = (about: { host: string; port: number; rounds: number }) => Promise<string[]>;

const PARTS: Readonly<Record<string, { title: string; show: Part }>> = {
  list: { title: "Set, and read back", show: readBack },
  timeout: { title: "SO_RCVTIMEO: how long a receive waits", show: byReceiveTimeout },
  linger: { title: "SO_LINGER: what the peer sees of close()", show: byLinger },
  "keep-alive": { title: "SO_KEEPALIVE: what the kernel does on an idle connection", show: byKeepAlive },
  reuse: { title: "SO_REUSEADDR: whether an address can be had again", show: byReuse },
  nagle: { title: "TCP_NODELAY: two small sends, then an answer; time of a round", show: byNagle },
  buffer: { title: "The size of the buffer given to receive(): throughput", show: byReceiveBuffer },
};

const HELP = `Usage: options [--host HOST] [--port PORT] [--rounds COUNT] [NAME...]

Shows all of it, or the parts named:

${Object.entries(PARTS)
  .map(([name, { title }]) => `  ${name.padEnd(12)} ${title}`)
  .join("\n")}

  --host HOST     this machine's address to try it on (default 127.0.0.1)
  --port PORT     the port to listen on; 0 lets the system choose (default 0)
  --rounds COUNT  how much to measure; more is steadier (default 40)
  --help          prints this`;

const ABOUT = {
  name: "options",
  help: HELP,
  port: 0,
  portAny: true,
  words: true,
  flags: { rounds: wholeNumber(40, 1, 100_000) },
};

await program(ABOUT, async ({ address: { host, port }, words, flags: { rounds } }) => {
  for (const name of words.length > 0 ? words : Object.keys(PARTS)) {
    const part = PARTS[name];
    if (part === undefined) throw new Failure(`there is no '${name}' among ${Object.keys(PARTS).join(", ")}`);
    const lines = await part.show({ host, port, rounds });
    console.log([part.title, ...lines.map((line) => `  ${line}`), ""].join("\n"));
  }
});
