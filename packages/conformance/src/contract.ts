import {
  type Adapter,
  type DatagramHandle,
  type DatagramSink,
  Internet6Address,
  InternetAddress,
  type ListenHandle,
  type ListenSink,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
  UnknownAddress,
} from "@omnisock/core";
import { show } from "./expect.ts";

/** Methods in place of an object's own, by their names. */
type Calls = { readonly [name: string]: (...args: never[]) => unknown };

const STREAM = ["write", "shutdown", "resume", "pause", "close", "reset", "setOption", "ref", "unref"];
const LISTENER = ["resume", "pause", "close", "ref", "unref"];
const DATAGRAMS = ["send", "setOption", "connect", "resume", "pause", "close", "ref", "unref"];

/**
 * Holds the calls of an adapter to the contract, which is `adapter.ts` of `@omnisock/core`.
 *
 * It stands between core and the adapter under test, and passes everything on. No case would see some of what it notes, since
 * core copes with that, as with a second `closed()`; the rest shows far from where it went wrong, mostly in a case that hangs.
 */
export class Contract {
  /** What the adapter did against the contract, as sentences. */
  readonly breaches: Set<string> = new Set<string>();
  readonly #awaited = new Map<object, string>();

  /** What the adapter still owes, as sentences. */
  get awaited(): string[] {
    return [...new Set(this.#awaited.values())];
  }

  /** The adapter, held to the contract. */
  held(adapter: Adapter): Adapter {
    return {
      name: adapter.name,
      supports: adapter.supports,
      options: adapter.options,
      connect: (request, connected) =>
        this.#given("connect()", this.#stream(connected), (give) => adapter.connect(request, give)),
      listen: (request, listening) =>
        this.#given("listen()", this.#listener(listening), (give) => adapter.listen(request, give)),
      bind: (request, bound) => this.#given("bind()", this.#datagrams(bound), (give) => adapter.bind(request, give)),
      resolve: async (host, family) => {
        const found = await adapter.resolve(host, family);
        const isList = Array.isArray(found) && found.every((address) => typeof address === "string");
        if (!isList) this.#breach(`resolve() resolved to ${show(found)}, not to a list of numeric addresses`);
        return found;
      },
      reverse: (address) => adapter.reverse(address),
      aliases: (host) => adapter.aliases(host),
      interfaces: () => adapter.interfaces(),
    };
  }

  #breach(sentence: string): void {
    this.breaches.add(sentence);
  }

  /** Of what core cannot be given. */
  #refusal(sentence: string): TypeError {
    this.#breach(sentence);
    return new TypeError(sentence);
  }

  /** A verb that gives core a handle, once, before it resolves. */
  async #given<H, S>(verb: string, take: (handle: H) => S, call: (give: (handle: H) => S) => unknown): Promise<void> {
    let given = 0;
    const give = (handle: H): S => {
      given += 1;
      if (given > 1) this.#breach(`${verb} called its callback more than once`);
      return take(handle);
    };
    await this.#promised(verb, call(give));
    if (given === 0) this.#breach(`${verb} resolved, and had not called its callback`);
  }

  async #promised(what: string, result: unknown): Promise<void> {
    if (typeof (result as PromiseLike<void> | undefined)?.then !== "function") {
      this.#breach(`${what} returned ${show(result)}, no promise`);
    }
    const key = {};
    this.#awaited.set(key, `${what} has not settled`);
    try {
      await result;
    } finally {
      this.#awaited.delete(key);
    }
  }

  #stream(connected: (handle: StreamHandle) => StreamSink): (handle: StreamHandle) => StreamSink {
    return (handle) => {
      this.#look("a connection's", handle, STREAM, ["local", "remote"]);
      const owed = new Owed("a connection's", this.#awaited);
      let hasEnded = false;
      const beforeEnd = (name: string): void => {
        if (hasEnded) this.#breach(`${name} came after end()`);
      };
      const write: StreamHandle["write"] = (bytes, lent) => {
        const taken = handle.write(bytes, lent);
        const isCount = Number.isInteger(taken) && taken >= 0 && taken <= bytes.byteLength;
        // Core would ask for ever.
        if (!isCount)
          throw this.#refusal(`write() of ${bytes.byteLength} bytes returned ${show(taken)}, no count of them`);
        owed.writable(taken < bytes.byteLength || handle.draining);
        return taken;
      };
      const sink = connected(this.#heldHandle("a connection's", handle, owed, { write }));
      const data: StreamSink["data"] = (bytes, owned) => {
        if (!(bytes instanceof Uint8Array)) this.#breach(`data() was called with ${show(bytes)}, no Uint8Array`);
        beforeEnd("data()");
        sink.data(bytes, owned);
      };
      const end: StreamSink["end"] = () => {
        beforeEnd("end()");
        hasEnded = true;
        sink.end();
      };
      return this.#heldSink(sink, owed, { data, end });
    };
  }

  #listener(listening: (handle: ListenHandle) => ListenSink): (handle: ListenHandle) => ListenSink {
    return (handle) => {
      this.#look("a listener's", handle, LISTENER, ["local"]);
      const close: ListenHandle["close"] = () => this.#promised("a listener's close()", handle.close());
      const sink = listening(this.#heldHandle("a listener's", handle, undefined, { close }));
      return { connection: this.#stream((stream) => sink.connection(stream)), failed: (cause) => sink.failed(cause) };
    };
  }

  #datagrams(bound: (handle: DatagramHandle) => DatagramSink): (handle: DatagramHandle) => DatagramSink {
    return (handle) => {
      this.#look("a datagram socket's", handle, DATAGRAMS, ["local"]);
      const owed = new Owed("a datagram socket's", this.#awaited);
      const send: DatagramHandle["send"] = (bytes, to, lent) => {
        const isTaken = handle.send(bytes, to, lent);
        if (typeof isTaken !== "boolean") this.#breach(`send() returned ${show(isTaken)}, no boolean`);
        owed.writable(!isTaken || handle.draining);
        return isTaken;
      };
      const sink = bound(this.#heldHandle("a datagram socket's", handle, owed, { send }));
      const datagram: DatagramSink["datagram"] = (bytes, owned, from, isTruncated) => {
        if (!isAddress(from)) this.#breach(`datagram() came from ${show(from)}, no address of @omnisock/core`);
        sink.datagram(bytes, owned, from, isTruncated);
      };
      return this.#heldSink(sink, owed, { datagram });
    };
  }

  /** Whether a handle has all that core will ask of it. */
  #look(whose: string, handle: object, methods: readonly string[], addresses: readonly string[]): void {
    if (typeof handle !== "object" || handle === null) {
      throw this.#refusal(`a callback was called with ${show(handle)} in place of ${whose} handle`);
    }
    const parts = handle as { readonly [name: string]: unknown };
    const lacks = methods.filter((name) => typeof parts[name] !== "function").map((name) => `${name}()`);
    if (lacks.length > 0) this.#breach(`${whose} handle has no ${lacks.join(", ")}`);
    for (const name of addresses) {
      const address = parts[name];
      if (!isAddress(address)) this.#breach(`${whose} \`${name}\` is ${show(address)}, no address of @omnisock/core`);
    }
  }

  #heldHandle<H extends object>(whose: string, handle: H, owed: Owed | undefined, calls: Calls): H {
    return standIn(handle, calls, (name, call) => {
      if (name === "close" || name === "reset") owed?.closed();
      try {
        return call();
      } catch (error) {
        if (!mayThrow(name, handle)) this.#breach(`${whose} ${name}() threw ${show(error)}`);
        throw error;
      }
    });
  }

  #heldSink<S extends StreamSink | DatagramSink>(sink: S, owed: Owed, calls: Calls): S {
    return standIn(sink, calls, (name, call) => {
      if (owed.isSettled) this.#breach(`${name}() came after closed()`);
      if (name === "writable") owed.writable(false);
      if (name === "closed") owed.settle();
      return call();
    });
  }
}

/** What a handle owes core, as the texts of a `Contract`. */
class Owed {
  /** Whether `closed()` has come. */
  isSettled = false;
  readonly #whose: string;
  readonly #awaited: Map<object, string>;
  readonly #writable = {};
  readonly #closed = {};

  constructor(whose: string, awaited: Map<object, string>) {
    this.#whose = whose;
    this.#awaited = awaited;
  }

  writable(isOwed: boolean): void {
    if (isOwed && !this.isSettled) this.#awaited.set(this.#writable, `${this.#whose} writable() has not come`);
    else this.#awaited.delete(this.#writable);
  }

  closed(): void {
    if (!this.isSettled) this.#awaited.set(this.#closed, `${this.#whose} closed() has not come, after close()`);
  }

  settle(): void {
    this.isSettled = true;
    this.#awaited.delete(this.#writable);
    this.#awaited.delete(this.#closed);
  }
}

/** Whether a handle may refuse by an error: an option, a datagram, a packet. */
function mayThrow(name: string, { isPacketed }: Partial<StreamHandle>): boolean {
  return /^(setOption|getOption|send|receive)/.test(name) || (name === "write" && isPacketed === true);
}

function isAddress(value: unknown): boolean {
  return [InternetAddress, Internet6Address, UnixAddress, UnknownAddress].some((kind) => value instanceof kind);
}

/** Stands in for an object: some of its methods are others, and a guard makes each call of a method. */
function standIn<T extends object>(inner: T, calls: Calls, guard: (name: string, call: () => unknown) => unknown): T {
  // Of nothing, since a proxy may not change what is frozen.
  return new Proxy({} as T, {
    has: (_, name) => name in inner,
    set: (_, name, value) => Reflect.set(inner, name, value),
    get: (_, name) => {
      const value: unknown = Reflect.get(inner, name);
      if (typeof value !== "function") return value;
      const method = Object.hasOwn(calls, name) ? calls[name as string] : value;
      return (...args: unknown[]) => guard(String(name), () => Reflect.apply(method as () => unknown, inner, args));
    },
  });
}
