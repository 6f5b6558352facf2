import process from "node:process";

/** Tells the microseconds of processor that starting took. */
export function done(): void {
  const { user, system } = process.cpuUsage();
  process.stdout.write(String(user + system));
}
