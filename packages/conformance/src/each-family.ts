import { AddressFamily, type IpFamily } from "@omnisock/core";
import type { Case } from "./case.ts";
import type { Fixture } from "./fixture.ts";

/** A case that is the same for IPv4 and IPv6. */
export interface FamilyCase extends Omit<Case, "run"> {
  run(fixture: Fixture, family: IpFamily): Promise<void>;
}

/** The case for IPv4, and the case for IPv6, whose id and title say so. */
export function eachFamily({ run, ...one }: FamilyCase): Case[] {
  return [
    { ...one, run: (fixture) => run(fixture, AddressFamily.INET) },
    {
      ...one,
      id: `${one.id}-ip6`,
      title: `${one.title} (IPv6)`,
      run: (fixture) => run(fixture, AddressFamily.INET6),
    },
  ];
}
