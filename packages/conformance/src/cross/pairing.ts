import { Directory } from "../files.ts";
import { PeerProcess } from "./peer-process.ts";
import type { Peer } from "./peers.ts";

/** What a cross case works with: a process at each end, and a directory for Unix sockets. */
export interface Ends {
  /** The end that listens, accepts or answers. */
  readonly server: PeerProcess;
  /** The end that connects or asks. */
  readonly client: PeerProcess;
  readonly directory: Directory;
}

/** A behaviour that must hold between two processes, whatever runs in each. */
export interface CrossCase {
  /** Names the case for good: in reports, and to run it alone. */
  readonly id: string;
  /** The behaviour, as one sentence that begins with the verb it is about. */
  readonly title: string;
  /** Where the behaviour is laid down, or the test suite that inspired the case. */
  readonly source: string;
  /** Longest time the case may take, in milliseconds. Default: 30,000. */
  readonly limit?: number;
  /** Whether the case ends its processes. */
  readonly endsProcesses?: boolean;
  /** Resolves when the behaviour was seen; rejects with what was expected and what was seen. */
  run(ends: Ends): Promise<void>;
}

const DEFAULT_LIMIT = 30_000;

/** Two programs, one for each end. Their processes serve case after case, until one fails. */
export class Pairing {
  readonly server: Peer;
  readonly client: Peer;
  #processes: { readonly server: PeerProcess; readonly client: PeerProcess } | undefined;

  constructor(server: Peer, client: Peer) {
    this.server = server;
    this.client = client;
  }

  /** "bun ← node": the one that listens, and the one that connects. */
  get name(): string {
    return `${this.server.name} ← ${this.client.name}`;
  }

  /**
   * Runs one case; one after the other.
   *
   * @throws What the case saw instead of its behaviour; an Error when it did not end in time.
   */
  async run(one: CrossCase): Promise<void> {
    this.#processes ??= { server: new PeerProcess(this.server), client: new PeerProcess(this.client) };
    const { server, client } = this.#processes;
    const directory = await Directory.make();
    const limit = one.limit ?? DEFAULT_LIMIT;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hung = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${one.id} did not end within ${limit} ms`)), limit);
    });
    const running = one.run({ server, client, directory });
    // Told of its processes' end when it has lost the race.
    running.catch(() => {});
    try {
      await Promise.race([running, hung]);
      if (one.endsProcesses) this.#kill();
      else await Promise.race([Promise.all([server.ask("clear"), client.ask("clear")]), hung]);
    } catch (error) {
      this.#kill();
      const complaints = [server, client].map(({ name, complaints: said }) => said && `\n${name}: ${said}`).join("");
      throw new Error((error as Error).message + complaints, { cause: error });
    } finally {
      clearTimeout(timer);
      await directory.close();
    }
  }

  /**
   * Ends both processes.
   *
   * @throws {Error} One did not end by itself.
   */
  async close(): Promise<void> {
    const { server, client } = this.#processes ?? {};
    this.#processes = undefined;
    await Promise.all([server?.end(), client?.end()]);
  }

  #kill(): void {
    this.#processes?.server.kill();
    this.#processes?.client.kill();
    this.#processes = undefined;
  }
}

/** Every one of `peers` with every one, at either end; a foreign one not with itself, for that would say nothing about us. */
export function pairingsOf(peers: readonly Peer[]): Pairing[] {
  const others = (server: Peer): Peer[] => peers.filter((client) => !(server.isForeign && client === server));
  return peers.flatMap((server) => others(server).map((client) => new Pairing(server, client)));
}
