/** What the programs' command lines are. Those that block, in sync/, have the same. */
import { type Flag, milliseconds, type Program, switchedOn, wholeNumber } from "@omnisock/apps-common";

export const SERVER: Program<{
  readonly timeout: Flag<number>;
  readonly connections: Flag<number>;
  readonly echo: Flag<boolean>;
}> = {
  name: "server",
  help: `Usage: server [--host HOST] [--port PORT | --unix PATH] [--timeout MILLISECONDS] [--connections COUNT] [--echo]

Says "Hello!" to everybody, and reads what they say. Ends when five clients have come and gone, or with Ctrl-C.

  --host HOST             where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT             0 to 65535; 0 lets the system choose (default 2525)
  --unix PATH             a Unix socket instead; @NAME is an abstract name
  --timeout MILLISECONDS  how long select() waits before it says so (default 5000)
  --connections COUNT     ends after so many (default 5)
  --echo                  sends back what comes, which the tutorial means to do; for clients that speak first: in
                          ../stream, tcp-client --port 2525
  --help                  prints this`,
  port: 2525,
  portAny: true,
  unix: true,
  flags: { timeout: milliseconds(5000), connections: wholeNumber(5, 1, 1_000_000), echo: switchedOn() },
};

export const ECHO_SERVER: Program = {
  name: "echo-server",
  help: `Usage: echo-server [--host HOST] [--port PORT | --unix PATH]

Sends back whatever its clients send. Ctrl-C ends it.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default 8000)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 8000,
  portAny: true,
  unix: true,
};
