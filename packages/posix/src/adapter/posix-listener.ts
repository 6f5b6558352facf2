import {
  type Address,
  AddressFamily,
  isUnspecified,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  type OptionName,
  type SocketType,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
} from "@omnisock/core";
import { acceptOn, bindTo, lastPeer, listenOn, localAddressOf, openSocket } from "../calls.ts";
import { Descriptor } from "../descriptor.ts";
import { failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN, ECONNABORTED } from "../linux/errno.ts";
import { getSocketOption } from "../options.ts";
import { type Watch, type Watcher, watch } from "../reactor/reactor.ts";
import { descriptorOf, setEarly, setOption } from "./options.ts";
import type { PosixHandle } from "./posix-handle.ts";
import { PosixStream } from "./posix-stream.ts";
import { removalOf } from "./socket-file.ts";

/** A socket that listens. A paused one accepts nothing: its connections wait in the kernel's backlog. */
export class PosixListener implements ListenHandle, PosixHandle, Watcher {
  readonly local: Address;
  readonly descriptor: Descriptor;
  readonly #watch: Watch;
  readonly #sink: ListenSink;
  readonly #removeFile: () => void;
  readonly type: SocketType;
  readonly #connected = (handle: StreamHandle): StreamSink => this.#sink.connection(handle);
  #isAccepting = false;
  #isReadable = true;
  #isClosed = false;

  /** @throws {SocketError} The kernel's error. */
  static async listen(request: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void> {
    const { type, at, backlog, options } = request;
    const descriptor = openSocket(at.family as AddressFamily, type, false);
    let removeFile: (() => void) | undefined;
    try {
      if (!(at instanceof UnixAddress)) {
        setOption(descriptor, "SO_REUSEADDR", true);
        if (at.family === AddressFamily.INET6) setOption(descriptor, "IPV6_V6ONLY", options.IPV6_V6ONLY);
      }
      setEarly(descriptor, options);
      bindTo(descriptor, at);
      removeFile = removalOf(at);
      listenOn(descriptor, backlog, at);
      new PosixListener(type, descriptor, localAddressOf(descriptor) ?? at, removeFile, listening);
    } catch (error) {
      removeFile?.();
      descriptor.close();
      throw error;
    }
  }

  /** For a descriptor that listens already: the file of a Unix socket is whoever's that made it. */
  static adopt(
    type: SocketType,
    descriptor: Descriptor,
    local: Address,
    listening: (handle: ListenHandle) => ListenSink,
  ): void {
    new PosixListener(type, descriptor, local, () => {}, listening);
  }

  private constructor(
    type: SocketType,
    descriptor: Descriptor,
    local: Address,
    removeFile: () => void,
    listening: (handle: ListenHandle) => ListenSink,
  ) {
    this.type = type;
    this.descriptor = descriptor;
    this.local = local;
    this.#removeFile = removeFile;
    this.#watch = watch(descriptor, this, constants.EPOLLIN);
    this.#sink = listening(this);
  }

  get isReading(): boolean {
    return this.#isAccepting;
  }

  /** A listener sends and receives no messages. */
  get waits(): undefined {
    return undefined;
  }

  get isAwaited(): boolean {
    return false;
  }

  get isSending(): boolean {
    return false;
  }

  release(): void {
    this.#watch.stop();
    this.#isClosed = true;
    this.#isAccepting = false;
  }

  ready(events: number): void {
    if (events !== 0) this.#isReadable = true;
    while (this.#isAccepting && this.#isReadable) this.#accept();
  }

  #accept(): void {
    const fd = acceptOn(this.descriptor, false);
    if (fd >= 0) {
      const remote = lastPeer() ?? UnixAddress.UNNAMED;
      this.#open(new Descriptor(fd), remote);
    } else if (fd === -EAGAIN) {
      this.#isReadable = false;
    } else if (fd !== -ECONNABORTED) {
      // Such as EMFILE: core pauses, and asks again when somebody wants a connection.
      this.#sink.failed(failure(-fd, "accept", this.local));
    }
  }

  #open(descriptor: Descriptor, remote: Address): void {
    try {
      const local = (isUnspecified(this.local) ? localAddressOf(descriptor) : undefined) ?? this.local;
      // Connections have the options of their listener.
      const mayLinger = this.descriptor.isShared;
      new PosixStream({ type: this.type, descriptor, local, remote, mayLinger }, this.#connected);
    } catch (error) {
      descriptor.close();
      this.#sink.failed(error);
    }
  }

  resume(): void {
    this.#isAccepting = true;
    this.#watch.isWaiting = !this.#isClosed;
    if (this.#isReadable) this.#watch.again();
  }

  pause(): void {
    this.#isAccepting = false;
    this.#watch.isWaiting = false;
  }

  setOption(name: OptionName, value: unknown): void {
    setOption(this.descriptor, name, value);
  }

  getOption(name: OptionName): unknown {
    return getSocketOption(this.descriptor, descriptorOf(name));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isAccepting = false;
    this.#watch.stop();
    this.#removeFile();
    this.descriptor.close();
  }

  ref(): void {
    this.#watch.isKeeping = !this.#isClosed;
  }

  unref(): void {
    this.#watch.isKeeping = false;
  }
}
