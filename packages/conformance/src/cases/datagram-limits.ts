import {
  type Adapter,
  type Address,
  type DatagramHandle,
  type DatagramSink,
  type DatagramSocket,
  InternetAddress,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  type WaitOptions,
  WOULD_BLOCK,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, receiveText } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(65536);
/** Longer than any case takes: a call that ends in time did not wait for it. */
const LONG = 60_000;

/** A socket whose system takes nothing until `open()` is called. */
function gated(fixture: Fixture): { readonly socket: DatagramSocket; open(): void } {
  let isOpen = false;
  let sink: DatagramSink | undefined;
  const bind: Adapter["bind"] = (request, bound) =>
    fixture.adapter.bind(request, (handle) => {
      sink = bound({
        local: handle.local,
        get draining() {
          return handle.draining;
        },
        send: (datagram, to, lent) => isOpen && handle.send(datagram, to, lent),
        setOption: (...setting) => handle.setOption(...setting),
        connect: (to) => handle.connect(to),
        resume: () => handle.resume(),
        pause: () => handle.pause(),
        close: () => handle.close(),
        ref: () => handle.ref(),
        unref: () => handle.unref(),
      } satisfies DatagramHandle);
      return sink;
    });
  const open = (): void => {
    isOpen = true;
    sink?.writable();
  };
  return { socket: fixture.datagramSocketWith({ bind }), open };
}

export const datagramLimits: Topic = {
  name: "datagram limits",
  cases: [
    {
      id: "datagram-rcvtimeo",
      title: "SO_RCVTIMEO makes every verb that receives a datagram EAGAIN, and loses none",
      source: "socket(7), SO_RCVTIMEO; behaviours 34, 35",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        receiver.setOption(SO_RCVTIMEO, 5);
        for (let round = 0; round < 5; round++) {
          await fails(receiver.receiveFrom(into()), "EAGAIN", "receiveFrom()");
          await fails(receiver.receive(into()), "EAGAIN", "receive()");
          await fails(receiver.receiveMany(), "EAGAIN", "receiveMany()");
          await fails(
            (async () => {
              for await (const _ of receiver) throw new Error("There is no datagram");
            })(),
            "EAGAIN",
            "for await",
          );
          await receiver.sendTo(bytes("sends are not limited"), at);
          equal((await receiver.receiveFrom(into(), { timeout: LONG })).byteLength, 21, "bytes received");
          await sender.sendTo(Uint8Array.of(round), at);
          const buffer = into();
          await receiver.receiveFrom(buffer, { timeout: LONG });
          equal(buffer[0], round, "the datagram");
        }
      },
    },
    {
      id: "datagram-rcvtimeo-while-waiting",
      title: "SO_RCVTIMEO set while receives wait ends those that have no timeout of their own",
      source: "Go nettest PresentTimeout; behaviours 33",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const first = fails(receiver.receive(into()), "EAGAIN", "receive()");
        const many = fails(receiver.receiveMany(), "EAGAIN", "receiveMany()");
        const own = receiver.receive(into(), { timeout: LONG });
        await fails(receiver.receive(into(), { timeout: 5 }), "EAGAIN", "receive() with a timeout");
        receiver.setOption(SO_RCVTIMEO, 10);
        await Promise.all([first, many]);
        receiver.setOption(SO_RCVTIMEO, LONG);
        const lengthened = receiver.receive(into());
        receiver.setOption(SO_RCVTIMEO, 0);
        await fixture.datagramSocket().sendMany([
          { bytes: bytes("one"), to: at },
          { bytes: bytes("four"), to: at },
        ]);
        equal(await own, 3, "receive() with a longer timeout of its own");
        equal(await lengthened, 4, "receive() without a limit any more");
      },
    },
    {
      id: "datagram-rcvtimeo-racing",
      title: "SO_RCVTIMEO that ends calls just as datagrams arrive loses none",
      source: "Go nettest FutureTimeout; behaviours 34",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        receiver.setOption(SO_RCVTIMEO, 1);
        const sending = (async () => {
          for (let index = 0; index < 200; index++) {
            await sender.sendTo(Uint8Array.of(index), at);
            await new Promise((resolve) => setTimeout(resolve, index % 3));
          }
        })();
        for (let index = 0; index < 200; ) {
          const buffer = into();
          const count = await receiver.receive(buffer).catch(() => 0);
          if (count === 0) continue;
          equal(buffer[0], index, "the next datagram");
          index++;
        }
        await sending;
      },
    },
    {
      id: "datagram-send-timeout",
      title: "sendTo() that the system does not take in time is EAGAIN, is not sent later, and the socket goes on",
      source: "socket(7), SO_SNDTIMEO; behaviours 33, 36",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const { socket, open } = gated(fixture);
        const error = await fails(socket.sendTo(bytes("late"), at, { timeout: 5 }), "EAGAIN", "sendTo()");
        equal(error.syscall, "send", "syscall");
        equal(error.port, at.port, "port");
        await fails(socket.sendTo(bytes("never"), at, { timeout: 0 }), "EAGAIN", "sendTo() with timeout 0");
        equal(socket.trySendTo(bytes("never"), at), WOULD_BLOCK, "trySendTo()");
        socket.setOption(SO_SNDTIMEO, 5);
        await fails(socket.sendTo(bytes("late"), at), "EAGAIN", "sendTo() under SO_SNDTIMEO");
        await fails(socket.sendMany([{ bytes: bytes("late"), to: at }]), "EAGAIN", "sendMany() under SO_SNDTIMEO");
        socket.setOption(SO_SNDTIMEO, LONG);
        const shortened = fails(socket.sendTo(bytes("late"), at), "EAGAIN", "sendTo() under a time made shorter");
        const own = socket.sendTo(bytes("patient"), at, { timeout: LONG });
        socket.setOption(SO_SNDTIMEO, 5);
        await shortened;
        open();
        equal(await own, 7, "sendTo() with a longer timeout of its own");
        equal(await socket.sendTo(bytes("next"), at), 4, "sendTo() after");
        equal(await receiveText(receiver), "patient", "what arrived first");
        equal(await receiveText(receiver), "next", "what arrived next");
      },
    },
    {
      id: "datagram-send-aborted",
      title: "a signal ends sendTo(), send() and sendMany() that wait with its reason, and nothing of them is sent",
      source: "https://dom.spec.whatwg.org/#abortsignal; behaviours 33",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const { socket, open } = gated(fixture);
        const controller = new AbortController();
        const reason = new Error("enough");
        const { signal } = controller;
        const ended = [
          failsAs(socket.sendTo(bytes("never"), at, { signal }), reason, "sendTo()"),
          failsAs(socket.sendMany([{ bytes: bytes("never"), to: at }], { signal }), reason, "sendMany()"),
        ];
        await fixture.turn();
        controller.abort(reason);
        await Promise.all(ended);
        await failsAs(socket.sendTo(bytes("never"), at, { signal }), reason, "sendTo() with an aborted signal");
        await failsAs(socket.receive(into(), { signal }), reason, "receive() with an aborted signal");
        open();
        await socket.connect(at);
        equal(await socket.send(bytes("kept")), 4, "send() after");
        equal(await receiveText(receiver), "kept", "what arrived");
      },
    },
    {
      id: "datagram-unbound-aborted",
      title: "a signal ends the first call of a datagram socket, which binds it, and nothing is sent",
      source: "https://dom.spec.whatwg.org/#abortsignal; behaviours 33",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const reason = new Error("enough");
        const aborted = async (
          what: string,
          call: (socket: DatagramSocket, limit: WaitOptions) => Promise<unknown>,
        ) => {
          const controller = new AbortController();
          const ended = failsAs(call(fixture.datagramSocket(), { signal: controller.signal }), reason, what);
          controller.abort(reason);
          await ended;
        };
        await aborted("receiveFrom()", (socket, limit) => socket.receiveFrom(into(), limit));
        await aborted("receiveMany()", (socket, limit) => socket.receiveMany(1, limit));
        await aborted("sendTo()", (socket, limit) => socket.sendTo(bytes("never"), at, limit));
        await aborted("sendMany()", (socket, limit) => socket.sendMany([{ bytes: bytes("never"), to: at }], limit));
        await aborted("connect()", (socket, limit) => socket.connect(at, limit));
        await fixture.datagramSocket().sendTo(bytes("first"), at);
        equal(await receiveText(receiver), "first", "what arrived");
      },
    },
    {
      id: "datagram-name-closed",
      title: "close() ends the calls that look up the name that a datagram goes to",
      source: "close(2); behaviours 28",
      needs: ["datagrams"],
      async run(fixture) {
        const [, at] = await fixture.boundDatagramSocket();
        const call = async (what: string, use: (socket: DatagramSocket, to: Address) => Promise<unknown>) => {
          for (const host of ["localhost", "somewhere.example"]) {
            for (const isBound of [false, true]) {
              const socket = fixture.datagramSocketWith({ resolve: () => new Promise(() => {}) });
              if (isBound) await socket.bind(fixture.loopback());
              const ended = fails(use(socket, new InternetAddress(host, at.port)), "EBADF", `${what} to ${host}`);
              await socket.close();
              await ended;
            }
          }
        };
        await call("sendTo()", (socket, to) => socket.sendTo(bytes("x"), to));
        await call("sendMany()", (socket, to) => socket.sendMany([{ bytes: bytes("x"), to }]));
        await call("connect()", (socket, to) => socket.connect(to));
      },
    },
    {
      id: "datagram-name-limits",
      title: "a timeout or a signal ends the look-up of the name that a datagram goes to",
      source: "behaviours 38; denoland/deno#35729",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const never = new Promise<string[]>(() => {});
        let isSlow = true;
        const socket = fixture.datagramSocketWith({
          resolve: async () => (isSlow ? never : [InternetAddress.ADDR_LOOPBACK]),
        });
        const named = new InternetAddress("somewhere.example", at.port);
        await fails(socket.sendTo(bytes("x"), named, { timeout: 5 }), "EAGAIN", "sendTo()");
        await fails(socket.sendMany([{ bytes: bytes("x"), to: named }], { timeout: 5 }), "EAGAIN", "sendMany()");
        await fails(socket.connect(named, { timeout: 5 }), "ETIMEDOUT", "connect()");
        socket.setOption(SO_SNDTIMEO, 5);
        await fails(socket.sendTo(bytes("x"), named), "EAGAIN", "sendTo() under SO_SNDTIMEO");
        await fails(socket.connect(named), "ETIMEDOUT", "connect() under SO_SNDTIMEO");
        const controller = new AbortController();
        const reason = new Error("enough");
        const ended = failsAs(socket.connect(named, { signal: controller.signal }), reason, "connect()");
        controller.abort(reason);
        await ended;
        isSlow = false;
        equal(await socket.sendTo(bytes("found"), named, { timeout: LONG }), 5, "sendTo() of a name that is found");
        equal(await receiveText(receiver), "found", "what arrived");
      },
    },
  ],
};
