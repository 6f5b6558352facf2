import { SocketShutdown, WOULD_BLOCK } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, equalBytes } from "../expect.ts";
import { pattern, receiveExactly, receiveWhatBlocked, sendUntilBlocked } from "../traffic.ts";

/** What the kernel and we may hold of one direction of a connection, at most: some 6 MiB on Linux as it comes. */
const BOUND = 32 << 20;

export const backPressure: Topic = {
  name: "back-pressure",
  cases: [
    ...eachFamily({
      id: "pressure-send",
      title: "send() to a peer that does not read stops taking bytes, and loses none",
      source: "ND pummel/net-throttle; behaviours 11, 14",
      async run(fixture, family) {
        const [client, server] = await fixture.pair(family);
        const taken = await sendUntilBlocked(client);
        equal(taken < BOUND, true, `whether ${taken} bytes are few enough`);
        await client.shutdown(SocketShutdown.RECEIVE);
        const ending = client.shutdown(SocketShutdown.SEND);
        await receiveWhatBlocked(server, taken);
        await ending;
      },
    }),
    {
      id: "pressure-send-back",
      title: "send() from the accepted end is held back in the same way",
      source: "ND pummel/net-throttle; behaviours 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const taken = await sendUntilBlocked(server);
        equal(taken < BOUND, true, `whether ${taken} bytes are few enough`);
        const closing = server.close();
        await receiveWhatBlocked(client, taken);
        await closing;
      },
    },
    {
      id: "pressure-before-accept",
      title: "send() is held back, too, when nobody has accepted the connection",
      source: "ND net-server-pause-on-connect; behaviours 13, 14",
      async run(fixture) {
        const listener = await fixture.listener();
        const client = await fixture.socket().connect(listener.localAddress);
        const taken = await sendUntilBlocked(client);
        equal(taken < BOUND, true, `whether ${taken} bytes are few enough`);
        const closing = client.close();
        await receiveWhatBlocked(fixture.own(await listener.accept()), taken);
        await closing;
      },
    },
    {
      id: "pressure-receive-once",
      title: "receive() once, then never, holds the sender back as well",
      source: "libuv tcp_read_stop; oven-sh/bun#35108; behaviours 11, 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        await client.send(Uint8Array.of(1));
        await receiveExactly(server, 1);
        const waited = server.receive(new Uint8Array(1), { timeout: 10 }).catch(() => WOULD_BLOCK);
        equal(await waited, WOULD_BLOCK, "receive() that timed out, and leaves the connection reading");
        const taken = await sendUntilBlocked(client);
        equal(taken < BOUND, true, `whether ${taken} bytes are few enough`);
        const closing = client.close();
        await receiveWhatBlocked(server, taken);
        await closing;
      },
    },
    {
      id: "pressure-try-send",
      title: "trySend() to a peer that does not read becomes WOULD_BLOCK for good",
      source: "libuv tcp_try_write; behaviours 9, 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const chunk = pattern(50_000);
        let taken = 0;
        // Several turns without room: a write of the runtime's own may be under way in the first.
        for (let blocked = 0; blocked < 5; ) {
          const count = client.trySend(chunk);
          if (count === WOULD_BLOCK) {
            blocked++;
            await fixture.turn();
          } else {
            blocked = 0;
            taken += count;
          }
          equal(taken < BOUND, true, `whether ${taken} bytes are few enough`);
        }
        equal(taken > 0, true, "whether any was taken");
        await receiveExactly(server, taken);
        equal((await client.send(chunk)) > 0, true, "whether there is room again");
      },
    },
    {
      id: "pressure-both",
      title: "two ends that both send until blocked, and only then receive, get all",
      source: "Go nettest RacyRead; behaviours 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const [there, back] = await Promise.all([sendUntilBlocked(client), sendUntilBlocked(server)]);
        const ending = [client.shutdown(SocketShutdown.SEND), server.shutdown(SocketShutdown.SEND)];
        await Promise.all([receiveWhatBlocked(server, there), receiveWhatBlocked(client, back)]);
        await Promise.all(ending);
      },
    },
    {
      id: "pressure-slow",
      title: "a receiver that takes small sips gets all of a large sendAll()",
      source: "ND pummel/net-throttle; behaviours 14",
      async run(fixture) {
        const [client, server] = await fixture.pair();
        const sent = pattern(4 << 20);
        const sending = client.sendAll(sent);
        for (let from = 0; from < sent.byteLength; from += 9973) {
          const part = sent.subarray(from, from + 9973);
          equalBytes(await receiveExactly(server, part.byteLength), part, `what arrived from byte ${from} on`);
        }
        await sending;
      },
    },
  ],
};
