/** Sockets as WHATWG streams. Source: https://streams.spec.whatwg.org */
import { SocketShutdown } from "./constants.ts";
import type { Socket } from "./socket.ts";

/** What a read of the stream receives at most, unless the reader brings its own buffer. */
const CHUNK_BYTES = 16384;

/** A socket's receiving side as a byte stream: it receives only what is read. */
export function readableOf(socket: Socket): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isCancelled = false;
  return new ReadableStream(
    {
      type: "bytes",
      autoAllocateChunkSize: CHUNK_BYTES,
      async pull(controller): Promise<void> {
        const request = controller.byobRequest;
        if (request?.view == null) return;
        const { buffer, byteOffset, byteLength } = request.view;
        const count = await socket.receive(new Uint8Array(buffer, byteOffset, byteLength));
        // Then the stream has taken its buffer back.
        if (isCancelled) return;
        if (count === 0) controller.close();
        request.respond(count);
      },
      cancel(): Promise<void> {
        isCancelled = true;
        return socket.shutdown(SocketShutdown.RECEIVE);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A socket's sending side as a stream: a write ends when the socket has taken all of it. */
export function writableOf(socket: Socket): WritableStream<Uint8Array> {
  return new WritableStream({
    start({ signal }): void {
      // The stream's own abort() waits for the write under way, which a peer that does not read may hold up for good.
      signal.addEventListener("abort", () => void socket.close(), { once: true });
    },
    write: (chunk) => socket.sendAll(chunk),
    close: () => socket.shutdown(SocketShutdown.SEND),
    abort: () => socket.close(),
  });
}
