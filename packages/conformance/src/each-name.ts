import { UnixAddress } from "@omnisock/core";
import type { Case } from "./case.ts";
import type { Fixture } from "./fixture.ts";

/** A case that is the same for both kinds of Unix names. */
export interface NameCase extends Omit<Case, "run"> {
  run(fixture: Fixture, at: UnixAddress): Promise<void>;
}

/** The case for a path, and the case for an abstract name, whose id and title say so. */
export function eachName({ run, needs = [], ...one }: NameCase): Case[] {
  return [
    {
      ...one,
      needs: [...needs, "unix"],
      run: async (fixture) => run(fixture, new UnixAddress((await fixture.directory()).path("socket"))),
    },
    {
      ...one,
      id: `${one.id}-abstract`,
      title: `${one.title} (abstract name)`,
      needs: [...needs, "unix-abstract"],
      run: (fixture) => run(fixture, unusedName()),
    },
  ];
}

/** An abstract name that no other case, and no other run, has. */
export function unusedName(): UnixAddress {
  return UnixAddress.abstract(`omnisock-${crypto.randomUUID()}`);
}
