/** What asking gives where an adapter does not claim a capability: the check behind every "unsupported" in a report. */
import {
  AddressFamily,
  type Capability,
  SO_LINGER,
  type Socket,
  SocketShutdown,
  SocketType,
  socketClass,
  UnixAddress,
} from "@omnisock/core";
import { equal, fails } from "./expect.ts";
import type { Fixture } from "./fixture.ts";
import { bytes, receiveAll, text } from "./traffic.ts";

export interface Absence {
  /** What is owed instead, as one sentence. */
  readonly title: string;
  check(fixture: Fixture): Promise<void>;
}

/** Never silently ignored: an error by name, and where there is nothing to ask for, nothing else may break. */
export const absences: { readonly [Name in Capability]: Absence } = {
  backlog: {
    title: "listen(1) turns away no connection that is accepted in time",
    async check(fixture) {
      const listener = await fixture.listener(AddressFamily.INET, 1);
      for (let round = 0; round < 3; round++) {
        await fixture.socket().connect(listener.localAddress);
        fixture.own(await listener.accept());
      }
    },
  },
  "backlog-fills": {
    title: "more connections than the backlog holds are taken in, and accept() gives them in order",
    async check(fixture) {
      const listener = await fixture.listener(AddressFamily.INET, 1);
      const clients: Socket[] = [];
      for (let index = 0; index < 5; index++) clients.push(await fixture.socket().connect(listener.localAddress));
      for (const client of clients) {
        const server = fixture.own(await listener.accept());
        equal(String(server.remoteAddress), String(client.localAddress), "the next client's address");
      }
    },
  },
  "connect-from": {
    title: "bind() to a loopback port, then connect(), is EOPNOTSUPP",
    async check(fixture) {
      const listener = await fixture.listener();
      const client = fixture.socket();
      await client.bind(await fixture.deserted());
      await fails(client.connect(listener.localAddress), "EOPNOTSUPP", "connect()");
    },
  },
  "datagram-errors": {
    title: "send() to a peer that is gone is silent, and the socket lives on",
    async check(fixture) {
      const [peer, at] = await fixture.boundDatagramSocket();
      const [socket] = await fixture.boundDatagramSocket();
      await socket.connect(at);
      await peer.close();
      for (let round = 0; round < 3; round++) equal(await socket.send(bytes("lost")), 4, "bytes sent");
      await fails(socket.receive(new Uint8Array(1), { timeout: 0 }), "EAGAIN", "receive()");
    },
  },
  datagrams: {
    title: "new Socket() for datagrams is EOPNOTSUPP",
    async check(fixture) {
      await fails(() => fixture.datagramSocket(), "EOPNOTSUPP", "new Socket()");
    },
  },
  reset: {
    title: "SO_LINGER of 0 seconds, which asks for a reset, is ENOPROTOOPT; close() with bytes unread ends the stream",
    async check(fixture) {
      const [closer, peer] = await fixture.pair();
      await fails(() => closer.setOption(SO_LINGER, { seconds: 0 }), "ENOPROTOOPT", "setOption()");
      await closer.sendAll(bytes("bye"));
      await peer.sendAll(bytes("unread"));
      await fixture.turn();
      await closer.close();
      equal(text(await receiveAll(peer)), "bye", "what the peer received to the end of the stream");
    },
  },
  seqpacket: {
    title: "new Socket() for packets over a connection is EOPNOTSUPP",
    async check(fixture) {
      const Socket = socketClass(fixture.adapter);
      await fails(() => new Socket(AddressFamily.UNIX, SocketType.SEQPACKET), "EOPNOTSUPP", "new Socket()");
    },
  },
  unix: {
    title: "new Socket() for Unix is EOPNOTSUPP",
    async check(fixture) {
      await fails(() => fixture.socket(AddressFamily.UNIX), "EOPNOTSUPP", "new Socket()");
    },
  },
  "unix-abstract": {
    title: "listen() and connect() with an abstract name are EOPNOTSUPP",
    async check(fixture) {
      const Socket = socketClass(fixture.adapter);
      if (!fixture.adapter.supports.has("unix")) return absences.unix.check(fixture);
      const server = fixture.own(new Socket(AddressFamily.UNIX, SocketType.STREAM));
      const at = UnixAddress.abstract(`omnisock-${crypto.randomUUID()}`);
      await fails(
        server.bind(at).then(() => server.listen()),
        "EOPNOTSUPP",
        "listen()",
      );
      await fails(fixture.socket(AddressFamily.UNIX).connect(at), "EOPNOTSUPP", "connect()");
    },
  },
  "unix-connect-from": {
    title: "connect() from a chosen Unix path is EOPNOTSUPP",
    async check(fixture) {
      const directory = await fixture.directory();
      const server = fixture.socket(AddressFamily.UNIX);
      await server.bind(new UnixAddress(directory.path("server")));
      const listener = await server.listen();
      const client = fixture.socket(AddressFamily.UNIX);
      await client.bind(new UnixAddress(directory.path("client")));
      await fails(client.connect(listener.localAddress), "EOPNOTSUPP", "connect()");
    },
  },
  "unix-datagrams": {
    title: "new Socket() for Unix datagrams is EOPNOTSUPP",
    async check(fixture) {
      await fails(() => fixture.datagramSocket(AddressFamily.UNIX), "EOPNOTSUPP", "new Socket()");
    },
  },
  "unix-files": {
    title: "a listener at a path leaves no file there, and its connections work",
    async check(fixture) {
      const directory = await fixture.directory();
      const server = fixture.socket(AddressFamily.UNIX);
      await server.bind(new UnixAddress(directory.path("socket")));
      const listener = await server.listen();
      equal((await directory.names()).length, 0, "files");
      const accepted = listener.accept();
      const client = await fixture.socket(AddressFamily.UNIX).connect(listener.localAddress);
      await client.sendAll(bytes("there"));
      await client.shutdown(SocketShutdown.SEND);
      equal(text(await receiveAll(fixture.own(await accepted))), "there", "what arrived");
    },
  },
};
