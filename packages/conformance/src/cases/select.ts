import { readyWhen, type Selectable, SocketSet, SocketShutdown, select as selectOf } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs, failsWith } from "../expect.ts";
import { bytes, sendUntilBlocked } from "../traffic.ts";

const byte = new Uint8Array(1);

export const select: Topic = {
  name: "select",
  cases: [
    {
      id: "select-timeout",
      title: "select() gives 0 when the timeout passes, and empties its sets",
      source: "select(2); Phobos; behaviours 60",
      async run(fixture) {
        const listener = await fixture.listener();
        const readable = new SocketSet([listener]);
        equal(await selectOf(readable, null, null, { timeout: 10 }), 0, "how many are ready");
        equal(readable.isSet(listener), false, "isSet(listener)");
        const array: Selectable[] = [listener];
        equal(await selectOf(array, null, null, { timeout: 0 }), 0, "how many are ready with timeout 0");
        equal(array.length, 0, "the array's length");
      },
    },
    {
      id: "select-accept",
      title: "select() finds a listener readable while a connection waits, and accept() does not wait then",
      source: "select(2); POSIX listen(); LTP select01; behaviours 60",
      async run(fixture) {
        const listener = await fixture.listener();
        const readable = new SocketSet([listener]);
        const selected = selectOf(readable);
        await fixture.socket().connect(listener.localAddress);
        equal(await selected, 1, "how many are ready");
        equal(readable.isSet(listener), true, "isSet(listener)");
        equal(await selectOf(readable), 1, "how many are ready while nobody accepts");
        const accepted = listener.tryAccept();
        equal(accepted === -1, false, "tryAccept() would block");
        if (accepted !== -1) fixture.own(accepted);
        equal(await selectOf(readable, null, null, { timeout: 0 }), 0, "how many are ready after accept()");
      },
    },
    {
      id: "select-beside-accept",
      title: "select() that waits beside accept(), which takes a connection, finds the next one",
      source: "select(2); POSIX listen()",
      async run(fixture) {
        const listener = await fixture.listener();
        const accepting = listener.accept();
        const selected = selectOf([listener]);
        await fixture.socket().connect(listener.localAddress);
        fixture.own(await accepting);
        await fixture.socket().connect(listener.localAddress);
        equal(await selected, 1, "how many are ready");
      },
    },
    {
      id: "select-receive",
      title: "select() finds a socket readable while bytes are unread",
      source: "select(2)",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const readable = new SocketSet([server]);
        equal(await selectOf(readable, null, null, { timeout: 0 }), 0, "how many are ready at first");
        await client.sendAll(bytes("ab"));
        equal(await selectOf(readable), 1, "how many are ready when bytes came");
        equal(server.tryReceive(byte), 1, "bytes received");
        equal(await selectOf(readable), 1, "how many are ready while one byte is left");
        equal(server.tryReceive(byte), 1, "bytes received");
        equal(await selectOf(readable, null, null, { timeout: 0 }), 0, "how many are ready at last");
      },
    },
    {
      id: "select-end",
      title: "select() finds a socket readable at the end of the stream",
      source: "select(2): a read that returns end of file does not block; behaviours 60",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const selected = selectOf([server]);
        await client.shutdown(SocketShutdown.SEND);
        equal(await selected, 1, "how many are ready");
        equal(server.tryReceive(byte), 0, "tryReceive()");
        equal(await selectOf([server]), 1, "it stays readable");
      },
    },
    {
      id: "select-connect",
      title: "select() finds a connecting socket writable when it is connected",
      source: "connect(2); libuv; behaviours 60",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        equal(await selectOf(null, [socket], null, { timeout: 0 }), 0, "how many are ready before");
        const connecting = socket.connect(listener.localAddress);
        equal(await selectOf(null, [socket]), 1, "how many are ready");
        equal(socket.trySend(byte), 1, "trySend()");
        await connecting;
      },
    },
    {
      id: "select-before-connect",
      title: "select() that waits for bytes from before connect() finds them",
      source: "select(2), connect(2)",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        const selected = selectOf([socket]);
        await fixture.turn();
        await socket.connect(listener.localAddress);
        const peer = fixture.own(await listener.accept());
        await peer.sendAll(byte);
        equal(await selected, 1, "how many are ready");
      },
    },
    {
      id: "select-connect-failed",
      title: "select() finds a socket readable and writable whose connect() failed, until it connects",
      source: "connect(2), EINPROGRESS; select(2)",
      async run(fixture) {
        const nowhere = await fixture.deserted();
        const socket = fixture.socket();
        const refused = fails(socket.connect(nowhere), "ECONNREFUSED", "connect()");
        equal(await selectOf([socket], [socket], [socket]), 2, "how many are ready");
        await refused;
        equal(await selectOf([socket], [socket], [socket]), 2, "how many are ready afterwards");
        const listener = await fixture.listener();
        const connecting = socket.connect(listener.localAddress);
        equal(await selectOf([socket], null, null, { timeout: 0 }), 0, "how many are readable while it connects again");
        equal(await selectOf(null, [socket]), 1, "how many are writable when it is connected");
        await connecting;
        equal(await selectOf([socket], null, null, { timeout: 0 }), 0, "how many are readable then");
      },
    },
    {
      id: "select-write",
      title: "select() finds a socket not writable while its peer does not read, and writable when it does",
      source: "select(2)",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        equal(await selectOf(null, [client]), 1, "how many are ready at first");
        await sendUntilBlocked(client);
        equal(await selectOf(null, [client], null, { timeout: 0 }), 0, "how many are ready when full");
        const writable = selectOf(null, [client]);
        const buffer = new Uint8Array(65536);
        let isWritable = false;
        void writable.then(() => {
          isWritable = true;
        });
        while (!isWritable) await Promise.race([server.receive(buffer, { timeout: 1000 }).catch(() => 0), writable]);
        equal(await writable, 1, "how many are ready when there is room");
      },
    },
    {
      id: "select-mix",
      title: "select() watches listeners, streams and datagram sockets at once, and counts what is ready",
      source: "select(2); the reference texts' select servers",
      needs: ["datagrams"],
      async run(fixture) {
        const listener = await fixture.listener();
        const [client, server] = await fixture.pair();
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const readable = new SocketSet([listener, server, receiver]);
        const writable = new SocketSet([client]);
        equal(await selectOf(readable, writable), 1, "only the client is ready, for writing");
        await Promise.all([
          fixture.socket().connect(listener.localAddress),
          client.sendAll(byte),
          sender.sendTo(byte, at),
        ]);
        for (const one of [listener, server, receiver]) {
          while (!readable.isSet(one)) await selectOf(readable);
        }
        equal(await selectOf(readable, writable), 4, "how many are ready of all");
        equal([...readable].length, 3, "how many are in the set");
      },
    },
    {
      id: "select-starve",
      title: "select() in a loop that finds one socket ready each time finds the others, too",
      source: "select(2): every call looks at every descriptor",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const [otherClient, other] = await fixture.pair();
        const readable = new SocketSet([server, other]);
        await client.sendAll(byte);
        while (!readable.isSet(server)) await selectOf(readable);
        await otherClient.sendAll(byte);
        while (!readable.isSet(other)) equal((await selectOf(readable)) > 0, true, "whether one is ready");
      },
    },
    {
      id: "select-closed",
      title: "select() finds a socket that is closed meanwhile ready",
      source: "the interface's own promise",
      async run(fixture) {
        const [, server] = await fixture.pair();
        const selected = selectOf([server]);
        await server.close();
        equal(await selected, 1, "how many are ready");
      },
    },
    {
      id: "select-other-sources",
      title: "select() takes what says itself when it is ready, beside sockets",
      source: "D's text: several kinds of sources are what Phobos cannot wait for",
      async run(fixture) {
        const [, server] = await fixture.pair();
        let settle = (): void => {};
        const keyboard = readyWhen(new Promise<void>((resolve) => (settle = resolve)));
        const readable = new SocketSet([server, keyboard]);
        const selected = selectOf(readable);
        settle();
        equal(await selected, 1, "how many are ready");
        equal(readable.isSet(keyboard), true, "isSet(keyboard)");
      },
    },
    {
      id: "select-abort",
      title: "select() that is aborted rejects with the signal's reason, and watches no more",
      source: "https://dom.spec.whatwg.org/#abortsignal",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const abort = new AbortController();
        const selected = selectOf([server], null, null, { signal: abort.signal });
        abort.abort("enough");
        await failsAs(selected, "enough", "select()");
        await client.sendAll(byte);
        equal(await server.receive(byte), 1, "bytes received");
      },
    },
    {
      id: "select-bad-member",
      title: "select() and SocketSet refuse what cannot be watched",
      source: "the interface's own promise",
      async run(fixture) {
        const listener = await fixture.listener();
        await failsWith(selectOf([listener, {} as Selectable]), TypeError, "select()");
        await failsWith(() => new SocketSet([undefined as unknown as Selectable]), TypeError, "new SocketSet()");
        await failsWith(selectOf([listener], null, null, { timeout: -1 }), RangeError, "a timeout of -1");
      },
    },
    {
      id: "select-set-kept",
      title: "a SocketSet watches until remove() or reset(), over as many select() calls as one likes",
      source: "the interface's own promise",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const readable = new SocketSet([server]);
        for (let round = 0; round < 10; round++) {
          await client.sendAll(byte);
          equal(await selectOf(readable), 1, "how many are ready");
          equal(server.tryReceive(byte), 1, "bytes received");
        }
        await client.sendAll(byte);
        readable.remove(server);
        equal(readable.size, 0, "how many are watched");
        equal(await selectOf(readable, null, null, { timeout: 0 }), 0, "how many are ready of none");
      },
    },
  ],
};
