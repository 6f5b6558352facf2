/** How long an experiment may wait, in milliseconds: not long for what never comes, and for what does, as long as it takes. */
export function patience(name: string): string {
  return name === "silent" ? "100" : "60000";
}
