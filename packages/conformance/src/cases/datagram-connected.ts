import { type Address, type DatagramSocket, SocketState, select } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, text } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(65536);

/** A socket that is connected to where nobody is any more: what it sends comes back as unreachable. */
async function connectedToNobody(fixture: Fixture): Promise<[socket: DatagramSocket, at: Address]> {
  const [peer, at] = await fixture.boundDatagramSocket();
  const [socket] = await fixture.boundDatagramSocket();
  await socket.connect(at);
  await peer.close();
  return [socket, at];
}

export const datagramConnected: Topic = {
  name: "connected datagrams",
  cases: [
    ...eachFamily({
      id: "datagram-connected",
      title: "connect() of a datagram socket sends to the peer, and receives from it alone",
      source: "connect(2); libuv udp_connect; behaviours 51",
      needs: ["datagrams"],
      async run(fixture, family) {
        const [peer, at] = await fixture.boundDatagramSocket(family);
        const [stranger] = await fixture.boundDatagramSocket(family);
        const [socket, here] = await fixture.boundDatagramSocket(family);
        await socket.connect(at);
        equal(String(socket.remoteAddress), String(at), "the remote address");
        equal(String(socket.localAddress), String(here), "the local address, as before");
        equal(socket.state, SocketState.CONNECTED, "state");
        await stranger.sendTo(bytes("from a stranger"), here);
        equal(await socket.send(bytes("to the peer")), 11, "bytes sent");
        const buffer = into();
        const { from } = await peer.receiveFrom(buffer);
        equal(String(from), String(here), "the sender");
        await peer.sendTo(bytes("from the peer"), from);
        equal(text(buffer.subarray(0, await socket.receive(buffer))), "from the peer", "what was received");
      },
    }),
    ...eachFamily({
      id: "datagram-connected-late",
      title: "connect() of a datagram socket drops what others sent before, and keeps what the peer did",
      source: "POSIX connect(): limits the remote sender for subsequent recv() functions to that address",
      needs: ["datagrams"],
      async run(fixture, family) {
        const [peer, at] = await fixture.boundDatagramSocket(family);
        const [stranger] = await fixture.boundDatagramSocket(family);
        const [socket, here] = await fixture.boundDatagramSocket(family);
        for (const round of ["first", "second"]) await stranger.sendTo(bytes(`${round}, from a stranger`), here);
        await peer.sendTo(bytes("from the peer, before"), here);
        await select([socket]);
        await socket.connect(at);
        await peer.sendTo(bytes("from the peer, after"), here);
        const buffer = into();
        for (const expected of ["from the peer, before", "from the peer, after"]) {
          equal(text(buffer.subarray(0, await socket.receive(buffer))), expected, "what was received");
        }
      },
    }),
    {
      id: "datagram-connect-twice",
      title: "connect() of a datagram socket that is connecting is EALREADY, and the first one counts",
      source: "connect(2)",
      needs: ["datagrams"],
      async run(fixture) {
        const [first, at] = await fixture.boundDatagramSocket();
        const [, elsewhere] = await fixture.boundDatagramSocket();
        const socket = fixture.datagramSocket();
        const connecting = socket.connect(at);
        await fails(socket.connect(elsewhere), "EALREADY", "the second connect()");
        await connecting;
        equal(String(socket.remoteAddress), String(at), "the remote address");
        await socket.send(bytes("x"));
        equal(await first.receive(into()), 1, "bytes received");
        await socket.connect(elsewhere);
        equal(String(socket.remoteAddress), String(elsewhere), "the remote address after connecting again");
      },
    },
    {
      id: "datagram-connect-closed",
      title: "close() ends the connect() of a datagram socket with EBADF, also of one that was connected",
      source: "close(2); behaviours 28",
      needs: ["datagrams"],
      async run(fixture) {
        const [, at] = await fixture.boundDatagramSocket();
        const [bound] = await fixture.boundDatagramSocket();
        const [connected] = await fixture.boundDatagramSocket();
        await connected.connect(at);
        for (const socket of [fixture.datagramSocket(), bound, connected]) {
          const ended = fails(socket.connect(at), "EBADF", "connect()");
          await socket.close();
          await ended;
        }
      },
    },
    {
      id: "datagram-connected-send-to",
      title: "sendTo() on a connected datagram socket is EISCONN, send() on an unconnected one EDESTADDRREQ",
      source: "sendto(2); libuv udp_connect; behaviours 51",
      needs: ["datagrams"],
      async run(fixture) {
        const [, at] = await fixture.boundDatagramSocket();
        const [socket] = await fixture.boundDatagramSocket();
        equal(socket.remoteAddress, undefined, "the remote address of an unconnected socket");
        await fails(socket.send(bytes("x")), "EDESTADDRREQ", "send()");
        await fails(() => socket.trySend(bytes("x")), "EDESTADDRREQ", "trySend()");
        await socket.connect(at);
        await fails(socket.sendTo(bytes("x"), at), "EISCONN", "sendTo()");
        await fails(() => socket.trySendTo(bytes("x"), at), "EISCONN", "trySendTo()");
      },
    },
    {
      id: "datagram-reconnected",
      title: "connect() of a connected datagram socket changes its peer",
      source: "connect(2): connectionless sockets may connect multiple times",
      needs: ["datagrams"],
      async run(fixture) {
        const [first, firstAt] = await fixture.boundDatagramSocket();
        const [second, secondAt] = await fixture.boundDatagramSocket();
        const socket = fixture.datagramSocket();
        await socket.connect(firstAt);
        await socket.send(bytes("one"));
        equal(await first.receive(into()), 3, "bytes at the first peer");
        await socket.connect(secondAt);
        await socket.send(bytes("two!"));
        equal(await second.receive(into()), 4, "bytes at the second peer");
      },
    },
    {
      id: "datagram-unreachable-unconnected",
      title: "sendTo() a port where nobody is leaves the socket usable",
      source: "libuv udp_send_unreachable; oven-sh/bun#18029, #29116; behaviours 52",
      needs: ["datagrams"],
      async run(fixture) {
        const [gone, nowhere] = await fixture.boundDatagramSocket();
        await gone.close();
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [socket, here] = await fixture.boundDatagramSocket();
        for (let round = 0; round < 5; round++) {
          await socket.sendTo(bytes("lost"), nowhere);
          await socket.sendTo(bytes("healthy"), at);
          equal(await receiver.receive(into()), 7, "bytes of the healthy datagram");
        }
        await receiver.sendTo(bytes("back"), here);
        equal(await socket.receive(into()), 4, "bytes received");
      },
    },
    {
      id: "datagram-unreachable-connected",
      title: "send() to a peer that is gone never fails the next send; the error waits for a receive",
      source: "udp(7); oven-sh/bun#36249; behaviours 53",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket, at] = await connectedToNobody(fixture);
        for (let round = 0; round < 5; round++) {
          equal(await socket.send(bytes("lost")), 4, "bytes sent");
          await fixture.turn();
        }
        const again = fixture.datagramSocket();
        await again.bind(at);
        await socket.send(bytes("healthy"));
        const buffer = into();
        do {
          equal(await again.receive(buffer), 7, "bytes of the healthy datagram");
        } while (text(buffer.subarray(0, 7)) !== "healthy");
      },
    },
    {
      id: "datagram-unreachable-many",
      title: "send() and sendMany() without a pause to a peer that is gone send all that they are given",
      source: "udp(7); oven-sh/bun#36249; behaviours 53",
      needs: ["datagrams"],
      async run(fixture) {
        const [socket] = await connectedToNobody(fixture);
        for (let round = 0; round < 5; round++) {
          equal(await socket.send(bytes("lost")), 4, "bytes sent");
          equal(await socket.send(bytes("lost")), 4, "bytes sent next");
          equal(socket.trySend(bytes("lost")), 4, "bytes sent by trySend()");
          equal(
            await socket.sendMany(Array.from({ length: 5 }, () => ({ bytes: bytes("lost") }))),
            5,
            "datagrams sent",
          );
        }
      },
    },
    {
      id: "datagram-refused",
      title: "receive() on a connected datagram socket whose peer is gone is ECONNREFUSED",
      source: "udp(7); recv(2)",
      needs: ["datagrams", "datagram-errors"],
      async run(fixture) {
        const [socket] = await connectedToNobody(fixture);
        const refused = fails(socket.receive(into()), "ECONNREFUSED", "receive()");
        await socket.send(bytes("lost"));
        await refused;
        await fails(socket.receive(into(), { timeout: 0 }), "EAGAIN", "the next receive(): the error is told once");
      },
    },
    {
      id: "datagram-close-reconnecting",
      title: "close() in the turn of a connect() that changes the peer ends both, and frees the port",
      source: "close(2); behaviours 28",
      needs: ["datagrams"],
      async run(fixture) {
        const [, at] = await fixture.boundDatagramSocket();
        const [, next] = await fixture.boundDatagramSocket();
        const [socket, here] = await fixture.boundDatagramSocket();
        await socket.connect(at);
        const connecting = socket.connect(next).catch(() => {});
        await Promise.all([socket.close(), connecting]);
        await fixture.datagramSocket().bind(here);
      },
    },
    {
      id: "datagram-close-connecting",
      title: "close() while connect() is under way ends both, and frees the port",
      source: "close(2); behaviours 28",
      needs: ["datagrams"],
      async run(fixture) {
        const [, at] = await fixture.boundDatagramSocket();
        const [socket, here] = await fixture.boundDatagramSocket();
        await socket.connect(at);
        const again = socket.connect(at).catch(() => {});
        await fixture.turn();
        await socket.close();
        await again;
        const [other, there] = await fixture.boundDatagramSocket();
        const connecting = other.connect(at).catch(() => {});
        await Promise.all([other.close(), connecting]);
        for (const free of [here, there]) await fixture.datagramSocket().bind(free);
      },
    },
  ],
};
