/** What is refused has a word of core's, though the kernel has one of its own. */
import { closeSync, openSync } from "node:fs";
import { env, pid } from "node:process";
import { SO_RCVBUF, SO_TYPE, SocketType, WOULD_BLOCK } from "@omnisock/core";
import { expect, test } from "vitest";
import { adopt, getOptionOn, setOptionOn } from "../../dist/index.js";
import { inherited } from "../../dist/inherited.js";
import { Socket, socketPair } from "../../dist/sync/index.js";
import { detached } from "../support.ts";
import { codeOf, datagrams } from "./support.ts";

test("adopt(), getOptionOn() and setOptionOn() of a file are EAFNOSUPPORT", () => {
  const fd = openSync("/dev/null", "r");
  expect(codeOf(() => adopt(fd))).toBe("EAFNOSUPPORT");
  expect(codeOf(() => Socket.adopt(fd))).toBe("EAFNOSUPPORT");
  expect(codeOf(() => getOptionOn(fd, SO_TYPE))).toBe("EAFNOSUPPORT");
  expect(codeOf(() => setOptionOn(fd, SO_RCVBUF, 50_000))).toBe("EAFNOSUPPORT");
  closeSync(fd);
});

test("isAtMark of what has no urgent byte is EOPNOTSUPP", () => {
  using socket = datagrams();
  expect(codeOf(() => socket.isAtMark)).toBe("EOPNOTSUPP");
  const [one, two] = socketPair(SocketType.SEQPACKET);
  expect(codeOf(() => one.isAtMark)).toBe("EOPNOTSUPP");
  one.close();
  two.close();
});

test("credentials of no process are EPERM", () => {
  const [one, two] = socketPair();
  const credentials = { pid: 2 ** 31 - 1, uid: 0, gid: 0 };
  expect(codeOf(() => one.sendMessage({ bytes: Uint8Array.of(1), credentials }))).toBe("EPERM");
  one.close();
  two.close();
});

test("inherited sockets are let go of when one is none", () => {
  const { LISTEN_PID, LISTEN_FDS } = env;
  Object.assign(env, { LISTEN_PID: String(pid), LISTEN_FDS: "3" });
  const kept = new Set<number>();
  const adopting = (last: number) => (): number[] =>
    inherited(
      (fd) => {
        if (fd > last) throw new RangeError(`${fd} is none`);
        kept.add(fd);
        return fd;
      },
      (fd) => (kept.delete(fd), fd),
    );
  expect(codeOf(adopting(4))).toBe("RangeError");
  expect([...kept]).toEqual([]);
  expect(adopting(5)()).toEqual([3, 4, 5]);
  expect([...kept]).toEqual([3, 4, 5]);
  for (const [name, value] of Object.entries({ LISTEN_PID, LISTEN_FDS })) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
});

test("flags beyond those that there are are a RangeError", () => {
  const [one, two] = socketPair();
  one.send(Uint8Array.of(1));
  for (const flags of [-1, 0.5, 1 << 30, 2 ** 32, 2 ** 32 + 2, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(
      codeOf(() => two.receive(new Uint8Array(1), flags)),
      String(flags),
    ).toBe("RangeError");
  }
  one.close();
  two.close();
});

test("a buffer that was transferred is no empty one", () => {
  const [one, two] = socketPair(SocketType.DGRAM);
  const calls = [
    () => one.send(detached()),
    () => one.sendMany([{ bytes: detached() }]),
    () => one.sendMessage({ bytes: detached() }),
    () => two.receive(detached()),
    () => two.receiveFrom(detached()),
    () => two.receiveMessage(detached()),
  ];
  expect(calls.map(codeOf)).toEqual(calls.map(() => "TypeError"));
  expect(two.tryReceive(new Uint8Array(1))).toBe(WOULD_BLOCK);
  expect(one.send(new Uint8Array(0))).toBe(0);
  expect(two.receiveFrom(new Uint8Array(0)).byteLength).toBe(0);
  one.close();
  two.close();
});

test("what a subclass says of its length is no end of a stream, and nothing to wait for", () => {
  class Says extends Uint8Array {
    said = 0;
    override get length(): number {
      return this.said;
    }
  }
  const [near, far] = socketPair();
  using _near = near;
  using _far = far;
  expect(far.receive(Object.assign(new Says(0), { said: 5 }))).toBe(0);
  near.sendAll(Uint8Array.of(1, 2, 3));
  expect(far.receive(new Says(8))).toBe(3);
});
