import { AddressFamily, Internet6Address, InternetAddress, type Socket, type SocketError } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";

/** Errors of the system's, not of core's own checks. */
async function systemErrors(fixture: Fixture): Promise<SocketError[]> {
  const listener = await fixture.listener();
  const bound = async (at: InternetAddress): Promise<Socket> => {
    const socket = fixture.socket();
    await socket.bind(at);
    return socket;
  };
  const { host, port } = listener.localAddress;
  const taken = await bound(new InternetAddress(host, port));
  const foreign = await bound(new InternetAddress("203.0.113.1", 0));
  return [
    await fails(fixture.socket().connect(await fixture.deserted()), "ECONNREFUSED", "connect()"),
    await fails(taken.listen(), "EADDRINUSE", "listen()"),
    await fails(foreign.listen(), "EADDRNOTAVAIL", "listen()"),
    await fails(fixture.socket().connect(new InternetAddress("name.invalid", 80)), "ENOTFOUND", "connect()"),
  ];
}

export const errors: Topic = {
  name: "errors",
  cases: [
    {
      id: "errors-fields",
      title: "a SocketError carries code, positive errno, syscall, address and port",
      source: "Node's SystemError; POSIX errno",
      async run(fixture) {
        for (const error of await systemErrors(fixture)) {
          equal(error.name, "SocketError", "name");
          equal(error instanceof Error, true, "whether it is an Error");
          equal(
            Number.isInteger(error.errno) && error.errno > 0,
            true,
            `whether the errno of ${error.code} is positive`,
          );
          equal(typeof error.syscall, "string", `the type of the syscall of ${error.code}`);
          equal(typeof error.address, "string", `the type of the address of ${error.code}`);
          equal(typeof error.port, "number", `the type of the port of ${error.code}`);
          equal(error.wouldBlock, false, `wouldBlock of ${error.code}`);
        }
      },
    },
    {
      id: "errors-message",
      title: "a SocketError's message says what could not be done, where, and the code",
      source: "architecture: the message form",
      async run(fixture) {
        const to = await fixture.deserted(AddressFamily.INET6);
        const { message } = await fails(fixture.socket(AddressFamily.INET6).connect(to), "ECONNREFUSED", "connect()");
        equal(message.startsWith(`Cannot connect to [::1]:${to.port}: ECONNREFUSED`), true, `whether ${message} fits`);
        const { message: unconnected } = await fails(fixture.socket().send(new Uint8Array(1)), "ENOTCONN", "send()");
        equal(unconnected.startsWith("Cannot send: ENOTCONN"), true, `whether ${unconnected} fits`);
      },
    },
    {
      id: "errors-cause",
      title: "a SocketError's cause is the runtime's own error, where there is one",
      source: "Error.prototype.cause",
      async run(fixture) {
        const own = await fails(fixture.socket().receive(new Uint8Array(1)), "ENOTCONN", "receive()");
        equal("cause" in own, false, "whether an error of core's own has a cause");
        const reason = Object.assign(new Error("from the runtime"), { code: "EHOSTUNREACH" });
        const socket = fixture.socketWith({ connect: () => Promise.reject(reason) });
        const failed = await fails(socket.connect(fixture.loopback()), "EHOSTUNREACH", "connect()");
        equal(failed.cause, reason, "the cause");
      },
    },
    {
      id: "errors-port-0",
      title: "connect() to port 0 is refused",
      source: "Linux connect(2): a SYN to port 0 is answered by a reset",
      async run(fixture) {
        await fails(fixture.socket().connect(new InternetAddress("127.0.0.1", 0)), "ECONNREFUSED", "connect()");
        const other = fixture.socket(AddressFamily.INET6);
        await fails(other.connect(new Internet6Address("::1", 0)), "ECONNREFUSED", "connect()");
      },
    },
    {
      id: "errors-unknown",
      title: "a SocketError whose cause has a code that no vocabulary knows is EIO",
      source: "issue 3: one vocabulary",
      async run(fixture) {
        for (const reason of [
          new Error("no code"),
          Object.assign(new Error("odd"), { code: "toString" }),
          "text",
          null,
        ]) {
          const socket = fixture.socketWith({ connect: () => Promise.reject(reason) });
          equal((await fails(socket.connect(fixture.loopback()), "EIO", "connect()")).cause, reason, "the cause");
        }
      },
    },
  ],
};
