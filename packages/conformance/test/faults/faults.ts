import {
  type Adapter,
  AddressFamily,
  CodedError,
  type Direction,
  type ReadinessSource,
  type Socket,
  type SocketConstructor,
  selectable,
  socketClass,
  type WaitOptions,
} from "@omnisock/core";
import { memoryAdapter } from "@omnisock/core/memory";
import { LateStream } from "./late-stream.ts";
import { StreamBetween, withStreams } from "./stream-between.ts";

/** A wrong adapter, or a wrong `Socket` class on a right one. */
export interface Faulty {
  readonly adapter: () => Adapter;
  readonly classOn?: (adapter: Adapter) => SocketConstructor;
}

const streams =
  (Between: typeof StreamBetween): (() => Adapter) =>
  () =>
    withStreams(memoryAdapter(), Between);

/** `close()` drops what `write()` took in this turn. */
class LosesTail extends LateStream {
  override close(): void {
    this.waiting = [];
    super.close();
  }
}

/** What is written in one turn goes out last first. */
class Reorders extends LateStream {
  protected override ordered(waiting: Uint8Array[]): Uint8Array[] {
    return waiting.reverse();
  }
}

/** `write()` does not copy what it sends later. */
class KeepsBuffer extends LateStream {
  protected override kept(bytes: Uint8Array): Uint8Array {
    return bytes;
  }
}

class IgnoresHalfClose extends StreamBetween {
  override shutdown(): void {}
}

class NeverWritable extends StreamBetween {
  override writable(): void {}
}

/** A connection that was reset looks as if the peer had ended its stream; only sending finds out. */
class SwallowsReset extends StreamBetween {
  #isReset = false;
  #hasEnded = false;
  #isClosed = false;

  override end(): void {
    if (!this.#hasEnded) super.end();
    this.#hasEnded = true;
  }

  override closed(cause?: unknown): void {
    this.#isReset = cause instanceof CodedError && cause.code === "ECONNRESET";
    if (this.#isReset) {
      this.end();
      this.core.writable();
    } else {
      this.#close(cause);
    }
  }

  override write(bytes: Uint8Array, lent: boolean): number {
    if (!this.#isReset) return super.write(bytes, lent);
    queueMicrotask(() => this.#close(new CodedError("EPIPE")));
    return 0;
  }

  override close(): void {
    if (this.#isReset) queueMicrotask(() => this.#close(undefined));
    else super.close();
  }

  #close(cause: unknown): void {
    if (!this.#isClosed) super.closed(cause);
    this.#isClosed = true;
  }
}

/** Every datagram is cut after so many bytes, and called whole or not. */
function cutsDatagrams(mostBytes: number, isTruncated: boolean): Adapter {
  const adapter = memoryAdapter();
  return {
    ...adapter,
    bind: (request, bound) =>
      adapter.bind(request, (handle) => {
        const sink = bound(handle);
        return {
          datagram: (bytes, owned, from) => sink.datagram(bytes.subarray(0, mostBytes), owned, from, isTruncated),
          writable: (cause) => sink.writable(cause),
          refused: (...refusal) => sink.refused(...refusal),
          failed: (cause) => sink.failed(cause),
          exceptional: () => sink.exceptional(),
          closed: (cause) => sink.closed(cause),
        };
      }),
  };
}

/** RFC 768: 65535 bytes, less the headers of IPv4 and UDP. */
const LARGEST = 65507;

/** Neither streams nor datagrams copy what they send later. */
function keepsBuffer(): Adapter {
  const adapter = withStreams(memoryAdapter(), KeepsBuffer);
  return {
    ...adapter,
    bind: (request, bound) =>
      adapter.bind(request, (handle) => {
        const send = handle.send.bind(handle);
        handle.send = (bytes, to, lent) => {
          // What may be refused must be refused at once.
          const isOdd = to.family === AddressFamily.UNIX || to.port === 0 || to.host.startsWith("240.");
          if (isOdd || bytes.byteLength > LARGEST) return send(bytes, to, lent);
          setImmediate(() => send(bytes, to, lent));
          return true;
        };
        return bound(handle);
      }),
  };
}

/** Every connect starts a timer, and nobody clears it. */
function leaksTimer(): Adapter {
  const adapter = memoryAdapter();
  return {
    ...adapter,
    async connect(request, connected): Promise<void> {
      setTimeout(() => {}, 60_000);
      await adapter.connect(request, connected);
    },
  };
}

/** A refused connect has a code of the adapter's own. */
function inventsCode(): Adapter {
  const adapter = memoryAdapter();
  return {
    ...adapter,
    async connect(request, connected): Promise<void> {
      try {
        await adapter.connect(request, connected);
      } catch (error) {
        if (!(error instanceof CodedError && error.code === "ECONNREFUSED")) throw error;
        throw Object.assign(new Error("could not connect"), { code: "ECONNFAILED" });
      }
    },
  };
}

/** A socket that was ready once stays in every set: select() finds it ready for good. */
function staleSets(adapter: Adapter): SocketConstructor {
  const Right: new (...args: ConstructorParameters<SocketConstructor>) => Socket = socketClass(adapter);
  class Stale extends Right {
    readonly #wasReady = new Set<Direction>();

    override [selectable](direction: Direction): ReadinessSource {
      const source = super[selectable](direction);
      const poll = (): boolean => {
        if (source.poll()) this.#wasReady.add(direction);
        return this.#wasReady.has(direction);
      };
      return { poll, watch: (changed) => source.watch(changed), unwatch: (changed) => source.unwatch(changed) };
    }
  }
  return Stale as unknown as SocketConstructor;
}

/** `receiveExactly()` is a loop around `receive()`: when it fails, what it has is lost, and other calls come between. */
function loopsAroundReceive(adapter: Adapter): SocketConstructor {
  const Right: new (...args: ConstructorParameters<SocketConstructor>) => Socket = socketClass(adapter);
  class Looping extends Right {
    override async receiveExactly(into: Uint8Array, options?: WaitOptions): Promise<number> {
      let filled = 0;
      for (let count = -1; count !== 0 && filled < into.length; filled += count) {
        count = await this.receive(into.subarray(filled), options);
      }
      return filled;
    }
  }
  return Looping as unknown as SocketConstructor;
}

/** By the name of what each does wrong. The first two do nothing wrong: they show that being in between is no fault. */
export const faults: Readonly<Record<string, Faulty>> = {
  "passes everything on": { adapter: streams(StreamBetween) },
  "passes everything on late": { adapter: streams(LateStream) },
  "loses the tail on close": { adapter: streams(LosesTail) },
  "reorders sends": { adapter: streams(Reorders) },
  "ignores half-close": { adapter: streams(IgnoresHalfClose) },
  "keeps the caller's buffer": { adapter: keepsBuffer },
  "swallows a reset": { adapter: streams(SwallowsReset) },
  "lies about truncation": { adapter: () => cutsDatagrams(4096, false) },
  "calls whole datagrams truncated": { adapter: () => cutsDatagrams(65536, true) },
  "leaks a timer": { adapter: leaksTimer },
  "never becomes writable": { adapter: streams(NeverWritable) },
  "returns stale select sets": { adapter: memoryAdapter, classOn: staleSets },
  "invents an error code": { adapter: inventsCode },
  "loops around receive() to fill a buffer": { adapter: memoryAdapter, classOn: loopsAroundReceive },
};
