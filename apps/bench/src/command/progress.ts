/** How the run gets on: a line that is drawn over on a terminal, one for each workload elsewhere. */
import type { Contender } from "../contender.ts";
import { stepsOf, type Watcher } from "../run/rounds.ts";
import type { Workload } from "../workload.ts";

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export class Progress implements Watcher {
  readonly #terminal: Terminal;
  readonly #steps: number;
  readonly #rounds: number;
  readonly #began = performance.now();
  #done = 0;
  #workload = "";

  constructor(terminal: Terminal, workloads: readonly Workload[], rounds: number) {
    this.#terminal = terminal;
    this.#rounds = rounds;
    this.#steps = workloads.reduce((sum, workload) => sum + workload.contenders.length * stepsOf(workload, rounds), 0);
  }

  measures({ name }: Workload, { id }: Contender, round: number): void {
    const share = ++this.#done / this.#steps;
    if (this.#terminal.isTTY === true) this.#draw(`${name}  round ${round}/${this.#rounds}  ${id}`, share);
    else this.#tellWorkload(name, share);
  }

  #draw(what: string, share: number): void {
    const elapsed = (performance.now() - this.#began) / 1000;
    const left = this.#done < 10 ? "" : `, ${clock((elapsed / share) * (1 - share))} to go`;
    const line = `${Math.floor(share * 100)} %${left}  ${what}`;
    // A line must not wrap.
    this.#terminal.write(`\r\x1b[2K${line.slice(0, (this.#terminal.columns || 80) - 1)}`);
  }

  /** A line for each, where lines stay. */
  #tellWorkload(name: string, share: number): void {
    if (name !== this.#workload) this.#terminal.write(`bench: ${Math.floor(share * 100)} %, ${name}\n`);
    this.#workload = name;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write("\r\x1b[2K");
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
