import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { constants } from "../dist/linux/constants.js";
import { codes } from "../dist/linux/errno.js";
import { addrinfo, layouts, tcpInfo } from "../dist/linux/layouts.js";
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

const program = `
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
