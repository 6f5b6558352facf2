import { InternetAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";
import { bytes, text } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(65536);

export const datagram: Topic = {
  name: "datagram",
  cases: [
    ...eachFamily({
      id: "datagram-reply",
      title: "receiveFrom() says who sent, and sendTo() answers them",
      source: "recvfrom(2); D's datagram programs",
      needs: ["datagrams"],
      async run(fixture, family) {
        const [receiver, at] = await fixture.boundDatagramSocket(family);
        const [sender, from] = await fixture.boundDatagramSocket(family);
        equal(await sender.sendTo(bytes("Hello!"), at), 6, "bytes sent");
        const buffer = into();
        const received = await receiver.receiveFrom(buffer);
        equal(text(buffer.subarray(0, received.byteLength)), "Hello!", "what was received");
        equal(String(received.from), String(from), "the sender");
        equal(received.isTruncated, false, "isTruncated");
        await receiver.sendTo(bytes("got it!"), received.from);
        equal(await sender.receive(buffer), 7, "the answer's bytes");
      },
    }),
    ...eachFamily({
      id: "datagram-boundaries",
      title: "receiveFrom() gives one datagram a call, an empty one too, in the order they were sent",
      source: "udp(7); Node dgram-send-empty-packet; behaviours 48",
      needs: ["datagrams"],
      async run(fixture, family) {
        const [receiver, at] = await fixture.boundDatagramSocket(family);
        const sender = fixture.datagramSocket(family);
        for (const word of ["one", "", "three", ""]) await sender.sendTo(bytes(word), at);
        const buffer = into();
        for (const word of ["one", "", "three", ""]) {
          const { byteLength } = await receiver.receiveFrom(buffer);
          equal(text(buffer.subarray(0, byteLength)), word, "the next datagram");
        }
      },
    }),
    ...eachFamily({
      id: "datagram-order",
      title: "sendTo() many at once keeps their order",
      source: "denoland/deno: concurrent sends arrive reversed",
      needs: ["datagrams"],
      async run(fixture, family) {
        const [receiver, at] = await fixture.boundDatagramSocket(family);
        const sender = fixture.datagramSocket(family);
        await Promise.all(Array.from({ length: 100 }, (_, index) => sender.sendTo(Uint8Array.of(index), at)));
        const buffer = into();
        for (let index = 0; index < 100; index++) {
          await receiver.receiveFrom(buffer);
          equal(buffer[0], index, "the next datagram");
        }
      },
    }),
    {
      id: "datagram-send-buffer-reuse",
      title: "sendTo() is done with the buffer when it resolves, trySendTo() when it returns",
      source: "Go nettest RacyWrite; behaviours 4",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const buffer = bytes("first");
        await sender.sendTo(buffer, at);
        buffer.fill(0);
        const got = into();
        equal(text(got.subarray(0, (await receiver.receiveFrom(got)).byteLength)), "first", "what sendTo() sent");
        buffer.set(bytes("again"));
        equal(sender.trySendTo(buffer, at), 5, "bytes taken");
        buffer.fill(0);
        equal(text(got.subarray(0, (await receiver.receiveFrom(got)).byteLength)), "again", "what trySendTo() sent");
      },
    },
    {
      id: "datagram-implicit-bind",
      title: "sendTo() on an unbound socket binds it to a port of the system's choice",
      source: "ip(7); behaviours 45",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        equal(sender.localAddress, undefined, "the local address before");
        await sender.sendTo(bytes("x"), at);
        const { from } = await receiver.receiveFrom(into());
        equal(sender.localAddress?.port, from.port, "the local port after");
        await fails(sender.bind(fixture.loopback()), "EINVAL", "bind() after");
      },
    },
    {
      id: "datagram-address-in-use",
      title: "bind() of a datagram socket to a taken port is EADDRINUSE; once closed, the port is free",
      source: "bind(2); behaviours 40",
      needs: ["datagrams"],
      async run(fixture) {
        const [first, at] = await fixture.boundDatagramSocket();
        const second = fixture.datagramSocket();
        const error = await fails(second.bind(at), "EADDRINUSE", "bind()");
        equal(error.syscall, "bind", "syscall");
        equal(error.port, at.port, "port");
        await first.close();
        await second.bind(at);
        equal(String(second.localAddress), String(at), "the local address");
      },
    },
    {
      id: "datagram-stream-verbs",
      title: "listen(), accept() and shutdown() on a datagram socket are errors by name",
      source: "listen(2), accept(2), shutdown(2): EOPNOTSUPP, ENOTCONN",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket] = await fixture.boundDatagramSocket();
        await fails(socket.listen(), "EOPNOTSUPP", "listen()");
        await fails(socket.accept(), "EOPNOTSUPP", "accept()");
        await fails(() => socket.tryAccept(), "EOPNOTSUPP", "tryAccept()");
        await fails(socket.shutdown("SEND"), "ENOTCONN", "shutdown()");
      },
    },
    {
      id: "datagram-closed",
      title: "close() of a datagram socket ends its pending calls with EBADF, and every later one",
      source: "close(2); behaviours 28",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket, at] = await fixture.boundDatagramSocket();
        const pending = fails(socket.receiveFrom(into()), "EBADF", "the pending receiveFrom()");
        await socket.close();
        await pending;
        await fails(socket.receiveFrom(into()), "EBADF", "receiveFrom()");
        await fails(socket.sendTo(bytes("x"), at), "EBADF", "sendTo()");
        await fails(() => socket.tryReceiveFrom(into()), "EBADF", "tryReceiveFrom()");
        await socket.close();
      },
    },
    {
      id: "datagram-close-sends",
      title: "close() right after sendTo() with a timeout, or trySendTo(), lets what they sent arrive",
      source: "close()'s own promise; behaviours 31",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [timed] = await fixture.boundDatagramSocket();
        equal(await timed.sendTo(bytes("timed"), at, { timeout: 5000 }), 5, "bytes sent in time");
        await timed.close();
        equal(await receiver.receive(into()), 5, "bytes of what was sent in time");
        const [tried] = await fixture.boundDatagramSocket();
        equal(tried.trySendTo(bytes("tried!"), at), 6, "bytes sent at once");
        await tried.close();
        equal(await receiver.receive(into()), 6, "bytes of what was sent at once");
      },
    },
    {
      id: "datagram-refused-in-time",
      title: "sendTo() and sendMany() of what the kernel refuses fail also with a timeout",
      source: "Linux ip_route_output_key_hash_rcu(): EINVAL for 240.0.0.0/4",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket, at] = await fixture.boundDatagramSocket();
        const refused = new InternetAddress("240.0.0.1", 9);
        await fails(socket.sendTo(bytes("x"), refused), "EINVAL", "sendTo()");
        await fails(socket.sendTo(bytes("x"), refused, { timeout: 5000 }), "EINVAL", "sendTo() with a timeout");
        const two = [bytes("x"), bytes("y")].map((one) => ({ bytes: one, to: refused }));
        await fails(socket.sendMany(two, { timeout: 5000 }), "EINVAL", "sendMany() with a timeout");
        equal(await socket.sendTo(bytes("fine"), at, { timeout: 5000 }), 4, "bytes sent then");
        equal(await socket.receive(into()), 4, "bytes received");
      },
    },
    {
      id: "datagram-port-0",
      title: "sendTo() and trySendTo() to port 0 are EINVAL; connect() to it is taken; and the socket goes on",
      source: "Linux udp_sendmsg(), __ip4_datagram_connect()",
      needs: ["datagrams"],
      async run(fixture) {
        const nowhere = fixture.loopback();
        const socket = fixture.datagramSocket();
        await fails(socket.sendTo(bytes("x"), nowhere), "EINVAL", "sendTo()");
        await fails(() => socket.trySendTo(bytes("x"), nowhere), "EINVAL", "trySendTo()");
        const [receiver, at] = await fixture.boundDatagramSocket();
        equal(await socket.sendTo(bytes("fine"), at), 4, "bytes sent");
        equal(await receiver.receive(into()), 4, "bytes received");
        await socket.connect(nowhere);
        equal(String(socket.remoteAddress), String(nowhere), "the peer");
        await socket.connect(at);
        equal(await socket.send(bytes("again")), 5, "bytes sent to a peer");
        equal(await receiver.receive(into()), 5, "bytes received of a peer");
      },
    },
    {
      id: "datagram-buffer-gone",
      title: "sendTo() and trySendTo() of a buffer that was transferred are TypeErrors, and the socket goes on",
      source: "https://tc39.es/ecma262/#sec-arraybuffer.prototype.transfer",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [socket] = await fixture.boundDatagramSocket();
        const gone = bytes("gone");
        structuredClone(gone.buffer, { transfer: [gone.buffer] });
        await failsWith(() => socket.trySendTo(gone, at), TypeError, "trySendTo()");
        await failsWith(socket.sendTo(gone, at), TypeError, "sendTo()");
        equal(await socket.sendTo(bytes("fine"), at), 4, "bytes sent then");
        equal(await receiver.receive(into()), 4, "bytes received then");
      },
    },
    {
      id: "datagram-bad-arguments",
      title: "sendTo() and receiveFrom() refuse what are no bytes and no address",
      source: "the interface's own promise",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket, at] = await fixture.boundDatagramSocket();
        await failsWith(socket.sendTo("text" as unknown as Uint8Array, at), TypeError, "sendTo(text)");
        await failsWith(socket.sendTo(bytes("x"), "here" as never), TypeError, "sendTo(a string)");
        await failsWith(socket.receiveFrom([] as unknown as Uint8Array), TypeError, "receiveFrom([])");
        await fails(socket.sendTo(bytes("x"), fixture.loopback("INET6", at.port)), "EAFNOSUPPORT", "the other family");
      },
    },
  ],
};
