import {
  AddressFamily,
  type Claim,
  InternetAddress,
  SO_ACCEPTCONN,
  SO_TYPE,
  type Socket,
  SocketType,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, equalValues, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { claimFor, fixedBy, isOfCore, isReadable, isSettable, type OptionSample, samples } from "../option-samples.ts";
import { freshSockets, madeSockets, on } from "../option-sockets.ts";

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
            const claim = claimFor(fixture.adapter, socket, sample);
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
            const claim = claimFor(fixture.adapter, socket, sample);
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
    const claim = claimFor(fixture.adapter, socket, sample);
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
