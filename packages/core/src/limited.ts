import { Deadline, type Limit } from "./wait.ts";

/**
 * Work that ends when it is done, when `attempt` is aborted, or when the limit is reached, which aborts `attempt`.
 *
 * The work goes on when it does not heed the signal of `attempt`; nobody waits for it then.
 */
export async function limited<T>(
  attempt: AbortController,
  limit: Limit | undefined,
  timedOut: () => unknown,
  work: () => Promise<T>,
): Promise<T> {
  const { signal } = attempt;
  const deadline =
    limit &&
    new Deadline(
      limit,
      () => attempt.abort(timedOut()),
      (reason) => attempt.abort(reason),
    );
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      work().then(resolve, reject);
    });
  } finally {
    deadline?.clear();
  }
}
