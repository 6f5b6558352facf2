import type { Adapter, Address, OptionSetting, StreamHandle, StreamSink } from "@omnisock/core";

/** Stands between core and a connection of an adapter, and passes everything on: a fault is a class that does not. */
export class StreamBetween implements StreamHandle, StreamSink {
  protected readonly inner: StreamHandle;
  protected core!: StreamSink;

  constructor(inner: StreamHandle) {
    this.inner = inner;
  }

  open(core: StreamSink): this {
    this.core = core;
    return this;
  }

  get local(): Address {
    return this.inner.local;
  }

  get remote(): Address {
    return this.inner.remote;
  }

  get draining(): boolean {
    return this.inner.draining;
  }

  write(bytes: Uint8Array, lent: boolean): number {
    return this.inner.write(bytes, lent);
  }

  shutdown(): void {
    this.inner.shutdown();
  }

  resume(): void {
    this.inner.resume();
  }

  pause(): void {
    this.inner.pause();
  }

  close(): void {
    this.inner.close();
  }

  reset(): void {
    this.inner.reset();
  }

  setOption(...setting: OptionSetting): void {
    this.inner.setOption(...setting);
  }

  ref(): void {
    this.inner.ref();
  }

  unref(): void {
    this.inner.unref();
  }

  data(bytes: Uint8Array, owned: boolean): void {
    this.core.data(bytes, owned);
  }

  /** None: whatever comes, comes by `data()`. */
  room(): undefined {
    return undefined;
  }

  filled(): void {}

  writable(): void {
    this.core.writable();
  }

  sendFailed(cause: unknown): void {
    this.core.sendFailed(cause);
  }

  end(): void {
    this.core.end();
  }

  exceptional(): void {
    this.core.exceptional();
  }

  closed(cause?: unknown): void {
    this.core.closed(cause);
  }
}

/** The adapter, with every connection of it behind a `Between`. */
export function withStreams(adapter: Adapter, Between: new (inner: StreamHandle) => StreamBetween): Adapter {
  const behind =
    (take: (handle: StreamHandle) => StreamSink) =>
    (inner: StreamHandle): StreamSink => {
      const between = new Between(inner);
      return between.open(take(between));
    };
  return {
    ...adapter,
    connect: (request, connected) => adapter.connect(request, behind(connected)),
    listen: (request, listening) =>
      adapter.listen(request, (handle) => {
        const sink = listening(handle);
        return {
          connection: behind((stream) => sink.connection(stream)),
          failed: (cause) => sink.failed(cause),
        };
      }),
  };
}
