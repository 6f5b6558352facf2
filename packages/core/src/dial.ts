import type { Adapter, StreamHandle, StreamSink } from "./adapter.ts";
import { type Address, Internet6Address, InternetAddress } from "./address.ts";
import { ByteStream } from "./byte-stream.ts";
import { asSocketError, SocketError } from "./errors.ts";
import { resolve } from "./resolve.ts";
import { Deadline, type Limit } from "./wait.ts";

/**
 * Connects to `to`, trying its addresses in turn, until `attempt` is aborted or the limit is reached.
 *
 * @throws {SocketError} What the last address said; `ETIMEDOUT` when time was up.
 */
export async function dial(
  adapter: Adapter,
  to: Address,
  from: Address | undefined,
  limit: Limit | undefined,
  attempt: AbortController,
): Promise<ByteStream> {
  const { signal } = attempt;
  const timeOut = (): void => attempt.abort(new SocketError("ETIMEDOUT", "connect", { at: to }));
  const deadline = limit && new Deadline(limit, timeOut, (reason) => attempt.abort(reason));
  try {
    return await unlessAborted(signal, dialEach(adapter, to, from, signal));
  } finally {
    deadline?.clear();
  }
}

async function dialEach(
  adapter: Adapter,
  to: Address,
  from: Address | undefined,
  signal: AbortSignal,
): Promise<ByteStream> {
  const origin = await originOf(adapter, to, from);
  let failure: SocketError | undefined;
  for (const address of await resolve(adapter, to)) {
    signal.throwIfAborted();
    try {
      return await dialOne(adapter, address, origin, signal);
    } catch (cause) {
      failure = asSocketError(cause, "connect", address);
    }
  }
  throw failure;
}

async function dialOne(
  adapter: Adapter,
  to: Address,
  from: Address | undefined,
  signal: AbortSignal,
): Promise<ByteStream> {
  let stream: ByteStream | undefined;
  await adapter.connect({ to, from, signal }, (handle) => {
    if (signal.aborted) return discard(handle);
    stream = new ByteStream(handle);
    return stream;
  });
  if (stream === undefined) throw signal.reason;
  return stream;
}

/** The numeric address to connect from; undefined when any will do. */
async function originOf(adapter: Adapter, to: Address, from: Address | undefined): Promise<Address | undefined> {
  const isAny = from?.host === InternetAddress.ADDR_ANY || from?.host === Internet6Address.ADDR_ANY;
  if (from === undefined || (isAny && from.port === InternetAddress.PORT_ANY)) return undefined;
  if (!adapter.supports.has("connect-from")) throw new SocketError("EOPNOTSUPP", "connect", { at: to });
  const [origin] = await resolve(adapter, from);
  return origin;
}

/** Closes a connection that came after nobody wanted it any more. */
function discard(handle: StreamHandle): StreamSink {
  handle.close();
  return { data() {}, writable() {}, end() {}, closed() {} };
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
