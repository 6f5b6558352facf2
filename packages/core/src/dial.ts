import type { Adapter, ConnectRequest, StreamHandle, StreamSink } from "./adapter.ts";
import { type Address, InternetAddress, isUnspecified, UnixAddress } from "./address.ts";
import { ByteStream } from "./byte-stream.ts";
import type { SocketType } from "./constants.ts";
import { asSocketError, SocketError } from "./errors.ts";
import { limited } from "./limited.ts";
import type { EarlyOptions } from "./options.ts";
import { Race, STAGGER } from "./race.ts";
import { resolve } from "./resolve.ts";
import { checkUnix } from "./unix.ts";
import { type Limit, pause } from "./wait.ts";

/**
 * Connects to `to`, until `attempt` is aborted or the limit is reached.
 *
 * Where `to` is a name, its addresses are tried one after the other, each a quarter of a second after the one before or when
 * that failed; the first connection wins, and the others are closed (RFC 8305).
 *
 * @throws {SocketError} What the last attempt to fail said; `ETIMEDOUT` when time was up.
 */
export function dial(
  adapter: Adapter,
  to: Address,
  from: Address | undefined,
  limit: Limit | undefined,
  attempt: AbortController,
  type: SocketType,
  options: EarlyOptions,
): Promise<ByteStream> {
  const timedOut = (): SocketError => new SocketError("ETIMEDOUT", "connect", { at: to });
  return limited(attempt, limit, timedOut, async () => {
    const origin = await originOf(adapter, to, from);
    const addresses = await resolve(adapter, to, "connect");
    attempt.signal.throwIfAborted();
    // Two attempts cannot come from the same port.
    const stagger = origin === undefined || origin.port === 0 ? STAGGER : Number.POSITIVE_INFINITY;
    const race = new Race<Address, ByteStream>(
      (address, signal) => dialOne(adapter, { type, to: address, from: origin, options, signal }),
      (late) => void late.close(),
      stagger,
      1,
    );
    race.enter(0, addresses);
    return race.result(attempt.signal);
  });
}

/** The first and the longest pause before a full Unix listener is tried again, in milliseconds. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 64;

async function dialOne(adapter: Adapter, request: ConnectRequest): Promise<ByteStream> {
  const { to, signal } = request;
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    try {
      return await attemptOne(adapter, request);
    } catch (error) {
      // connect(2) waits while a Unix listener's backlog is full; the runtimes, which cannot, say EAGAIN.
      const isFull = to instanceof UnixAddress && error instanceof SocketError && error.wouldBlock;
      if (!isFull || signal.aborted) throw error;
      await pause(wait);
    }
  }
}

async function attemptOne(adapter: Adapter, request: ConnectRequest): Promise<ByteStream> {
  const { to, signal } = request;
  let stream: ByteStream | undefined;
  try {
    if (to instanceof UnixAddress) checkUnix(adapter, to, "connect");
    await adapter.connect(request, (handle) => {
      if (signal.aborted) return discard(handle);
      stream = new ByteStream(handle);
      return stream;
    });
    if (stream === undefined && !signal.aborted) throw new TypeError("The adapter connected without a connection");
  } catch (cause) {
    throw asSocketError(cause, "connect", to);
  }
  if (stream === undefined) throw signal.reason;
  return stream;
}

/** The numeric address to connect from; undefined when any will do. */
async function originOf(adapter: Adapter, to: Address, from: Address | undefined): Promise<Address | undefined> {
  if (from === undefined || (isUnspecified(from) && from.port === InternetAddress.PORT_ANY)) return undefined;
  const capability = from instanceof UnixAddress ? "unix-connect-from" : "connect-from";
  if (!adapter.supports.has(capability)) throw new SocketError("EOPNOTSUPP", "connect", { at: to });
  const [origin] = await resolve(adapter, from, "connect");
  return origin;
}

/** Closes a connection that came after nobody wanted it any more. */
function discard(handle: StreamHandle): StreamSink {
  queueMicrotask(() => handle.close());
  return { data() {}, room() {}, filled() {}, writable() {}, sendFailed() {}, end() {}, exceptional() {}, closed() {} };
}
