import { execFile } from "node:child_process";
import { execPath, versions } from "node:process";
import { fileURLToPath } from "node:url";
import { AddressFamily, InternetAddress, SocketType } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { Socket } from "../dist/index.js";

const before = "deno" in versions ? ["run", "--allow-all"] : [];

function run(program: string): Promise<{ code: number; output: string }> {
  return ended(execPath, [...before, fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url))]);
}

/** What a program printed and how it ended, within 50 seconds. */
function ended(file: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 50_000, killSignal: "SIGKILL" }, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, output: output.trim() + (code === 0 ? "" : errors) });
    });
  });
}

describe("a process", () => {
  test("ends by itself when nobody waits", async () => {
    expect(await run("idle")).toEqual({ code: 0, output: "idle" });
  });

  test("lives as long as a call waits", async () => {
    expect(await run("waits")).toEqual({ code: 0, output: "received 1" });
  });

  test("does not live for a socket that is unref'd, but serves it", async () => {
    expect(await run("unref")).toEqual({ code: 0, output: "received 1\nends" });
  });

  test("can be ended while calls wait", async () => {
    expect((await run("exit")).code).toBe(3);
  });

  test("ends of an error while calls wait", async () => {
    const { code, output } = await run("throws");
    expect(code).toBe(1);
    expect(output).toContain("nobody catches this");
  });

  test("reads files beside 1,000 waiting sockets", async () => {
    expect(await run("files")).toEqual({ code: 0, output: "read 200" });
  });

  test("serves sockets while the runtime's threads have other work", async () => {
    expect(await run("busy-pool")).toEqual({ code: 0, output: "received 1\nreceived 1" });
  });

  test("has a reactor in each thread", async () => {
    expect(await run("workers")).toEqual({ code: 0, output: "echoed 200 200 200 200" });
  });

  test("lives on when the only threads that had sockets end, in whatever way", async () => {
    const output = "received 3 and ends\nreceived 3 and exits\nreceived 3 and is terminated";
    expect(await run("lone-worker")).toEqual({ code: 0, output });
  });

  test("and its threads end, in whatever way, while bytes have come that nobody was told of", async () => {
    expect(await run("unheard")).toEqual({ code: 0, output: "ends\nexits\nthrows\nis terminated" });
  });

  test("has the ports of its workers back when they end", async () => {
    const output = ["ends", "exits", "throws"].map((how) => `${how}, and the port is free: true`).join("\n");
    expect(await run("worker-ports")).toEqual({ code: 0, output });
  });

  test("has no threads left that wait for workers that were terminated", async () => {
    expect(await run("terminated")).toEqual({ code: 0, output: "ended" });
  });

  test("loads nothing before the first socket", async () => {
    expect(await run("lazy")).toEqual({ code: 0, output: "before false, after true" });
  });

  test("has no descriptor more after sockets that there were too many of", async () => {
    const file = fileURLToPath(new URL("programs/too-many.ts", import.meta.url));
    const limited = 'ulimit -n 256; exec "$@"';
    const { code, output } = await ended("bash", ["-c", limited, "bash", execPath, ...before, file]);
    expect({ code, output }).toEqual({ code: 0, output: "left open: 0" });
  });

  test("is given the sockets that its starter opened for it", async () => {
    const listener = new Socket(AddressFamily.INET, SocketType.STREAM);
    await listener.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
    const { port } = (await listener.listen()).localAddress;
    const received = (async () => {
      const into = new Uint8Array(64);
      return new TextDecoder().decode(into.subarray(0, await (await listener.accept()).receive(into)));
    })();
    const file = fileURLToPath(new URL("programs/inherits.ts", import.meta.url));
    const script = 'exec 3<>"/dev/tcp/127.0.0.1/$1"; shift; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"';
    const { code, output } = await ended("bash", ["-c", script, "bash", String(port), execPath, ...before, file]);
    expect({ code, output }).toEqual({ code: 0, output: "inherited 1" });
    expect(await received).toBe("from fd 3");
    await listener.close();
  });

  test("has its blocking calls end in their time, though signals come all the while", async () => {
    const { code, output } = await run("interrupted");
    const calls = [
      "receive()",
      "receiveFrom()",
      "receiveMany()",
      "receiveMessage()",
      "accept()",
      "send()",
      "sendMessage()",
    ];
    const ends = [...calls, "connect(), Unix"].map((call) => `${call} EAGAIN`);
    expect({ code, output }).toEqual({ code: 0, output: [...ends, "connect(), Internet ETIMEDOUT"].join("\n") });
  });

  test("ends calls that block its workers, by their descriptors", async () => {
    expect(await run("blocked")).toEqual({ code: 0, output: "receive gave 0, accept gave EINVAL" });
  });
});
