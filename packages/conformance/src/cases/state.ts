import { AddressFamily, type Socket, SocketShutdown, SocketState } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachName } from "../each-name.ts";
import { equal, fails } from "../expect.ts";
import { block, bytes, receiveAll, receiveExactly } from "../traffic.ts";

function is(socket: Socket, state: SocketState, when: string): void {
  equal(socket.state, state, `state ${when}`);
}

export const state: Topic = {
  name: "state",
  cases: [
    {
      id: "state-listener",
      title: "state of a listener goes from CLOSED over BOUND to LISTENING, then CLOSING and CLOSED",
      source: "issue 3: state; RFC 9293 section 3.3.2",
      async run(fixture) {
        const socket = fixture.socket();
        is(socket, SocketState.CLOSED, "at first");
        await socket.bind(fixture.loopback());
        is(socket, SocketState.BOUND, "after bind()");
        const listener = await socket.listen();
        is(listener, SocketState.LISTENING, "after listen()");
        const client = await fixture.socket().connect(listener.localAddress);
        fixture.own(await listener.accept());
        is(listener, SocketState.LISTENING, "after accept()");
        const closing = listener.close();
        is(listener, SocketState.CLOSING, "while it closes");
        await closing;
        is(listener, SocketState.CLOSED, "after close()");
        is(client, SocketState.CONNECTED, "of its connection");
      },
    },
    {
      id: "state-listen-failed",
      title: "state is as before when listen() or connect() fails",
      source: "listen(2), connect(2)",
      async run(fixture) {
        const listener = await fixture.listener();
        const late = fixture.socket();
        await late.bind(listener.localAddress);
        await fails(late.listen(), "EADDRINUSE", "listen()");
        is(late, SocketState.BOUND, "after listen() failed");
        const client = fixture.socket();
        await fails(client.connect(await fixture.deserted()), "ECONNREFUSED", "connect()");
        is(client, SocketState.CLOSED, "after connect() failed");
        await client.connect(listener.localAddress);
        is(client, SocketState.CONNECTED, "after the next connect()");
      },
    },
    {
      id: "state-connect",
      title: "state is CONNECTING while connect() is under way, then CONNECTED at both ends",
      source: "RFC 9293 section 3.3.2: SYN-SENT, ESTABLISHED",
      async run(fixture) {
        const listener = await fixture.listener();
        const client = fixture.socket();
        const connecting = client.connect(listener.localAddress);
        is(client, SocketState.CONNECTING, "while connecting");
        await connecting;
        is(client, SocketState.CONNECTED, "of the client");
        is(fixture.own(await listener.accept()), SocketState.CONNECTED, "of the server");
      },
    },
    {
      id: "state-connect-aborted",
      title: "state is as before when connect() is aborted, and CLOSED when the socket closes meanwhile",
      source: "POSIX close(); behaviours 38",
      async run(fixture) {
        const never = { connect: () => new Promise<void>(() => {}) };
        const socket = fixture.socketWith(never);
        await fails(socket.connect(fixture.loopback(AddressFamily.INET, 1), { timeout: 1 }), "ETIMEDOUT", "connect()");
        is(socket, SocketState.CLOSED, "after connect() timed out");
        const connecting = fails(socket.connect(fixture.loopback(AddressFamily.INET, 1)), "EBADF", "connect()");
        is(socket, SocketState.CONNECTING, "while connecting");
        await socket.close();
        await connecting;
        is(socket, SocketState.CLOSED, "after close()");
      },
    },
    {
      id: "state-send-closed",
      title: "state is SEND_CLOSED after shutdown(SEND), and CLOSING when the peer has ended, too",
      source: "RFC 9293 section 3.3.2: FIN-WAIT, CLOSE-WAIT, CLOSING",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.shutdown(SocketShutdown.SEND);
        is(client, SocketState.SEND_CLOSED, "after shutdown(SEND)");
        equal((await receiveAll(server)).byteLength, 0, "bytes received");
        is(server, SocketState.RECEIVE_CLOSED, "of the peer at the end of the stream");
        await server.sendAll(bytes("reply"));
        await server.shutdown(SocketShutdown.SEND);
        is(server, SocketState.CLOSING, "of the peer after its shutdown(SEND)");
        equal((await receiveAll(client)).byteLength, 5, "bytes of the reply");
        is(client, SocketState.CLOSING, "when both have ended");
        for (const end of [client, server]) {
          await end.close();
          is(end, SocketState.CLOSED, "after close()");
        }
      },
    },
    {
      id: "state-receive-closed",
      title: "state is RECEIVE_CLOSED after shutdown(RECEIVE), CLOSING after shutdown(BOTH)",
      source: "shutdown(2); Linux Test Project shutdown01",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.shutdown(SocketShutdown.RECEIVE);
        is(client, SocketState.RECEIVE_CLOSED, "after shutdown(RECEIVE)");
        is(server, SocketState.CONNECTED, "of the peer, who cannot know");
        await client.shutdown(SocketShutdown.SEND);
        is(client, SocketState.CLOSING, "after shutdown(SEND) too");
        await server.shutdown(SocketShutdown.BOTH);
        is(server, SocketState.CLOSING, "after shutdown(BOTH)");
      },
    },
    {
      id: "state-unread",
      title: "state stays CONNECTED while bytes before the end of the stream are unread",
      source: "recv(2): the end comes after the bytes",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("last"));
        await client.shutdown(SocketShutdown.SEND);
        await receiveExactly(server, 3);
        is(server, SocketState.CONNECTED, "with a byte unread");
        equal((await receiveAll(server)).byteLength, 1, "bytes left");
        is(server, SocketState.RECEIVE_CLOSED, "when all is read");
      },
    },
    {
      id: "state-reset",
      title: "state of a connection that was reset is CLOSING, and CLOSED after close()",
      source: "RFC 9293 section 3.5.2",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("unread"));
        await server.receive(new Uint8Array(1));
        const broken = fails(client.receive(new Uint8Array(1)), "ECONNRESET", "receive()");
        await server.close();
        is(server, SocketState.CLOSED, "of the end that reset");
        await broken;
        is(client, SocketState.CLOSING, "of the end that was reset");
        await client.close();
        is(client, SocketState.CLOSED, "after close()");
      },
    },
    {
      id: "state-closing",
      title: "state is CLOSING from the call of close() until the system has the socket back",
      source: "close(2)",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const { byteLength, sending } = block(client);
        const shut = client.shutdown(SocketShutdown.SEND);
        is(client, SocketState.SEND_CLOSED, "while shutdown() waits for pending sends");
        equal((await receiveExactly(server, byteLength)).byteLength, byteLength, "bytes received");
        await Promise.all([sending, shut]);
        const closing = client.close();
        is(client, SocketState.CLOSING, "while it closes");
        await closing;
        is(client, SocketState.CLOSED, "after close()");
        const unused = fixture.socket();
        await unused.close();
        is(unused, SocketState.CLOSED, "of a socket never used");
      },
    },
    ...eachName({
      id: "state-unix",
      title: "state of Unix sockets goes the same way",
      source: "unix(7)",
      async run(fixture, at) {
        const socket = fixture.socket(AddressFamily.UNIX);
        await socket.bind(at);
        is(socket, SocketState.BOUND, "after bind()");
        const listener = await socket.listen();
        is(listener, SocketState.LISTENING, "after listen()");
        const client = await fixture.socket(AddressFamily.UNIX).connect(at);
        const server = fixture.own(await listener.accept());
        await client.shutdown(SocketShutdown.SEND);
        is(client, SocketState.SEND_CLOSED, "after shutdown(SEND)");
        equal((await receiveAll(server)).byteLength, 0, "bytes received");
        is(server, SocketState.RECEIVE_CLOSED, "at the end of the stream");
        await server.close();
        is(server, SocketState.CLOSED, "after close()");
      },
    }),
    {
      id: "state-datagram",
      title: "state of a datagram socket is CLOSED, BOUND, CONNECTED, CLOSING and CLOSED",
      source: "issue 3: state; udp(7)",
      needs: ["datagrams"],
      async run(fixture) {
        const [, at] = await fixture.boundDatagramSocket();
        const socket = fixture.datagramSocket();
        is(socket, SocketState.CLOSED, "at first");
        await socket.sendTo(bytes("x"), at);
        is(socket, SocketState.BOUND, "after the first sendTo()");
        await socket.connect(at);
        is(socket, SocketState.CONNECTED, "after connect()");
        const closing = socket.close();
        is(socket, SocketState.CLOSING, "while it closes");
        await closing;
        is(socket, SocketState.CLOSED, "after close()");
      },
    },
  ],
};
