import { LONGEST_TIMEOUT } from "../wait.ts";

/** What keeps the process alive where no kernel's socket does: a timer. */
export abstract class MemoryHandle {
  #timer: ReturnType<typeof setInterval> | undefined;

  ref(): void {
    this.#timer ??= setInterval(() => {}, LONGEST_TIMEOUT);
  }

  unref(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
