import { SocketShutdown } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { bytes, equal, equalBytes, fails, pattern, receiveAll, text } from "../expect.ts";

export const shutdown: Topic = {
  name: "shutdown",
  cases: [
    {
      id: "shutdown-send-ends-stream",
      title: "shutdown(SEND) gives the peer the end of the stream, and receiving goes on",
      source: "POSIX shutdown(); LTP shutdown01",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.sendAll(bytes("request"));
        await client.shutdown(SocketShutdown.SEND);
        equal(text(await receiveAll(server)), "request", "what the server received");
        await server.sendAll(bytes("reply"));
        await server.close();
        equal(text(await receiveAll(client)), "reply", "what the client received");
      },
    },
    {
      id: "shutdown-flushes-sends",
      title: "shutdown(SEND) lets the sends that are pending go out first",
      source: "libuv tcp_shutdown_after_write",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(4 << 20);
        const sending = client.sendAll(sent);
        const shut = client.shutdown(SocketShutdown.SEND);
        equalBytes(await receiveAll(server), sent, "what the server received");
        await Promise.all([sending, shut]);
      },
    },
    {
      id: "shutdown-send-then-send",
      title: "send() after shutdown(SEND) is EPIPE",
      source: "POSIX send(); libuv not_writable_after_shutdown",
      async run(fixture) {
        const [client] = await fixture.pair();
        await client.shutdown(SocketShutdown.SEND);
        await fails(client.send(bytes("late")), "EPIPE", "send()");
        await fails(client.sendAll(bytes("late")), "EPIPE", "sendAll()");
        await fails(() => client.trySend(bytes("late")), "EPIPE", "trySend()");
      },
    },
  ],
};
