/** What the load generator is told: as that in C, name=value. */

export interface Settings {
  readonly port: number;
  readonly pid: number;
  readonly connections: number;
  readonly size: number;
  /** Messages in flight: over all connections, or for frames on each; 0: one on each connection. */
  readonly window: number;
  readonly seconds: number;
  readonly settle: number;
  readonly verify: number;
  readonly segments: number;
}

const DEFAULTS: Settings = {
  port: 0,
  pid: 0,
  connections: 1,
  size: 64,
  window: 0,
  seconds: 1,
  settle: 0,
  verify: 0,
  segments: 1,
};

/** @throws There is no such setting, or it is no number. */
export function settingsOf(args: readonly string[]): Settings {
  const settings: Record<string, number> = { ...DEFAULTS };
  for (const arg of args) {
    const [name = "", value = ""] = arg.split("=");
    if (!(name in settings) || value === "" || !Number.isFinite(Number(value)))
      throw new Error(`'${arg}' is no setting`);
    settings[name] = Number(value);
  }
  return settings as unknown as Settings;
}
