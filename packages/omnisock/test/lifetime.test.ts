/** What keeps a process alive: a wait on a socket that is not unref()'d, and nothing else. Each test runs a program on the runtime that runs the test. */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AddressFamily, Socket as BlockingSocket, InternetAddress, SocketType } from "omnisock/posix/sync";
import { afterEach, describe, expect, test } from "vitest";

const { bun, deno } = process.versions;
const before = bun === undefined && deno !== undefined ? ["run", "--allow-all", "--unstable-net"] : [];
const program = fileURLToPath(new URL("lifetime-child.ts", import.meta.url));

/** How long a program must go on before it counts as held up, in milliseconds; one that nothing holds up ends long before. */
const A_WHILE = 400;

const children: ChildProcess[] = [];
const connections: Socket[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, "exit");
  }
});

/** A program in a situation: what it said, and when it ends. */
class Program {
  readonly said: string[] = [];
  readonly ended: Promise<number | null>;
  #hasEnded = false;
  #said: (() => void) | undefined;

  constructor(...situation: string[]) {
    const child = spawn(process.execPath, [...before, program, ...situation], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    createInterface(child.stdout).on("line", (line) => {
      this.said.push(line);
      this.#said?.();
    });
    this.ended = once(child, "close").then(([code]) => {
      this.#hasEnded = true;
      this.#said?.();
      return code as number | null;
    });
  }

  /** The first line that begins so. */
  async says(beginning: string): Promise<string> {
    for (;;) {
      const found = this.said.find((line) => line.startsWith(beginning));
      if (found !== undefined) return found.slice(beginning.length);
      if (this.#hasEnded) throw new Error(`It ended without "${beginning}": ${this.said.join(", ")}`);
      await new Promise<void>((resolve) => {
        this.#said = resolve;
      });
    }
  }

  async connect(): Promise<Socket> {
    const connection = connect(Number(await this.says("port ")), "127.0.0.1");
    connections.push(connection);
    await once(connection, "connect");
    return connection;
  }

  async goesOn(): Promise<void> {
    await this.says("end of the program");
    await Promise.race([this.ended, new Promise((resolve) => setTimeout(resolve, A_WHILE))]);
    expect(this.#hasEnded).toBe(false);
    expect(this.said).not.toContain("done");
  }

  async endsDone(): Promise<void> {
    expect(await this.ended).toBe(0);
    expect(this.said.at(-1)).toBe("done");
  }
}

/** Whether this runtime has Unix datagrams: elsewhere they are EOPNOTSUPP. */
const hasUnixDatagrams = (await new Program("whether there are Unix datagrams").says("Unix datagrams: ")) === "true";

describe.runIf(hasUnixDatagrams)("with Unix datagrams, at an abstract name and at a path,", { timeout: 30_000 }, () => {
  async function eachName(situation: string, check: (child: Program) => Promise<void>): Promise<void> {
    const directory = await mkdtemp("/tmp/omnisock-");
    try {
      await check(new Program(situation));
      await check(new Program(situation, `${directory}/socket`));
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  test.each(["an idle Unix datagram socket", "a receiveFrom() of a Unix socket that waits, unref()'d"])(
    "a process ends although there is %s",
    (situation) =>
      eachName(situation, async (child) => {
        expect(await child.ended).toBe(0);
        expect(child.said.at(-1)).toBe("end of the program");
      }),
  );

  test("a process goes on for a receiveFrom() that waits, until a datagram comes", () =>
    eachName("a receiveFrom() of a Unix socket that waits", (child) => child.endsDone()));
});

describe("a process ends although there is", { timeout: 30_000 }, () => {
  test.each([
    "a socket never used",
    "an idle listener",
    "an idle connection",
    "an idle bound datagram socket",
    "an idle Unix listener",
    "an idle Unix connection",
    "a listener whose accept() timed out",
    "a connection whose receive() was aborted",
    "a connection that was used",
    "a datagram socket that was used",
    "a select() that timed out",
    "an accept() that waits, unref()'d before",
    "an accept() that waits, unref()'d meanwhile",
    "a receive() that waits, unref()'d",
    "a receive() with a timeout that waits, unref()'d",
    "an accept() with a timeout that waits, unref()'d meanwhile",
    "two calls of select() with one set, of which one timed out before the other",
    "a receiveFrom() that waits, unref()'d",
    "a message that goes to and fro between two connections, unref()'d",
    "a select() that waits, its sockets unref()'d",
  ])("%s", async (situation) => {
    const child = new Program(situation);
    expect(await child.ended).toBe(0);
    expect(child.said.at(-1)).toBe("end of the program");
  });
});

describe.runIf(process.platform === "linux")("a process ends although nobody answered", { timeout: 30_000 }, () => {
  test.each([
    ["a connect() that timed out", "ETIMEDOUT"],
    ["a connect() that was aborted", "aborted"],
  ])("%s", async (situation, outcome) => {
    using listener = new BlockingSocket(AddressFamily.INET, SocketType.STREAM);
    listener.bind(new InternetAddress("127.0.0.1", 0));
    listener.listen(1);
    const at = listener.localAddress as InternetAddress;
    // The kernel takes one more than the backlog.
    using first = new BlockingSocket(AddressFamily.INET, SocketType.STREAM);
    using second = new BlockingSocket(AddressFamily.INET, SocketType.STREAM);
    for (const accepted of [first, second]) accepted.connect(at);

    const child = new Program(situation, `${at.port}`);
    expect(await child.ended).toBe(0);
    expect(child.said).toEqual([outcome, "end of the program"]);
  });
});

describe("a process goes on for", { timeout: 30_000 }, () => {
  test.each([
    "an accept() that waits",
    "an accept() that waits, unref()'d and ref()'d again",
    "a select() that waits",
    "a select() that waits, one of its sockets unref()'d meanwhile",
  ])("%s, until somebody connects", async (situation) => {
    const child = new Program(situation);
    await child.goesOn();
    await child.connect();
    await child.endsDone();
  });

  test.each(["a receive() that waits", "a read of readable that waits", "a loop that waits for the next chunk"])(
    "%s, until bytes come",
    async (situation) => {
      const child = new Program(situation);
      const connection = await child.connect();
      await child.goesOn();
      connection.write("x");
      await child.endsDone();
    },
  );

  test.each(["a receive() with a timeout that waits", "a receive() of a socket in memory with a timeout that waits"])(
    "%s, until its time is up",
    async (situation) => {
      const child = new Program(situation);
      expect(await child.ended).toBe(0);
      expect(child.said.at(-1)).toMatch(/^failed: .*EAGAIN/);
    },
  );

  test("a sendAll() that waits, until all has been sent", async () => {
    const child = new Program("a sendAll() that waits");
    const connection = await child.connect();
    connection.pause();
    await child.goesOn();
    connection.resume();
    connection.on("error", () => {});
    await child.endsDone();
  });

  test("a receiveFrom() that waits, until a datagram comes", async () => {
    const child = new Program("a receiveFrom() that waits");
    await child.goesOn();
    const socket = createSocket("udp4");
    socket.send("x", Number(await child.says("port ")), "127.0.0.1");
    await child.endsDone();
    socket.close();
  });

  test("a connect() under way, though it is unref()'d", async () => {
    const child = new Program("an unref()'d connect()");
    await child.endsDone();
  });
});
