/** Decoders alone, without a socket, on each runtime beside the packages that do the same. */
import type { Contender } from "../contender.ts";
import { type Bench, startServer } from "../machine/bench.ts";
import { RUNTIME_NAMES } from "../machine/runtimes.ts";
import type { Sample, Session, Workload } from "../workload.ts";

export const decoding: readonly Workload[] = [
  decoder("decode-64", "Frames of 64 bytes, their length before them, are found in chunks of 64 KiB.", "frames/s", {
    views: "Decoder, a view each",
    visit: "Decoder, visited by offset",
    bl: "bl",
    "length-prefixed-stream": "length-prefixed-stream",
    "it-length-prefixed": "it-length-prefixed",
  }),
  decoder("split-80", "Lines of 80 bytes are found in chunks of 64 KiB.", "lines/s", {
    lines: "lines()",
    "raw-views": "rawLines(), a view each",
    "raw-visit": "rawLines(), visited by offset",
    split2: "split2",
    "lines-accented": "lines(), not only ASCII",
    "split2-accented": "split2, not only ASCII",
  }),
  decoder("decode-16M", "One frame of 16 MiB arrives in chunks of 1 KiB; beside it they are only copied.", "MiB/s", {
    grow: "Decoder",
    copy: "a copy",
  }),
];

/** @param cases The program's cases, with how each is shown. */
function decoder(name: string, title: string, unit: string, cases: Readonly<Record<string, string>>): Workload {
  const contenders = Object.entries(cases).flatMap(([one, shown]) =>
    RUNTIME_NAMES.map((platform): Contender => {
      const source = "src/programs/decoding/main.ts";
      return { id: `${platform}.${one}`, platform, title: shown, source, args: [one] };
    }),
  );
  return { name, title, figure: { unit, better: "more" }, contenders, lifetime: "round", open };
}

interface Answer {
  readonly operations: number;
  readonly seconds: number;
  readonly cpu: number;
}

async function open(contender: Contender, bench: Bench): Promise<Session> {
  const { child } = await startServer(contender, bench);
  return {
    async run({ seconds: asked }): Promise<Sample> {
      child.tell(String(asked));
      const { operations, seconds, cpu } = JSON.parse(await child.nextLine()) as Answer;
      return { value: operations / seconds, cpu: (cpu * 1e6) / operations };
    },
    close: () => child.kill(),
  };
}
