import { AddressFamily, type Capability, type Connection, SocketShutdown, shortcuts } from "@omnisock/core";
import type { Case, Topic } from "../case.ts";
import { equal, equalBytes } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, pattern, receiveAll, receiveExactly, text } from "../traffic.ts";

async function pairOf(fixture: Fixture, family?: AddressFamily): Promise<[Connection, Connection]> {
  const [one, other] = await shortcuts(fixture.adapter).socketPair(family);
  return [fixture.own(one), fixture.own(other)];
}

const FAMILIES: readonly [family: AddressFamily, needs: readonly Capability[]][] = [
  [AddressFamily.INET, []],
  [AddressFamily.INET6, []],
  [AddressFamily.UNIX, ["unix-abstract"]],
];

export const socketPair: Topic = {
  name: "socketPair",
  cases: [
    ...FAMILIES.map(
      ([family, needs]): Case => ({
        id: `socket-pair-${family.toLowerCase()}`,
        title: `socketPair() of ${family} carries bytes both ways, and nothing else`,
        source: "socketpair(2); D's std.socket socketPair()",
        needs,
        async run(fixture) {
          const [one, other] = await pairOf(fixture, family);
          equal(one.family, family, "family");
          await one.sendAll(bytes("there"));
          equal(text(await receiveExactly(other, 5)), "there", "one way");
          await other.sendAll(bytes("back"));
          equal(text(await receiveExactly(one, 4)), "back", "the other way");
          const sent = pattern(1 << 20);
          const [received] = await Promise.all([
            receiveAll(one),
            other.sendAll(sent).then(() => other.shutdown(SocketShutdown.SEND)),
          ]);
          equalBytes(received, sent, "what came to the end of the stream");
          await one.close();
          equal(await other.receive(new Uint8Array(1)), 0, "bytes after the other end closed");
        },
      }),
    ),
    {
      id: "socket-pair-unix-default",
      title: "socketPair() is of Unix sockets where there are abstract names",
      source: "socketpair(2)",
      needs: ["unix-abstract"],
      async run(fixture) {
        const [one] = await pairOf(fixture);
        equal(one.family, AddressFamily.UNIX, "family");
      },
    },
    {
      id: "socket-pair-many",
      title: "socketPair() makes pairs that do not get mixed up",
      source: "socketpair(2)",
      async run(fixture) {
        const pairs = await Promise.all(Array.from({ length: 20 }, () => pairOf(fixture)));
        for (const [index, [one]] of pairs.entries()) await one.sendAll(Uint8Array.of(index));
        for (const [index, [, other]] of pairs.entries()) {
          equal((await receiveExactly(other, 1))[0], index, "the byte from the other end");
        }
      },
    },
  ],
};
