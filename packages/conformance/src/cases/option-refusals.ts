import {
  AddressFamily,
  type Claim,
  type OptionName,
  SO_ACCEPTCONN,
  SO_TYPE,
  type Socket,
  SocketType,
  TCP_NODELAY,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsWith } from "../expect.ts";
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
import { freshSockets, madeSockets, on } from "../option-sockets.ts";

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

export const optionRefusals: Topic = {
  name: "options, refused",
  cases: [
    {
      id: "option-unclaimed",
      title:
        "getOption() and setOption() of what the runtime or the socket does not have are ENOPROTOOPT at once, by name",
      source: "setsockopt(2); issue 3: silently ignoring is a defect",
      async run(fixture) {
        for (const socket of [...freshSockets(fixture), ...(await madeSockets(fixture))]) {
          for (const sample of samples) {
            if (isOfCore(sample) || claimFor(fixture.adapter, socket, sample) !== undefined) continue;
            await isUnknown(socket, sample);
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
            const claim = claimFor(fixture.adapter, socket, sample);
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
  ],
};
