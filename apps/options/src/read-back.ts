import {
  AddressFamily,
  InternetAddress,
  SO_BROADCAST,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_SNDBUF,
  SO_SNDTIMEO,
  type Socket,
  SocketError,
  type SocketOption,
  SocketType,
  TCP_NODELAY,
} from "omnisock";
import { type At, connected } from "./connected.ts";
import { table } from "./plot.ts";

/** An option, and a value to try: the option's type knows the value's. */
interface Trial {
  readonly name: string;
  run(socket: Socket): string[];
}

function trial<Value>(option: SocketOption<Value>, value: Value): Trial {
  return {
    name: option.name,
    run: (socket) => [
      attempt(() => socket.getOption(option)),
      attempt(() => {
        socket.setOption(option, value);
        return value;
      }),
      attempt(() => socket.getOption(option)),
    ],
  };
}

/** What came of it, or the error's code: ENOPROTOOPT says that this runtime does not have the option. */
function attempt(call: () => unknown): string {
  try {
    return JSON.stringify(call()) ?? "none";
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    return error.code;
  }
}

const STREAM = [
  trial(SO_KEEPALIVE, true),
  trial(SO_LINGER, { seconds: 0 }),
  trial(TCP_NODELAY, true),
  // Linux doubles a size, for its own bookkeeping, and says so when asked.
  trial(SO_RCVBUF, 8192),
  trial(SO_SNDBUF, 8192),
  trial(SO_RCVTIMEO, 3000),
  trial(SO_SNDTIMEO, 3000),
];
const DATAGRAM = [trial(SO_RCVBUF, 8192), trial(SO_SNDBUF, 8192), trial(SO_BROADCAST, true), trial(SO_RCVTIMEO, 3000)];

/** Every option that the texts name: before, what it is set to, and after. */
export async function readBack(at: At): Promise<string[]> {
  const rows = [["socket", "option", "before", "set to", "after"]];
  const show = (kind: string, trials: readonly Trial[], socket: Socket) => {
    for (const { name, run } of trials) rows.push([kind, name, ...run(socket)]);
  };
  // SO_REUSEADDR is for sockets that are not bound yet.
  await using fresh = new at.sockets.Socket(AddressFamily.INET, SocketType.STREAM);
  show("TCP", [trial(SO_REUSEADDR, true)], fresh);
  await connected(at, async ({ client }) => show("TCP", STREAM, client));

  const datagrams = datagramSocket(at);
  if (datagrams === undefined) return [...table(rows), "No UDP here: Deno has it only with --unstable-net."];
  show("UDP", [trial(SO_REUSEADDR, true)], datagrams);
  // A socket that is bound has the kernel to ask.
  await datagrams.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
  show("UDP", DATAGRAM, datagrams);
  await datagrams.close();
  return table(rows);
}

function datagramSocket({ sockets }: At): Socket | undefined {
  try {
    return new sockets.Socket(AddressFamily.INET, SocketType.DGRAM);
  } catch (error) {
    if (error instanceof SocketError && error.code === "EOPNOTSUPP") return undefined;
    throw error;
  }
}
