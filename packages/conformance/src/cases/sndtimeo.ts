import { SO_RCVTIMEO, SO_SNDTIMEO } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails } from "../expect.ts";
import { block, bytes, receiveAll, receiveExactly, text } from "../traffic.ts";

const byte = new Uint8Array(1);
/** Longer than any case takes: a call that ends in time did not wait for it. */
const LONG = 60_000;

export const sndtimeo: Topic = {
  name: "SO_SNDTIMEO",
  cases: [
    {
      id: "sndtimeo-send",
      title: "SO_SNDTIMEO makes send() and sendAll() EAGAIN on a full connection, and it goes on afterwards",
      source: "socket(7), SO_SNDTIMEO; D's programs; behaviours 36",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        client.setOption(SO_SNDTIMEO, 10);
        const receiving = receiveExactly(client, 5);
        const error = await fails(client.send(bytes("never")), "EAGAIN", "send()");
        equal(error.syscall, "send", "syscall");
        await fails(client.sendAll(bytes("never")), "EAGAIN", "sendAll()");
        await server.sendAll(bytes("reply"));
        equal(text(await receiving), "reply", "what the receive() that waited received");
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
        await client.sendAll(bytes("after"));
        await client.close();
        equal(text(await receiveAll(server)), "after", "what arrived next");
      },
    },
    {
      id: "sndtimeo-changed",
      title: "SO_SNDTIMEO may be made shorter or longer while a call waits under it, whose time starts anew",
      source: "Go nettest PresentTimeout; behaviours 33",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        client.setOption(SO_SNDTIMEO, LONG);
        const shortened = fails(client.send(bytes("never")), "EAGAIN", "send() under a time made shorter");
        client.setOption(SO_SNDTIMEO, 10);
        await shortened;
        const lengthened = client.send(bytes("later"));
        client.setOption(SO_SNDTIMEO, LONG);
        const own = fails(client.send(bytes("never"), { timeout: 30 }), "EAGAIN", "send() with its own timeout");
        await own;
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
        equal(await lengthened, 5, "send() under a time made longer");
        await client.close();
        equal(text(await receiveAll(server)), "later", "what arrived after the rest");
      },
    },
    {
      id: "sndtimeo-own-timeout",
      title: "a call's own timeout counts, whether shorter or longer than SO_SNDTIMEO",
      source: "the interface's own promise",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const blocker = block(client);
        client.setOption(SO_SNDTIMEO, LONG);
        await fails(client.send(byte, { timeout: 5 }), "EAGAIN", "send() with a shorter timeout");
        client.setOption(SO_SNDTIMEO, 5);
        const patient = client.send(bytes("z"), { timeout: LONG });
        await fails(client.send(byte), "EAGAIN", "send() under SO_SNDTIMEO");
        await receiveExactly(server, blocker.byteLength);
        await blocker.sending;
        equal(await patient, 1, "send() with a longer timeout");
        equal(text(await receiveExactly(server, 1)), "z", "what arrived");
      },
    },
    {
      id: "sndtimeo-writable",
      title: "SO_SNDTIMEO makes writing to the writable stream fail with EAGAIN when the peer does not read",
      source: "the interface's own promise",
      async run(fixture) {
        const [client] = await fixture.pair();
        const blocker = block(client);
        client.setOption(SO_SNDTIMEO, 10);
        await fails(client.writable.getWriter().write(bytes("never")), "EAGAIN", "write()");
        const ended = fails(blocker.sending, "EBADF", "the sendAll() that waits");
        await client.close();
        await ended;
      },
    },
    {
      id: "sndtimeo-connect",
      title: "SO_SNDTIMEO makes connect() ETIMEDOUT, and the socket may try again",
      source: "socket(7), SO_SNDTIMEO; connect(2)",
      async run(fixture) {
        let isSlow = true;
        const socket = fixture.socketWith({
          connect: (request, connected) =>
            isSlow ? new Promise<void>(() => {}) : fixture.adapter.connect(request, connected),
        });
        const listener = await fixture.listener();
        socket.setOption(SO_SNDTIMEO, 10);
        const error = await fails(socket.connect(listener.localAddress), "ETIMEDOUT", "connect()");
        equal(error.syscall, "connect", "syscall");
        equal(error.port, listener.localAddress.port, "port");
        socket.setOption(SO_RCVTIMEO, 5);
        isSlow = false;
        await socket.connect(listener.localAddress, { timeout: LONG });
        const server = fixture.own(await listener.accept());
        await socket.sendAll(bytes("usable"));
        equal(text(await receiveExactly(server, 6)), "usable", "what arrived");
      },
    },
  ],
};
