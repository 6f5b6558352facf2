import { SocketShutdown, SocketState } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs } from "../expect.ts";
import { bytes, MORE_THAN_FITS, readAll, receiveAll, receiveExactly, text } from "../traffic.ts";

export const webStreamsEnds: Topic = {
  name: "how readable and writable end",
  cases: [
    {
      id: "streams-half-close",
      title: "readable that has ended leaves writable as it is, and closing writable leaves readable",
      source: "denoland/deno#27510; behaviours 16 and 23",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.writable.close();
        equal((await readAll(server)).byteLength, 0, "bytes read");
        equal(server.state, SocketState.RECEIVE_CLOSED, "the server's state");
        const writer = server.writable.getWriter();
        await writer.write(bytes("reply"));
        await writer.close();
        equal(text(await readAll(client)), "reply", "what the client read");
      },
    },
    {
      id: "streams-cancel",
      title: "cancel() of readable ends receiving alone, as shutdown(RECEIVE), also while a read waits",
      source: "WHATWG Streams, cancel; shutdown(2)",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const reader = server.readable.getReader();
        const waiting = reader.read();
        await fixture.turn();
        await reader.cancel("enough");
        equal((await waiting).done, true, "done of the read that waited");
        equal(await server.receive(new Uint8Array(1)), 0, "receive()");
        equal(server.state, SocketState.RECEIVE_CLOSED, "state");
        await server.sendAll(bytes("still"));
        equal(text(await receiveExactly(client, 5)), "still", "what the client received");
      },
    },
    {
      id: "streams-cancel-unread",
      title: "cancel() of readable drops what is unread, and does not hold the sender up",
      source: "WHATWG Streams, cancel; behaviours 17",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("unread"));
        await server.readable.cancel();
        await client.sendAll(new Uint8Array(MORE_THAN_FITS));
        equal((await server.readable.getReader().read()).done, true, "done");
      },
    },
    {
      id: "streams-abort",
      title: "abort() of writable closes the socket at once, though the peer does not read",
      source: "WHATWG Streams, abort",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const writer = client.writable.getWriter();
        const writing = writer.write(new Uint8Array(MORE_THAN_FITS)).catch((error: unknown) => error);
        writer.closed.catch(() => {});
        await fixture.turn();
        const reason = new Error("enough");
        const aborting = writer.abort(reason);
        await fails(client.send(bytes("x")), "EBADF", "send()");
        // What the runtime had taken goes out first.
        await receiveAll(server).catch(() => {});
        await aborting;
        equal((await writing) instanceof Error, true, "whether the write failed");
        await failsAs(writer.write(bytes("x")), reason, "write() after abort()");
        equal(client.state, SocketState.CLOSED, "state");
      },
    },
    {
      id: "streams-abort-idle",
      title: "abort() of writable while nothing is written closes the socket: the peer sees the end",
      source: "WHATWG Streams, abort",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.writable.abort();
        equal((await readAll(server)).byteLength, 0, "bytes read");
        equal(client.state, SocketState.CLOSED, "state");
      },
    },
    {
      id: "streams-closed-socket",
      title: "close() of the socket fails a read and a write that wait with EBADF",
      source: "POSIX close(); behaviours 28",
      async run(fixture) {
        const [one] = await fixture.pair();
        const reading = fails(one.readable.getReader().read(), "EBADF", "read()");
        const [other, peer] = await fixture.pair();
        const writing = fails(other.writable.getWriter().write(new Uint8Array(MORE_THAN_FITS)), "EBADF", "write()");
        await fixture.turn();
        await one.close();
        await reading;
        // What the runtime had taken goes out first.
        await Promise.all([other.close(), receiveAll(peer).catch(() => {})]);
        await writing;
      },
    },
    {
      id: "streams-reset",
      title: "a connection that is reset errors readable with ECONNRESET",
      source: "WHATWG Streams, error; behaviours 26",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("unread"));
        await server.receive(new Uint8Array(1));
        const reader = client.readable.getReader();
        const reading = fails(reader.read(), "ECONNRESET", "read()");
        await server.close();
        await reading;
        await fails(reader.closed, "ECONNRESET", "closed");
      },
    },
    {
      id: "streams-after-shutdown",
      title: "write() after shutdown(SEND) is EPIPE, and an unconnected socket's streams are ENOTCONN",
      source: "behaviours 22; send(2)",
      async run(fixture) {
        const [client] = await fixture.pair();
        await client.shutdown(SocketShutdown.SEND);
        await fails(client.writable.getWriter().write(bytes("x")), "EPIPE", "write()");
        const socket = fixture.socket();
        await fails(socket.writable.getWriter().write(bytes("x")), "ENOTCONN", "write() unconnected");
        await fails(socket.readable.getReader().read(), "ENOTCONN", "read() unconnected");
      },
    },
  ],
};
