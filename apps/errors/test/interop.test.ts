import {
  counterparts,
  freePort,
  programsOf,
  type Result,
  RUNTIMES,
  type Running,
  type RuntimeName,
  startCommand,
  unprivileged,
} from "@omnisock/apps-common/testing";
import { describe, expect, test } from "vitest";
import { canHaveOwnNetwork, inOwnNetwork, ours } from "./own-network.ts";
import { patience } from "./patience.ts";

const { run, start } = programsOf(import.meta.url);
const PEERS = counterparts(import.meta.url, "peer");

/** The runtime's own sockets, and the system's. */
const SOCKETS: readonly { readonly whose: string; readonly args: readonly string[] }[] = [
  { whose: "the runtime's sockets", args: [] },
  { whose: "the system's sockets", args: ["--posix"] },
];

/** What an experiment printed of its error: "code ECONNREFUSED, errno 111". */
async function seen(runtime: RuntimeName, name: string, ...args: readonly string[]): Promise<string> {
  return errorIn(await run(runtime, "main", ["--timeout", patience(name), ...args, name]));
}

function errorIn({ status, stdout, stderr }: Result): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return /^ {9}(code \w+, errno \d+), in \w+\(\)$/m.exec(String(stdout))?.[1] ?? String(stdout);
}

async function serving(runtime: RuntimeName, ...args: readonly string[]): Promise<{ running: Running; port: string }> {
  const running = start(runtime, "main", ["--serve", "0", ...args]);
  const [, port = ""] = await running.match(/^listening on .+:(\d+)$/);
  return { running, port };
}

const END = "0 bytes, then the end of the stream";

describe.each(RUNTIMES)("on %s", (runtime) => {
  describe.each(PEERS)("with $language at the other end", (peer) => {
    /** What the kernel tells the peer. */
    const told = (name: string, ...port: string[]) => peer.start("provoke", name, ...port).nextLine();

    test.each(SOCKETS)("$whose have the errors that the kernel tells it", async ({ whose, args }) => {
      const nobody = String(await freePort());
      expect(await seen(runtime, "refused", ...args, "--peer", nobody)).toBe(await told("refused", nobody));
      expect(await seen(runtime, "not-here", ...args)).toBe(await told("not-here"));
      const unreachable = await seen(runtime, "unreachable", ...args);
      // Bun's own sockets call every failure to connect a refused one: known, and said by the program.
      const isFlattened = runtime === "bun" && whose.includes("runtime") && unreachable.includes("ECONNREFUSED");
      if (!isFlattened) expect(unreachable).toBe(await told("unreachable"));
    });

    test.each(SOCKETS)("a name that nobody has is one to $whose and to it", async ({ args }) => {
      const [code] = (await seen(runtime, "no-name", ...args)).split(",");
      expect(code).toBe(await told("no-name"));
    });

    test.skipIf(!canHaveOwnNetwork).each(SOCKETS)("a connect that nobody answers, by $whose", async ({ args }) => {
      const ourError = inOwnNetwork(...ours(runtime, "--timeout", "100", ...args, "timed-out")).result();
      const theirError = inOwnNetwork(...peer.command, "provoke", "timed-out").nextLine();
      expect(errorIn(await ourError)).toBe(await theirError);
    });

    test.each(SOCKETS)("a server that says nothing, and holds its port, by $whose", async ({ args }) => {
      const server = peer.start("serve");
      const [, port = ""] = await server.match(/^port (\d+)$/);
      expect(await seen(runtime, "silent", ...args, "--peer", port)).toBe(await told("silent", port));
      expect([await server.nextLine(), await server.nextLine()]).toEqual([END, END]);
      expect(await seen(runtime, "in-use", ...args, "--peer", port)).toBe(await told("in-use", port));
    });

    test.each(SOCKETS)("--serve is such a server for it, by $whose", async ({ args }) => {
      const { running, port } = await serving(runtime, ...args);
      expect(await told("silent", port)).toBe("code EAGAIN, errno 11");
      expect(await running.nextLine()).toBe(END);
      expect(await told("in-use", port)).toBe("code EADDRINUSE, errno 98");
      running.process.kill("SIGINT");
      expect(await running.status).toBe(0);
      expect(await running.stderr).toBe("");
      expect(await told("refused", String(await freePort(Number(port))))).toBe("code ECONNREFUSED, errno 111");
    });
  });

  const compiled = PEERS.filter(({ language }) => language === "C");
  test.skipIf(unprivileged === undefined).each(compiled)("permission, as $language is told", async ({ command }) => {
    const nobody = { ...unprivileged, env: { HOME: "/nonexistent" } };
    const [program = "", ...words] = command;
    const told = await startCommand(program, [...words, "provoke", "permission"], nobody).nextLine();
    for (const { args } of SOCKETS) {
      const { stdout } = await start(runtime, "main", ["--port", "1", ...args, "permission"], nobody).result();
      expect(String(stdout)).toContain(told);
    }
    expect(told).toBe("code EACCES, errno 13");
  });

  test.each(RUNTIMES)("--serve is such a server for a program on %s", async (other) => {
    const { running, port } = await serving(runtime);
    expect(await seen(other, "silent", "--peer", port)).toBe("code EAGAIN, errno 11");
    expect(await running.nextLine()).toBe(END);
    expect(await seen(other, "in-use", "--peer", port)).toBe("code EADDRINUSE, errno 98");
    const { stdout } = await run(other, "main", ["--peer", port, "refused"]);
    expect(String(stdout)).toContain("no error: somebody listens there: the peer");
    running.process.kill("SIGINT");
    expect(await running.status).toBe(0);
    const nobody = String(await freePort(Number(port)));
    expect(await seen(other, "refused", "--peer", nobody)).toBe("code ECONNREFUSED, errno 111");
  });
});
