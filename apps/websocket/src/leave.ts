/** How to close a socket so that the peer gets the last words. */
import { type Socket, SocketError, SocketShutdown } from "omnisock";

const SCRATCH_BYTES = 4096;

/**
 * Runs `work` for `timeout` milliseconds at most, and closes the socket.
 *
 * That the peer breaks the connection meanwhile is as good an end as any.
 */
export async function closeAfter(
  socket: Socket,
  timeout: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  const isLate = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    late.abort();
    isLate.resolve();
  }, timeout);
  try {
    await Promise.race([work(late.signal), isLate.promise]);
  } catch (error) {
    if (!(error instanceof SocketError || late.signal.aborted)) throw error;
  } finally {
    clearTimeout(timer);
    await socket.close();
  }
}

/**
 * Ends the stream, and waits until the peer has ended its own.
 *
 * Closing while there is something to read would reset the connection, and what was sent last might be lost with it.
 */
export async function endStream(socket: Socket, signal: AbortSignal): Promise<void> {
  await socket.shutdown(SocketShutdown.SEND);
  const scratch = new Uint8Array(SCRATCH_BYTES);
  while ((await socket.receive(scratch, { signal })) > 0);
}
