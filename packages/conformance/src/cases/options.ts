import {
  AddressFamily,
  type Claim,
  InternetAddress,
  type OptionName,
  SO_ACCEPTCONN,
  SO_TYPE,
  type Socket,
  SocketType,
  TCP_NODELAY,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalValues, fails, failsWith } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import {
  canSet,
  claimFor,
  fixedBy,
  isOfCore,
  isOfFamily,
  isReadable,
  isSettable,
  type OptionSample,
  samples,
} from "../option-samples.ts";

const families = [AddressFamily.INET, AddressFamily.INET6] as const;

/** A fresh socket of every family and type that the adapter has. */
function freshSockets(fixture: Fixture): Socket[] {
  const datagrams = fixture.adapter.supports.has("datagrams");
  const unix = fixture.adapter.supports.has("unix") ? [fixture.socket(AddressFamily.UNIX)] : [];
  return [
    ...families.flatMap((family) => [fixture.socket(family), ...(datagrams ? [fixture.datagramSocket(family)] : [])]),
    ...unix,
  ];
}

/** The same, connected or bound. */
async function madeSockets(fixture: Fixture): Promise<Socket[]> {
  const made: Socket[] = [];
  for (const family of families) {
    made.push(...(await fixture.pair(family)));
    if (fixture.adapter.supports.has("datagrams")) made.push((await fixture.boundDatagramSocket(family))[0]);
  }
  return made;
}

/** The option and the socket, for messages. */
function on(socket: Socket, { option }: OptionSample): string {
  return `${option.name} of ${socket.family} ${socket.type}`;
}

/** What the adapter claims of an option of this socket. */
function claimOn(fixture: Fixture, socket: Socket, sample: OptionSample): ReturnType<typeof claimFor> {
  return isOfFamily(sample, socket.family) ? claimFor(fixture.adapter, socket, sample) : undefined;
}

/** Checks that both verbs say ENOPROTOOPT, at once and by name. */
async function isUnknown(socket: Socket, sample: OptionSample): Promise<void> {
  const { option, values } = sample;
  if (isReadable(option)) {
    const error = await fails(() => socket.getOption(option), "ENOPROTOOPT", `getOption() ${on(socket, sample)}`);
    equal(error.option, option.name, "the error's option");
    equal(error.syscall, "getsockopt", "the error's syscall");
    equal(error.message.includes(option.name), true, "whether the message names the option");
  }
  if (!isSettable(option)) return;
  const value = isReadable(option) ? values[0] : { group: option.level === "IPPROTO_IP" ? "239.1.2.3" : "ff05::123" };
  const error = await fails(() => socket.setOption(option, value), "ENOPROTOOPT", `setOption() ${on(socket, sample)}`);
  equal(error.option, option.name, "the error's option");
  equal(error.syscall, "setsockopt", "the error's syscall");
}

export const options: Topic = {
  name: "options",
  cases: [
    {
      id: "option-defaults",
      title:
        "getOption() of a fresh socket is the same default everywhere, or what cannot be otherwise, or ENOPROTOOPT",
      source: "socket(7), tcp(7), ip(7), ipv6(7)",
      async run(fixture) {
        for (const socket of freshSockets(fixture)) {
          equal(socket.getOption(SO_TYPE), socket.type, "SO_TYPE");
          for (const sample of samples) {
            const { option, initial } = sample;
            if (!isReadable(option) || option === SO_TYPE) continue;
            const claim = claimOn(fixture, socket, sample);
            const isKnown = isOfCore(sample) || claim !== undefined;
            const fixed = fixedBy(claim);
            const hasDefault = "initial" in option || isOfCore(sample);
            if (!isKnown || (fixed === undefined && !hasDefault)) {
              await fails(() => socket.getOption(option), "ENOPROTOOPT", on(socket, sample));
            } else {
              equal(socket.getOption(option), fixed === undefined ? initial : fixed.always, on(socket, sample));
            }
          }
        }
      },
    },
    {
      id: "option-unclaimed",
      title:
        "getOption() and setOption() of what the runtime or the socket does not have are ENOPROTOOPT at once, by name",
      source: "setsockopt(2); issue 3: silently ignoring is a defect",
      async run(fixture) {
        for (const socket of [...freshSockets(fixture), ...(await madeSockets(fixture))]) {
          for (const sample of samples) {
            if (isOfCore(sample) || claimOn(fixture, socket, sample) !== undefined) continue;
            await isUnknown(socket, sample);
          }
        }
      },
    },
    {
      id: "option-set-early",
      title: "setOption() before the socket is made is what getOption() says, then and once it is connected or bound",
      source: "setsockopt(2), getsockopt(2); behaviours 54",
      async run(fixture) {
        for (const sample of samples) {
          for (const value of sample.values) await setThenMake(fixture, sample, value);
        }
      },
    },
    {
      id: "option-set-late",
      title: "setOption() of a connected or bound socket is what getOption() says",
      source: "setsockopt(2), getsockopt(2)",
      async run(fixture) {
        for (const socket of await madeSockets(fixture)) {
          for (const sample of samples) {
            const { option } = sample;
            if (!(isSettable(option) && isReadable(option)) || option.isEarly) continue;
            const claim = claimOn(fixture, socket, sample);
            if ((claim === undefined && !isOfCore(sample)) || fixedBy(claim) !== undefined) continue;
            for (const value of sample.values) {
              socket.setOption(option, value);
              isAsSet(socket.getOption(option), value, claim, on(socket, sample));
            }
          }
        }
      },
    },
    {
      id: "option-wrong-type",
      title: "setOption() of a value of the wrong type is a TypeError, whatever the runtime can",
      source: "the interface's own promise",
      async run(fixture) {
        for (const socket of freshSockets(fixture)) {
          for (const sample of samples) {
            const { option } = sample;
            if (!isSettable(option)) continue;
            for (const value of ["on", null, 1n, [], Symbol.iterator, {}]) {
              // To these, a string is an interface's name.
              if (option.name.endsWith("_IF") && value === "on") continue;
              await failsWith(
                () => socket.setOption(option, value),
                TypeError,
                `${on(socket, sample)} ${String(value)}`,
              );
            }
            const other = typeof sample.values[0] === "boolean" ? 1 : true;
            await failsWith(() => socket.setOption(option, other), TypeError, `${on(socket, sample)} ${other}`);
          }
        }
      },
    },
    {
      id: "option-out-of-range",
      title: "setOption() of a value out of range is a RangeError, and the option stays as it was",
      source: "the interface's own promise",
      async run(fixture) {
        for (const socket of freshSockets(fixture)) {
          for (const sample of samples) {
            const { option, outOfRange } = sample;
            if (!isSettable(option)) continue;
            for (const value of outOfRange) {
              await failsWith(() => socket.setOption(option, value), RangeError, on(socket, sample));
            }
            if (isReadable(option) && isOfCore(sample)) equal(socket.getOption(option), 0, on(socket, sample));
          }
        }
      },
    },
    {
      id: "option-fixed",
      title: "setOption() of an option that has one value only takes that value, and ENOPROTOOPT is any other",
      source: "issue 3: silently ignoring is a defect",
      async run(fixture) {
        for (const socket of freshSockets(fixture)) {
          for (const sample of samples) {
            const claim = claimOn(fixture, socket, sample);
            const { option, values } = sample;
            if (typeof claim !== "object" || !isSettable(option)) continue;
            const fixed = fixedBy(claim);
            for (const value of fixed === undefined ? [0] : values) {
              if (value === fixed?.always) socket.setOption(option, value);
              else await fails(() => socket.setOption(option, value), "ENOPROTOOPT", on(socket, sample));
            }
          }
        }
      },
    },
    {
      id: "option-too-late",
      title: "setOption() of what the socket must be made with is EINVAL once it is made",
      source: "socket(7), ipv6(7): before bind(2)",
      async run(fixture) {
        const listeners = [await fixture.listener(), await fixture.listener(AddressFamily.INET6)];
        for (const socket of [...listeners, ...(await madeSockets(fixture))]) {
          for (const sample of samples) {
            const { option } = sample;
            if (!isSettable(option) || !option.isEarly) continue;
            const { stream, listener, datagram } = fixture.adapter.options;
            const kind =
              socket.type === SocketType.DGRAM ? datagram : socket.getOption(SO_ACCEPTCONN) ? listener : stream;
            const claim = (kind as Readonly<Partial<Record<OptionName, Claim>>>)[option.name];
            if (!canSet(claim) || !isOfFamily(sample, socket.family)) continue;
            const error = await fails(() => socket.setOption(option, true), "EINVAL", on(socket, sample));
            equal(error.option, option.name, "the error's option");
          }
        }
      },
    },
    {
      id: "option-read-only",
      title: "setOption() of what can only be asked for, and getOption() of what can only be set, are ENOPROTOOPT",
      source: "socket(7), ip(7)",
      async run(fixture) {
        for (const socket of freshSockets(fixture)) {
          for (const sample of samples) {
            const { option } = sample;
            if (!isSettable(option)) {
              await fails(() => socket.setOption(option as never, 1 as never), "ENOPROTOOPT", on(socket, sample));
            }
            if (!isReadable(option)) {
              await fails(() => socket.getOption(option as never), "ENOPROTOOPT", on(socket, sample));
            }
          }
        }
      },
    },
    {
      id: "option-none",
      title: "setOption() and getOption() of what is no option are a TypeError",
      source: "the interface's own promise",
      async run(fixture) {
        const socket = fixture.socket();
        for (const option of ["TCP_NODELAY", 1, undefined, null, {}] as unknown as (typeof TCP_NODELAY)[]) {
          await failsWith(() => socket.setOption(option, true), TypeError, "setOption()");
          await failsWith(() => socket.getOption(option), TypeError, "getOption()");
        }
      },
    },
    {
      id: "option-closed",
      title: "setOption() and getOption() of a closed socket are EBADF",
      source: "setsockopt(2)",
      async run(fixture) {
        for (const socket of [...freshSockets(fixture), ...(await madeSockets(fixture))]) {
          await socket.close();
          await fails(() => socket.getOption(SO_TYPE), "EBADF", "getOption()");
          await fails(() => socket.setOption(TCP_NODELAY, true), "EBADF", "setOption()");
        }
      },
    },
    {
      id: "option-type",
      title: "SO_TYPE and SO_ACCEPTCONN say what the socket is",
      source: "socket(7)",
      async run(fixture) {
        const socket = fixture.socket();
        equal(socket.getOption(SO_ACCEPTCONN), false, "SO_ACCEPTCONN of a fresh socket");
        await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
        await socket.listen();
        equal(socket.getOption(SO_ACCEPTCONN), true, "SO_ACCEPTCONN of a listener");
        equal(socket.getOption(SO_TYPE), SocketType.STREAM, "SO_TYPE of a listener");
        for (const end of await fixture.pair()) {
          equal(end.getOption(SO_ACCEPTCONN), false, "SO_ACCEPTCONN of a connection");
          equal(end.getOption(SO_TYPE), SocketType.STREAM, "SO_TYPE of a connection");
        }
      },
    },
  ],
};

/** Sets an option on fresh sockets of every kind that can have it, and asks again once they are made. */
async function setThenMake(fixture: Fixture, sample: OptionSample, value: unknown): Promise<void> {
  const { option } = sample;
  if (!(isSettable(option) && isReadable(option))) return;
  for (const socket of freshSockets(fixture)) {
    const claim = claimOn(fixture, socket, sample);
    const isKnown = isOfCore(sample) || (claim !== undefined && fixedBy(claim) === undefined);
    if (!isKnown || socket.family === AddressFamily.UNIX) continue;
    socket.setOption(option, value);
    equalValues(socket.getOption(option), value, `${on(socket, sample)}, fresh`);
    await make(fixture, socket, option.isEarly);
    isAsSet(socket.getOption(option), value, claim, `${on(socket, sample)}, made`);
    await socket.close();
  }
}

/** Checks what an option is after it was set; of buffer sizes the kernel has a least, and doubles what was set. */
function isAsSet(is: unknown, set: unknown, claim: Claim | undefined, what: string): void {
  if (claim === "ask" && typeof set === "number") {
    equal((is as number) >= set, true, `${what} is at least what was set: ${String(is)}`);
  } else {
    equalValues(is, set, what);
  }
}

/** Binds a datagram socket, makes a stream socket listen or connect. */
async function make(fixture: Fixture, socket: Socket, isListener: boolean): Promise<void> {
  if (socket.type === SocketType.DGRAM) {
    await socket.bind(fixture.loopback(socket.family));
  } else if (isListener) {
    await socket.bind(fixture.loopback(socket.family));
    await socket.listen();
  } else {
    const listener = await fixture.listener(socket.family);
    // Its own limit: the socket's SO_SNDTIMEO may be the option under test, of a millisecond.
    const connecting = socket.connect(listener.localAddress, { timeout: 10_000 });
    const [server] = await Promise.all([listener.accept(), connecting]);
    await Promise.all([server.close(), listener.close()]);
  }
}
