import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { constants } from "../dist/linux/constants.js";
import { codes } from "../dist/linux/errno.js";
import { addrinfo, epollEvents, layouts, tcpInfo } from "../dist/linux/layouts.js";
import { platform } from "../dist/platform.js";

interface Layout {
  readonly size: number;
  readonly fields: Readonly<Record<string, number>>;
}

const structures: Readonly<Record<string, Layout>> = { ...layouts, addrinfo, epoll_event: platform().epollEvent };
/** Of these, only the fields that are read: the rest differs from one C library to the next. */
const partial: Readonly<Record<string, Layout>> = { tcp_info: tcpInfo };
const errors = Object.fromEntries(Object.entries(codes).map(([number, name]) => [name, Number(number)]));
const numbers: Readonly<Record<string, number>> = { ...constants, ...errors };

const headers = `
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <linux/sockios.h>
#include <linux/errqueue.h>
#include <time.h>
`;

const program = `${headers}
int main(void) {
${Object.keys(numbers)
  .map((name) => `  printf("${name} %lld\\n", (long long)${name});`)
  .join("\n")}
${Object.entries({ ...structures, ...partial })
  .flatMap(([name, { fields }]) => [
    `  printf("${name} %zu\\n", sizeof(struct ${name}));`,
    ...Object.keys(fields).map((field) => `  printf("${name}.${field} %zu\\n", offsetof(struct ${name}, ${field}));`),
  ])
  .join("\n")}
  return 0;
}
`;

const hasCompiler = spawnSync("cc", ["--version"]).status === 0;
const found = new Map<string, number>();

describe.skipIf(!hasCompiler)(
  `what C says${hasCompiler ? "" : " (not asked: this machine has no C compiler, cc)"}`,
  () => {
    beforeAll(() => {
      const folder = mkdtempSync(join(tmpdir(), "omnisock-headers-"));
      try {
        const source = join(folder, "headers.c");
        writeFileSync(source, program);
        const compiled = spawnSync("cc", ["-w", "-o", join(folder, "headers"), source], { encoding: "utf8" });
        expect(compiled.stderr).toBe("");
        const { stdout } = spawnSync(join(folder, "headers"), { encoding: "utf8" });
        for (const line of stdout.trim().split("\n")) {
          const [name = "", value] = line.split(" ");
          found.set(name, Number(value));
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test("every constant has the number of the system's headers", () => {
      const expected = Object.fromEntries(Object.keys(numbers).map((name) => [name, found.get(name)]));
      expect(numbers).toEqual(expected);
      expect(Object.keys(numbers).length).toBeGreaterThan(100);
    });

    test.each(Object.entries(structures))("struct %s lies as in the system's headers", (name, { size, fields }) => {
      expect(size).toBe(found.get(name));
      for (const [field, offset] of Object.entries(fields)) expect(offset, field).toBe(found.get(`${name}.${field}`));
    });

    test.each(Object.entries(partial))("the fields of struct %s are where the headers have them", (name, layout) => {
      expect(layout.size).toBeLessThanOrEqual(found.get(name) ?? 0);
      for (const [field, offset] of Object.entries(layout.fields)) {
        expect(offset, field).toBe(found.get(`${name}.${field}`));
      }
    });
  },
);

/** Other C libraries and processors: nothing is run, the compiler itself says whether all is so. */
const others = [
  { name: "musl on x64", compiler: "musl-gcc", epollEvent: epollEvents.x64 },
  { name: "glibc on arm64", compiler: "aarch64-linux-gnu-gcc", epollEvent: epollEvents.arm64 },
] as const;

function assertions(epollEvent: Layout): string {
  const all: Record<string, Layout> = { ...layouts, addrinfo, epoll_event: epollEvent };
  const lines = Object.entries(numbers).map(
    ([name, value]) => `_Static_assert((long long)(${name}) == ${value}, "${name}");`,
  );
  for (const [name, { size, fields }] of Object.entries(all)) {
    lines.push(`_Static_assert(sizeof(struct ${name}) == ${size}, "${name}");`);
    lines.push(...offsets(name, fields));
  }
  lines.push(...offsets("tcp_info", tcpInfo.fields));
  return lines.join("\n");
}

function offsets(name: string, fields: Readonly<Record<string, number>>): string[] {
  return Object.entries(fields).map(
    ([field, offset]) => `_Static_assert(offsetof(struct ${name}, ${field}) == ${offset}, "${name}.${field}");`,
  );
}

describe.each(others)("$name", ({ compiler, epollEvent }) => {
  const isThere = spawnSync(compiler, ["--version"]).status === 0;

  test.skipIf(!isThere)("has the same numbers, and its structures lie as the tables say", () => {
    // The kernel's own headers, where the compiler's C library brings none.
    const kernel =
      compiler === "musl-gcc" ? ["-idirafter", "/usr/include", "-idirafter", "/usr/include/x86_64-linux-gnu"] : [];
    const input = `${headers}\n${assertions(epollEvent)}\n`;
    const checked = spawnSync(compiler, ["-w", "-fsyntax-only", ...kernel, "-x", "c", "-"], {
      input,
      encoding: "utf8",
    });
    expect(checked.stderr).toBe("");
    const wrong = `${input}_Static_assert(AF_UNIX == 2, "this is checked");\n`;
    const refused = spawnSync(compiler, ["-w", "-fsyntax-only", ...kernel, "-x", "c", "-"], {
      input: wrong,
      encoding: "utf8",
    });
    expect(refused.stderr).toContain("this is checked");
  });
});
