/** The chat server, for terminals and browsers. One source for Node, Bun and Deno. */
import { interruption, program, wholeNumber } from "@omnisock/apps-common";
import { type Address, Internet6Address, InternetAddress, listen } from "omnisock";
import { ChatServer, type Limits } from "./chat-server.ts";
import { DEFAULT_PORT, DEFAULT_WEB_PORT } from "./default-port.ts";

const DEFAULTS = { most: 100, outbox: 65_536, rate: 8192 };

const HELP = `Usage: server [--host HOST] [--port PORT] [--web-port PORT] [--most N] [--outbox BYTES] [--rate BYTES]

A chat room for many: terminals speak in lines at one port (our client, nc, telnet), browsers find a page at another.
Ctrl-C says goodbye to all, and ends it.

  --host HOST      where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT      for lines; 0 lets the system choose (default ${DEFAULT_PORT})
  --web-port PORT  for browsers; 0 lets the system choose (default ${DEFAULT_WEB_PORT})
  --most N         how many clients there may be (default ${DEFAULTS.most})
  --outbox BYTES   how much may wait for a client that does not read, before it is dropped (default ${DEFAULTS.outbox})
  --rate BYTES     how much a client may write a second, in the long run (default ${DEFAULTS.rate})
  --help           prints this`;

/** How long a browser may take to send its request, in milliseconds. */
const HANDSHAKE_TIMEOUT = 10_000;

async function serve(at: Address, webPort: number, limits: Limits): Promise<void> {
  await using lineListener = await listen(at);
  await using webListener = await listen(withPort(at, webPort));
  const interrupted = interruption();
  console.log(`listening on ${lineListener.localAddress}`);
  console.log(`browsers: http://${webListener.localAddress}/`);
  await new ChatServer(lineListener, webListener, limits).serve(interrupted);
}

function withPort({ host }: Address, port: number): Address {
  return host.includes(":") ? new Internet6Address(host, port) : new InternetAddress(host, port);
}

const flags = {
  "web-port": wholeNumber(DEFAULT_WEB_PORT, 0, 65535),
  most: wholeNumber(DEFAULTS.most, 1, 10_000),
  outbox: wholeNumber(DEFAULTS.outbox, 1, 2 ** 30),
  rate: wholeNumber(DEFAULTS.rate, 1, 2 ** 30),
};
const ports = ["web-port"] as const;
await program(
  { name: "server", help: HELP, port: DEFAULT_PORT, portAny: true, flags, ports },
  ({ address, flags: given }) =>
    serve(address, given["web-port"], {
      mostClients: given.most,
      outboxBytes: given.outbox,
      bytesPerSecond: given.rate,
      handshakeTimeout: HANDSHAKE_TIMEOUT,
    }),
);
