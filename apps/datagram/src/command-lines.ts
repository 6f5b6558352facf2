/** What the programs' command lines are. Those that block, in sync/, have the same. */
import { type Flag, milliseconds, type Program, wholeNumber } from "@omnisock/apps-common";

/** What to try when a runtime has no datagrams. */
const DENO_NEEDS_A_FLAG = {
  EOPNOTSUPP: "Deno has UDP only with --unstable-net; Unix datagrams are not on every runtime",
};

export const RECEIVER: Program = {
  name: "receiver",
  help: `Usage: receiver [--host HOST] [--port PORT | --unix PATH]

Waits for a datagram, prints it, and answers "got it!". Start it before the sender.

  --host HOST  where to receive: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default 8765)
  --unix PATH  a Unix datagram socket instead, where the runtime has them
  --help       prints this`,
  port: 8765,
  portAny: true,
  unix: true,
  hints: DENO_NEEDS_A_FLAG,
};

export const SENDER: Program<{ readonly timeout: Flag<number | undefined> }> = {
  name: "sender",
  help: `Usage: sender [--host HOST] [--port PORT | --unix PATH] [--timeout MILLISECONDS] [--] [WORD...]

Sends a datagram with the words, or else "Hello!", and prints the answer.

  --host HOST             the receiver's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT             the receiver's port, 1 to 65535 (default 8765)
  --unix PATH             a Unix datagram socket instead, where the runtime has them
  --timeout MILLISECONDS  gives up when no answer has come (default: waits for ever)
  --help                  prints this`,
  port: 8765,
  unix: true,
  words: true,
  flags: { timeout: milliseconds(undefined) },
  hints: { ...DENO_NEEDS_A_FLAG, EAGAIN: "nobody answered: the datagram may be lost, or no receiver runs" },
};

export const SERVER: Program<{ readonly drop: Flag<number>; readonly answers: Flag<number> }> = {
  name: "server",
  help: `Usage: server [--host HOST] [--port PORT] [--drop COUNT] [--answers COUNT]

Answers every datagram with "Hello from UDP server!". Ctrl-C ends it.

  --host HOST      where to receive: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT      0 to 65535; 0 lets the system choose (default 8000)
  --drop COUNT     plays a bad network: ignores so many datagrams, answers one, and so on (default 0)
  --answers COUNT  plays a network that doubles: answers so often, and numbers the answers if more than once (default 1)
  --help           prints this`,
  port: 8000,
  portAny: true,
  flags: { drop: wholeNumber(0, 0, 1000), answers: wholeNumber(1, 1, 1000) },
  hints: DENO_NEEDS_A_FLAG,
};

export const CLIENT: Program = {
  name: "client",
  help: `Usage: client [--host HOST] [--port PORT]

Sends "Hello from UDP client!" to a UDP server and prints the answer. It waits for ever when there is none:
retrying-client does better.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 8000)
  --help       prints this`,
  port: 8000,
  hints: DENO_NEEDS_A_FLAG,
};

export const RETRYING_CLIENT: Program<{ readonly timeout: Flag<number>; readonly attempts: Flag<number> }> = {
  name: "retrying-client",
  help: `Usage: retrying-client [--host HOST] [--port PORT] [--timeout MILLISECONDS] [--attempts COUNT] [--] [WORD...]

Sends each word, or else "Hello from UDP client!", as a datagram, and prints its answer. What is not answered in time
is sent again, and each time it waits twice as long. \`server --drop 2\` shows it.

  --host HOST             the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT             the server's port, 1 to 65535 (default 8000)
  --timeout MILLISECONDS  how long to wait the first time (default 500)
  --attempts COUNT        how often to send before giving up (default 5)
  --help                  prints this`,
  port: 8000,
  words: true,
  flags: { timeout: milliseconds(500), attempts: wholeNumber(5, 1, 100) },
  hints: DENO_NEEDS_A_FLAG,
};
