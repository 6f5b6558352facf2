import { AddressFamily, SocketType, UnixAddress } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { openPair, openSocket, receiveInto } from "../dist/calls.js";
import { Descriptor } from "../dist/descriptor.js";
import type { Calls } from "../dist/libc/libc.js";
import { forEachCall } from "../dist/libc/signatures.js";
import { withErrno } from "../dist/libc/with-errno.js";
import { constants } from "../dist/linux/constants.js";
import { EAGAIN } from "../dist/linux/errno.js";
import { platform } from "../dist/platform.js";
import { SockaddrBuffer } from "../dist/sockaddr.js";
import { MSG_DONTWAIT, Socket } from "../dist/sync/index.js";
import { system } from "../dist/system.js";

const { libc } = system();
const CLOSED = -1;
const EBADF = 9;

describe("the C library", () => {
  test("a call that fails gives the negative errno", () => {
    expect(libc.recv(CLOSED, new Uint8Array(1), 1, 0)).toBe(-EBADF);
    expect(libc.close(CLOSED)).toBe(-EBADF);
  });

  test("a call's errno is its own, 200,000 times in turn, while memory is taken and given back", () => {
    const [one, two] = openPair(SocketType.STREAM, false);
    const fd = one.fdFor("recv");
    const into = new Uint8Array(1);
    const kept: Uint8Array[] = [];
    for (let round = 0; round < 100_000; round++) {
      if (round % 100 === 0) kept[round % 1000] = new Uint8Array(1 << 16);
      if (libc.recv(fd, into, 1, 0) !== -EAGAIN) throw new Error("another errno than EAGAIN");
      if (libc.recv(CLOSED, into, 1, 0) !== -EBADF) throw new Error("another errno than EBADF");
    }
    one.close();
    two.close();
  });

  test.each(Object.keys(forEachCall(() => undefined)))("errno of %s is read before anything else is done", (name) => {
    const errno = new Int32Array(1);
    // As soon as the result is looked at, errno is another's, as it is when the engine has work of its own.
    const failed = {
      valueOf: () => {
        errno[0] = EAGAIN;
        return -1;
      },
    };
    const failing = (): unknown => {
      errno[0] = EBADF;
      return failed;
    };
    const calls = withErrno(forEachCall(() => failing) as unknown as Calls, errno);
    expect((calls[name as keyof Calls] as () => number)()).toBe(-EBADF);
  });

  test("memory that starts within a buffer is read and filled from there", () => {
    const [one, two] = openPair(SocketType.STREAM, false);
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6).subarray(2, 5);
    expect(libc.send(one.fdFor("send"), bytes, bytes.length, 0)).toBe(3);
    const into = new Uint8Array(8);
    expect(libc.recv(two.fdFor("recv"), into.subarray(4), 4, 0)).toBe(3);
    expect([...into]).toEqual([0, 0, 0, 0, 3, 4, 5, 0]);
    one.close();
    two.close();
  });

  test("a platform without tables is told which adapter to take", () => {
    expect(() => platform("darwin arm64")).toThrow(/darwin arm64.*@omnisock\/node/s);
  });
});

/** A new socket that has just this number: the kernel gives the lowest that is free. */
function reopened(fd: number): Descriptor {
  const others: Descriptor[] = [];
  for (;;) {
    const socket = openSocket(AddressFamily.INET, SocketType.DGRAM, false);
    if (socket.fdFor("socket") === fd) {
      for (const other of others) other.close();
      return socket;
    }
    others.push(socket);
  }
}

describe("Descriptor", () => {
  test("is not inherited by other programs", () => {
    const descriptor = openSocket(AddressFamily.INET, SocketType.STREAM, true);
    expect(libc.fcntl(descriptor.fdFor("socket"), constants.F_GETFD, 0) & constants.FD_CLOEXEC).not.toBe(0);
    descriptor.close();
  });

  test("closed is EBADF, and closing it again closes nothing", () => {
    const first = openSocket(AddressFamily.INET, SocketType.DGRAM, false);
    const fd = first.fdFor("socket");
    first.close();
    const second = reopened(fd);
    first.close();
    expect(first.isOpen()).toBe(false);
    expect(() => receiveInto(first, new Uint8Array(1), 0)).toThrow(/EBADF/);
    expect(receiveInto(second, new Uint8Array(1), 0)).toBe(-EAGAIN);
    second.close();
  });

  test("whose number was closed behind its back does not use what has it now", () => {
    const stale = openSocket(AddressFamily.INET, SocketType.DGRAM, false);
    const fd = stale.fdFor("socket");
    libc.close(fd);
    const fresh = reopened(fd);
    expect(stale.isOpen()).toBe(false);
    stale.close();
    expect(fresh.isOpen()).toBe(true);
    expect(receiveInto(fresh, new Uint8Array(1), 0)).toBe(-EAGAIN);
    fresh.close();
  });

  test("detached is somebody else's to close", () => {
    const descriptor = openSocket(AddressFamily.INET, SocketType.DGRAM, false);
    const fd = descriptor.detach();
    descriptor.close();
    const adopted = new Descriptor(fd);
    expect(receiveInto(adopted, new Uint8Array(1), 0)).toBe(-EAGAIN);
    adopted.close();
  });
});

describe("a Unix name that another program chose", () => {
  const decoded = (name: number[]): string => {
    const buffer = new SockaddrBuffer();
    buffer.address.view.setUint16(0, constants.AF_UNIX, true);
    buffer.address.bytes.set(name, 2);
    buffer.length.view.setUint32(0, 2 + name.length, true);
    return String(buffer.decode());
  };

  test("that is no text, or has a NUL within, is told as well as it can be", () => {
    expect(decoded([])).toBe("unix:");
    expect(decoded([0])).toBe("unix:");
    expect(decoded([0, 97, 0, 98])).toBe("unix:@a\uFFFDb");
    expect(decoded([0, 255, 97])).toBe("unix:@\uFFFDa");
    expect(decoded([47, 97, 0, 98])).toBe("unix:/a");
  });

  test("can be answered, whatever it is", () => {
    for (const name of [[97, 0, 98], [255, 97], new Array<number>(107).fill(120)]) {
      using named = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
      const sockaddr = Uint8Array.of(constants.AF_UNIX, 0, 0, ...name);
      expect(system().libc.bind(named.fd, sockaddr, sockaddr.length)).toBe(0);
      using answering = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
      answering.bind(UnixAddress.abstract(crypto.randomUUID()));
      named.sendTo(new Uint8Array(1), answering.localAddress as UnixAddress);
      const { from } = answering.receiveFrom(new Uint8Array(1));
      answering.sendTo(new Uint8Array(3), from);
      expect(named.receive(new Uint8Array(4), MSG_DONTWAIT)).toBe(3);
    }
  });

  test("that is too long for text is cut", () => {
    expect(decoded([0, ...new Array<number>(107).fill(255)])).toBe(`unix:@${"\uFFFD".repeat(34)}`);
  });
});
