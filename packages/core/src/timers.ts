/** Whether it is a timer that need not keep the process alive: on some runtimes it is a mere number. */
export function canUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === "object" && timer !== null && "unref" in timer;
}
