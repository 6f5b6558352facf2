import type { GroupOnInterface, OptionSetting } from "./option.ts";

/** For adapters that make a socket anew: what was set on the one before, without what was replaced or undone since. */
export class KeptSettings {
  readonly #settings = new Map<string, OptionSetting>();

  add(setting: OptionSetting): void {
    const [name, value] = setting;
    if (name === "IP_DROP_MEMBERSHIP") this.#settings.delete(keyOf(["IP_ADD_MEMBERSHIP", value]));
    else if (name === "IPV6_LEAVE_GROUP") this.#settings.delete(keyOf(["IPV6_JOIN_GROUP", value]));
    else this.#settings.set(keyOf(setting), setting);
  }

  /** In the order they were first set. */
  [Symbol.iterator](): IterableIterator<OptionSetting> {
    return this.#settings.values();
  }

  /** Whether datagrams may go to a broadcast address. */
  get mayBroadcast(): boolean {
    return this.#settings.get("SO_BROADCAST")?.[1] === true;
  }
}

/** What a later setting replaces: one of the same option, and of the same group. */
function keyOf([name, value]: OptionSetting): string {
  const { group, interface: on } = Object(value) as Partial<GroupOnInterface>;
  return group === undefined ? name : `${name} ${group} ${on?.name}`;
}
