import { type ConnectRequest, InternetAddress, type StreamHandle, type StreamSink } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, receiveAll, receiveExactly, text } from "../traffic.ts";

type Connected = (handle: StreamHandle) => StreamSink;

/** A name whose look-up takes its time. */
const somewhere = new InternetAddress("somewhere.test", 80);

/** A socket whose look-ups never end: the name server does not answer. */
function unanswered(fixture: Fixture): ReturnType<Fixture["socketWith"]> {
  return fixture.socketWith({ resolve: () => new Promise(() => {}) });
}

export const connectAbort: Topic = {
  name: "connect, aborted or timed out",
  cases: [
    {
      id: "connect-abort-before",
      title: "connect() with a signal that is aborted already rejects with its reason, and connects nothing",
      source: "ND net-connect-abort-controller; behaviours 32, 38",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        const reason = new Error("before");
        const signal = AbortSignal.abort(reason);
        await failsAs(socket.connect(listener.localAddress, { signal }), reason, "connect()");
        await fixture.turn();
        await fails(listener.accept({ timeout: 0 }), "EAGAIN", "accept()");
        await socket.connect(listener.localAddress);
      },
    },
    {
      id: "connect-abort-resolving",
      title: "connect() rejects with the signal's reason while the name is being looked up",
      source: "denoland/deno#35729; behaviours 38",
      async run(fixture) {
        const socket = unanswered(fixture);
        const controller = new AbortController();
        const reason = new Error("resolving");
        const aborted = failsAs(socket.connect(somewhere, { signal: controller.signal }), reason, "connect()");
        await fixture.turn();
        controller.abort(reason);
        await aborted;
        await socket.connect((await fixture.listener()).localAddress);
      },
    },
    {
      id: "connect-abort-lookup",
      title: "connect() aborted during the system's own look-up rejects with the signal's reason",
      source: "denoland/deno#35729; behaviours 38",
      async run(fixture) {
        const controller = new AbortController();
        const reason = new Error("looking up");
        const to = new InternetAddress("name.invalid", 80);
        const aborted = failsAs(fixture.socket().connect(to, { signal: controller.signal }), reason, "connect()");
        controller.abort(reason);
        await aborted;
      },
    },
    {
      id: "connect-abort-attempt",
      title: "connect() aborted during the attempt rejects with the signal's reason, and leaves no connection",
      source: "ND net-connect-abort-controller; denoland/deno#26819; behaviours 38",
      async run(fixture) {
        const listener = await fixture.listener();
        const controller = new AbortController();
        const reason = new Error("connecting");
        const connect = (request: ConnectRequest, connected: Connected): Promise<void> => {
          const attempt = fixture.adapter.connect(request, connected);
          controller.abort(reason);
          return attempt;
        };
        const socket = fixture.socketWith({ connect });
        await failsAs(socket.connect(listener.localAddress, { signal: controller.signal }), reason, "connect()");
        await fixture.turn();
        // Whether the kernel had connected already is chance; if so, the connection has ended.
        const left = await listener.accept({ timeout: 100 }).catch(() => undefined);
        if (left !== undefined) equal((await receiveAll(fixture.own(left))).byteLength, 0, "bytes received");
      },
    },
    {
      id: "connect-abort-late",
      title: "connect() whose connection comes after it was aborted closes that connection",
      source: "denoland/deno#26819; behaviours 38",
      async run(fixture) {
        const listener = await fixture.listener();
        const controller = new AbortController();
        const reason = new Error("too late");
        // A runtime that cannot end an attempt.
        const connect = ({ type, to, from, options }: ConnectRequest, connected: Connected): Promise<void> => {
          controller.abort(reason);
          return fixture.adapter.connect({ type, to, from, options, signal: new AbortController().signal }, connected);
        };
        const socket = fixture.socketWith({ connect });
        await failsAs(socket.connect(listener.localAddress, { signal: controller.signal }), reason, "connect()");
        const server = fixture.own(await listener.accept());
        equal((await receiveAll(server)).byteLength, 0, "bytes received");
        equal(socket.remoteAddress, undefined, "remoteAddress");
      },
    },
    {
      id: "connect-abort-at-last",
      title: "connect() aborted just as it succeeds closes the connection",
      source: "behaviours 38",
      async run(fixture) {
        const listener = await fixture.listener();
        const controller = new AbortController();
        const reason = new Error("at the last moment");
        const connect = (request: ConnectRequest, connected: Connected): Promise<void> =>
          fixture.adapter.connect(request, (handle) => {
            const sink = connected(handle);
            controller.abort(reason);
            return sink;
          });
        const socket = fixture.socketWith({ connect });
        await failsAs(socket.connect(listener.localAddress, { signal: controller.signal }), reason, "connect()");
        const server = fixture.own(await listener.accept());
        equal((await receiveAll(server)).byteLength, 0, "bytes received");
      },
    },
    {
      id: "connect-abort-after",
      title: "connect() that has resolved no longer listens to its signal",
      source: "ND net-connect-abort-controller",
      async run(fixture) {
        const listener = await fixture.listener();
        const controller = new AbortController();
        const client = await fixture
          .socket()
          .connect(listener.localAddress, { signal: controller.signal, timeout: 1000 });
        const server = fixture.own(await listener.accept());
        controller.abort();
        await fails(client.receive(new Uint8Array(1), { timeout: 1100 }), "EAGAIN", "receive()");
        await client.sendAll(bytes("alive"));
        equal(text(await receiveExactly(server, 5)), "alive", "what arrived");
      },
    },
    {
      id: "connect-timeout",
      title: "connect() whose timeout passes is ETIMEDOUT, and the socket may try again",
      source: "POSIX connect(); behaviours 33",
      async run(fixture) {
        const socket = unanswered(fixture);
        const error = await fails(socket.connect(somewhere, { timeout: 20 }), "ETIMEDOUT", "connect()");
        equal(error.errno, 110, "errno");
        equal(error.syscall, "connect", "syscall");
        equal(error.address, somewhere.host, "address");
        equal(error.port, somewhere.port, "port");
        await socket.connect((await fixture.listener()).localAddress, { timeout: 2 ** 31 - 1 });
      },
    },
    {
      id: "connect-timeout-0",
      title: "connect() with timeout 0 is ETIMEDOUT when it cannot be done at once",
      source: "CPython testTimeoutZero; behaviours 37",
      async run(fixture) {
        await fails(unanswered(fixture).connect(somewhere, { timeout: 0 }), "ETIMEDOUT", "connect()");
      },
    },
    {
      id: "connect-close",
      title: "connect() under way is EBADF when the socket closes, and leaves no connection",
      source: "POSIX close(); behaviours 28",
      async run(fixture) {
        const socket = unanswered(fixture);
        const closed = fails(socket.connect(somewhere), "EBADF", "connect()");
        await socket.close();
        const error = await closed;
        equal(error.address, somewhere.host, "address");
        const listener = await fixture.listener();
        const other = fixture.socket();
        const aborted = fails(other.connect(listener.localAddress), "EBADF", "connect()");
        await other.close();
        await aborted;
        const left = await listener.accept({ timeout: 100 }).catch(() => undefined);
        if (left !== undefined) equal((await receiveAll(fixture.own(left))).byteLength, 0, "bytes received");
      },
    },
  ],
};
