/** What the programs' command lines are. Those that block, in sync/, have the same. */
import { choice, type Flag, type Program, wholeNumber } from "@omnisock/apps-common";
import { FRAMING_HELP, FRAMINGS, type Framing } from "./framings.ts";

export const HELLO_SERVER: Program<{ readonly clients: Flag<number> }> = {
  name: "hello-server",
  help: `Usage: hello-server [--host HOST] [--port PORT | --unix PATH] [--clients COUNT]

Says "Hello!" to a client, prints what it answers, and ends.

  --host HOST      where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1; 0.0.0.0 is every interface)
  --port PORT      0 to 65535; 0 lets the system choose (default 2525)
  --unix PATH      a Unix socket instead; @NAME is an abstract name
  --clients COUNT  ends after so many, one after the other (default 1)
  --help           prints this`,
  port: 2525,
  portAny: true,
  unix: true,
  flags: { clients: wholeNumber(1, 1, 1_000_000) },
};

export const HELLO_CLIENT: Program = {
  name: "hello-client",
  help: `Usage: hello-client [--host HOST] [--port PORT | --unix PATH]

Prints what the server says until it ends, and answers "Thanks! Bye.".

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 2525)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 2525,
  unix: true,
};

export const SERVER: Program = {
  name: "server",
  help: `Usage: server [--host HOST] [--port PORT | --unix PATH]

Answers a message of each client with "Hello from server!" and closes. Ctrl-C ends it.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default 8000)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 8000,
  portAny: true,
  unix: true,
};

export const CLIENT: Program = {
  name: "client",
  help: `Usage: client [--host HOST] [--port PORT | --unix PATH] [--] [MESSAGE...]

Sends "Hello from client!", or one message after the other, and prints the answer to each.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 8000)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this

\`server\` answers one message and closes; the echo-server of select-server answers as many as there are.`,
  port: 8000,
  unix: true,
  words: true,
};

export const TCP_SERVER: Program = {
  name: "tcp-server",
  help: `Usage: tcp-server [--host HOST] [--port PORT | --unix PATH]

Sends back what a client sends, until it ends; then comes the next. Ctrl-C ends the server.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1; 0.0.0.0 is INADDR_ANY)
  --port PORT  0 to 65535; 0 lets the system choose (default 49152, the first of those that nobody is assigned)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 49152,
  portAny: true,
  unix: true,
};

export const TCP_CLIENT: Program = {
  name: "tcp-client",
  help: `Usage: tcp-client [--host HOST] [--port PORT | --unix PATH] [--] [WORD...]

Sends the words, or else "Hello!", and prints what comes back.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 49152)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 49152,
  unix: true,
  words: true,
};

export const MESSAGES_SERVER: Program<{ readonly framing: Flag<Framing> }> = {
  name: "messages-server",
  help: `Usage: messages-server [--host HOST] [--port PORT | --unix PATH] [--framing WAY]

Answers each message with the same in capital letters. Ctrl-C ends it.

  --host HOST    where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT    0 to 65535; 0 lets the system choose (default 8000)
  --unix PATH    a Unix socket instead; @NAME is an abstract name
${FRAMING_HELP}
  --help         prints this`,
  port: 8000,
  portAny: true,
  unix: true,
  flags: { framing: choice(...FRAMINGS) },
};

export const MESSAGES_CLIENT: Program<{ readonly framing: Flag<Framing> }> = {
  name: "messages-client",
  help: `Usage: messages-client [--host HOST] [--port PORT | --unix PATH] [--framing WAY] [--] [MESSAGE...]

Sends the messages, or else "Hello!", all at once, and prints the answer to each.

  --host HOST    the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT    the server's port, 1 to 65535 (default 8000)
  --unix PATH    a Unix socket instead; @NAME is an abstract name
${FRAMING_HELP}
  --help         prints this`,
  port: 8000,
  unix: true,
  words: true,
  flags: { framing: choice(...FRAMINGS) },
};

export const PAGE_SERVER: Program = {
  name: "page-server",
  help: `Usage: page-server [--host HOST] [--port PORT | --unix PATH]

Answers each HTTP request, of page-client, curl or a browser, with a page of one line. Ctrl-C ends it.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default 8080; HTTP's own, 80, needs a privilege)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 8080,
  portAny: true,
  unix: true,
};

/** It is in sync/ alone. */
export const PROCESS_SERVER: Program = {
  name: "process-server",
  help: `Usage: process-server [--host HOST] [--port PORT | --unix PATH]

Answers as page-server does, each client in a process of its own. Ctrl-C ends it.

  --host HOST  where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT  0 to 65535; 0 lets the system choose (default 8080)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 8080,
  portAny: true,
  unix: true,
};

export const PAGE_CLIENT: Program = {
  name: "page-client",
  help: `Usage: page-client [--host HOST] [--port PORT | --unix PATH] [/PATH]

Requests a page by HTTP/1.0 and prints the whole answer.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 8080)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this`,
  port: 8080,
  unix: true,
  words: true,
};
