/** Sets socket options, reads them back, and shows what they do. Mirrors the network-sockets text, "Socket Options and Parameters". */
import { program, socketsOf, switchedOn, UsageError, wholeNumber, witness } from "@omnisock/apps-common";
import { type At, addressOf, GREETING, type Peer } from "./connected.ts";
import { byKeepAlive, byLinger, byLingerToPeer, byReceiveTimeout, byReuse } from "./effects.ts";
import { byKernelBuffers, byNagle, byNagleToPeer, byReceiveBuffer } from "./measurements.ts";
import { readBack } from "./read-back.ts";

/** A part of the program gives lines to print. */
interface Part {
  readonly title: string;
  show(at: At): Promise<string[]>;
  /** The same with a peer that prints what it sees, where there is something to see. */
  showPeer?(peer: Peer): Promise<string[]>;
}

const PARTS: Readonly<Record<string, Part>> = {
  list: { title: "Set, and read back", show: readBack },
  timeout: { title: "SO_RCVTIMEO: how long a receive waits", show: byReceiveTimeout },
  linger: { title: "SO_LINGER: what the peer sees of close()", show: byLinger, showPeer: byLingerToPeer },
  "keep-alive": { title: "SO_KEEPALIVE: what the kernel does on an idle connection", show: byKeepAlive },
  reuse: { title: "SO_REUSEADDR: whether an address can be had again", show: byReuse },
  nagle: {
    title: "TCP_NODELAY: whether small sends wait; time of two, and of the answer",
    show: byNagle,
    showPeer: byNagleToPeer,
  },
  buffer: { title: "The size of the buffer given to receive(): throughput", show: byReceiveBuffer },
  "kernel-buffers": { title: "SO_SNDBUF and SO_RCVBUF: throughput", show: byKernelBuffers },
};

const HELP = `Usage: options [--host HOST] [--port PORT] [--posix] [--peer PORT] [--serve PORT] [--rounds COUNT] [NAME...]

Shows all of it, or the parts named:

${Object.entries(PARTS)
  .map(([name, { title }]) => `  ${name.padEnd(14)} ${title}`)
  .join("\n")}

  --host HOST     this machine's address to try it on (default 127.0.0.1)
  --port PORT     the port to listen on; 0 lets the system choose (default 0)
  --posix         tries the system's own sockets (omnisock/posix), which have every option
  --serve PORT    is the peer: prints of each connection what comes, and how it ends; 0 lets the system choose a port
  --peer PORT     tries linger and nagle with a peer there, which prints what it sees
  --rounds COUNT  how much to measure; more is steadier (default 40)
  --help          prints this`;

const ABOUT = {
  name: "options",
  help: HELP,
  port: 0,
  portAny: true,
  words: true,
  ports: ["serve"] as const,
  flags: {
    posix: switchedOn(),
    peer: wholeNumber(undefined, 1, 65535),
    serve: wholeNumber(undefined, 0, 65535),
    rounds: wholeNumber(40, 1, 100_000),
  },
};

await program(ABOUT, async ({ address: { host, port }, words, flags: { posix, peer, serve, rounds } }) => {
  const parts = chosen(words, peer !== undefined, serve !== undefined);
  const sockets = await socketsOf(posix ? "system" : "runtime");
  if (serve !== undefined) return await witness(sockets, addressOf(host, serve), GREETING);

  for (const part of parts) {
    const lines =
      peer === undefined
        ? await part.show({ sockets, host, port, rounds })
        : await part.showPeer?.({ sockets, address: addressOf(host, peer) });
    console.log([part.title, ...(lines ?? []).map((line) => `  ${line}`), ""].join("\n"));
  }
});

/** @throws {UsageError} There is no such part, or a peer has no part in it. */
function chosen(names: readonly string[], hasPeer: boolean, isPeer: boolean): Part[] {
  if (isPeer && names.length > 0) throw new UsageError(`--serve takes no names, such as '${names[0]}'`);
  const known = Object.keys(PARTS).filter((name) => !hasPeer || PARTS[name]?.showPeer !== undefined);
  return (names.length > 0 ? names : known).map((name) => {
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (part === undefined) throw new UsageError(`there is no '${name}' among ${Object.keys(PARTS).join(", ")}`);
    if (!known.includes(name)) throw new UsageError(`--peer takes no part in '${name}', only in ${known.join(", ")}`);
    return part;
  });
}
