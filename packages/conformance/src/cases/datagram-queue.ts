import { type Address, type DatagramSocket, select, WOULD_BLOCK } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs } from "../expect.ts";
import { bytes } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(65536);

export const datagramQueue: Topic = {
  name: "datagram waiting",
  cases: [
    {
      id: "datagram-timeout",
      title: "receiveFrom() that timed out loses no datagram",
      source: "Go nettest FutureTimeout; behaviours 34",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        for (let round = 0; round < 10; round++) {
          await fails(receiver.receiveFrom(into(), { timeout: 5 }), "EAGAIN", "receiveFrom()");
          await sender.sendTo(Uint8Array.of(round), at);
          const buffer = into();
          await receiver.receiveFrom(buffer);
          equal(buffer[0], round, "the datagram");
        }
      },
    },
    {
      id: "datagram-aborted",
      title: "receiveFrom() that was aborted rejects with the signal's reason, and loses no datagram",
      source: "https://dom.spec.whatwg.org/#abortsignal",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const abort = new AbortController();
        const pending = receiver.receiveFrom(into(), { signal: abort.signal });
        const reason = new Error("changed my mind");
        abort.abort(reason);
        await failsAs(pending, reason, "the aborted receiveFrom()");
        await fixture.datagramSocket().sendTo(bytes("kept"), at);
        equal((await receiver.receiveFrom(into())).byteLength, 4, "bytes received");
      },
    },
    {
      id: "datagram-non-blocking",
      title: "receiveFrom() of a non-blocking socket is EAGAIN at once, and tryReceiveFrom() WOULD_BLOCK",
      source: "recvfrom(2); CPython testTimeoutZero; behaviours 37",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        receiver.blocking = false;
        const error = await fails(receiver.receiveFrom(into()), "EAGAIN", "receiveFrom()");
        equal(error.wouldBlock, true, "wouldBlock");
        equal(receiver.tryReceiveFrom(into()), -1, "tryReceiveFrom()");
        await fixture.datagramSocket().sendTo(bytes("here"), at);
        receiver.blocking = true;
        equal(await receiver.receive(into()), 4, "bytes received");
      },
    },
    {
      id: "datagram-waiting-callers",
      title: "receiveFrom() called several times is served in the order of the calls",
      source: "the interface's own promise",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const buffers = Array.from({ length: 10 }, into);
        const pending = buffers.map((buffer) => receiver.receiveFrom(buffer));
        for (let index = 0; index < 10; index++) await sender.sendTo(Uint8Array.of(index), at);
        await Promise.all(pending);
        for (const [index, buffer] of buffers.entries()) equal(buffer[0], index, `the datagram of call ${index}`);
      },
    },
    {
      id: "datagram-select-beside",
      title: "select() beside a receiveFrom() that takes the first datagram sees the next",
      source: "select(2)",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const first = receiver.receiveFrom(into());
        const selected = select([receiver]);
        await sender.sendTo(bytes("one"), at);
        equal((await first).byteLength, 3, "bytes of the first datagram");
        await sender.sendTo(bytes("next"), at);
        equal(await selected, 1, "how many are ready");
        equal((await receiver.receiveFrom(into())).byteLength, 4, "bytes of the next datagram");
      },
    },
    {
      id: "datagram-select-many",
      title: "select() sees no datagram that receiveMany() took, and the next one",
      source: "select(2), recvmmsg(2)",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        for (let round = 0; round < 3; round++) {
          for (let index = 0; index < 3; index++) await sender.sendTo(Uint8Array.of(index), at);
          for (let left = 3; left > 0; ) {
            equal(await select([receiver]), 1, `how many are ready with ${left} to come`);
            left -= (await receiver.receiveMany()).length;
          }
          equal(await select([receiver], [], [], { timeout: 0 }), 0, "how many are ready after receiveMany()");
        }
      },
    },
    {
      id: "datagram-many-in-turn",
      title: "sendMany() and sendTo() called together keep the order of the calls",
      source: "the interface's own promise",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        await sender.bind(fixture.loopback());
        const batch = (from: number): { bytes: Uint8Array; to: typeof at }[] =>
          Array.from({ length: 10 }, (_, index) => ({ bytes: Uint8Array.of(from + index), to: at }));
        const sending = [
          sender.sendMany(batch(0)),
          sender.sendTo(Uint8Array.of(10), at),
          sender.sendMany(batch(11)),
          sender.sendTo(Uint8Array.of(21), at),
        ];
        const received: number[] = [];
        while (received.length < 22) for (const one of await receiver.receiveMany()) received.push(one.bytes[0] ?? -1);
        equal(received.join(), Array.from({ length: 22 }, (_, index) => index).join(), "the order of what arrived");
        equal((await Promise.all(sending)).join(), "10,1,10,1", "what the calls gave");
      },
    },
    {
      id: "datagram-iteration",
      title: "for await of a datagram socket gives each datagram and its sender, until it is closed",
      source: "the interface's own promise",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [sender, from] = await fixture.boundDatagramSocket();
        const received: string[] = [];
        const loop = (async () => {
          for await (const datagram of receiver) {
            received.push(`${datagram.from} ${datagram.bytes.byteLength}`);
            if (received.length === 3) await receiver.close();
          }
        })();
        for (const length of [1, 0, 3]) await sender.sendTo(new Uint8Array(length), at);
        await loop;
        equal(received.join(), [1, 0, 3].map((length) => `${from} ${length}`).join(), "what was received");
      },
    },
    {
      id: "datagram-many",
      title: "sendMany() sends a batch in order, and receiveMany() receives what is here",
      source: "sendmmsg(2), recvmmsg(2); oven-sh/bun#33391, #42999; behaviours 56",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const batch = Array.from({ length: 150 }, (_, index) => ({ bytes: Uint8Array.of(index), to: at }));
        const sending = sender.sendMany(batch);
        const received: number[] = [];
        while (received.length < 150) {
          for (const { bytes: got, from } of await receiver.receiveMany(100)) {
            received.push(got[0] ?? -1);
            equal(from.port, sender.localAddress?.port, "the sender's port");
          }
        }
        equal(await sending, 150, "how many were sent");
        equal(
          received.every((value, index) => value === index),
          true,
          "they arrived in order",
        );
        await sender.connect(at);
        equal(
          await sender.sendMany([{ bytes: bytes("one") }, { bytes: bytes("two") }]),
          2,
          "how many were sent connected",
        );
        equal((await receiver.receiveMany(1)).length, 1, "how many were received of at most one");
      },
    },
    {
      id: "datagram-class",
      title: "receiveMany() and iterating give plain Uint8Arrays, whose slice() copies",
      source: "the interface's own promise",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const check = ({ bytes: got }: { bytes: Uint8Array }): void => equal(got.constructor, Uint8Array, "the class");
        const waiting = receiver.receiveMany();
        await sender.sendTo(bytes("awaited"), at);
        (await waiting).forEach(check);
        for (let index = 0; index < 3; index++) await sender.sendTo(bytes("here"), at);
        await fixture.turn();
        (await receiver.receiveMany(1)).forEach(check);
        for await (const datagram of receiver) return check(datagram);
      },
    },
    {
      id: "datagram-many-larger-than-buffer",
      title: "sendMany() of more than the send buffer holds drains and reports what went out",
      source: "oven-sh/bun#33391, #42999; behaviours 56",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        const draining = (async () => {
          for await (const datagram of receiver) if (datagram.bytes.byteLength === 1) return;
        })();
        const batch = Array.from({ length: 2000 }, () => ({ bytes: new Uint8Array(8000), to: at }));
        equal(await sender.sendMany(batch), 2000, "how many were sent");
        let isDrained = false;
        void draining.then(() => {
          isDrained = true;
        });
        while (!isDrained) {
          await sender.sendTo(bytes("x"), at);
          await fixture.turn();
        }
        const refused = sender.sendMany([
          { bytes: bytes("x"), to: at },
          { bytes: new Uint8Array(70_000), to: at },
        ]);
        await fails(refused, "EMSGSIZE", "sendMany() with one that is too long");
      },
    },
    {
      id: "datagram-bounded",
      title: "a flood that nobody receives is bounded, and what was dropped is counted",
      source: "udp(7): the receive buffer is finite",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const sender = fixture.datagramSocket();
        equal(receiver.droppedDatagrams, 0, "dropped at first");
        // Armed, so that the runtime receives.
        equal(receiver.tryReceiveFrom(into()), -1, "tryReceiveFrom()");
        const sent = 20_000;
        for (let index = 0; index < sent; index++) await sender.sendTo(new Uint8Array(1000), at);
        await fixture.turn();
        let kept = 0;
        while (receiver.tryReceiveFrom(into()) !== -1) kept++;
        if (kept === 0 || kept >= sent) throw new Error(`${kept} of ${sent} were kept`);
        if (kept + receiver.droppedDatagrams > sent)
          throw new Error(`more than were sent: ${receiver.droppedDatagrams}`);
      },
    },
    {
      id: "datagram-back-pressure",
      title: "trySendTo() that would block waits by select(), and all that was taken keeps its order",
      source: "send(2), select(2); behaviours 56",
      needs: ["datagrams"],
      async run(fixture) {
        const [receiver, at] = await fixture.boundDatagramSocket();
        const [sender] = await fixture.boundDatagramSocket();
        let next = 0;
        const receiving = (async () => {
          for await (const datagram of receiver) {
            equal(new DataView(datagram.bytes.slice().buffer).getUint32(0) >= next, true, "whether order is kept");
            next = new DataView(datagram.bytes.slice().buffer).getUint32(0);
            if (next === 3000) return;
          }
        })();
        let isReceived = false;
        void receiving.finally(() => {
          isReceived = true;
        });
        for (let index = 0; index < 3000; index++) await send(sender, index, at);
        // The kernel may drop some, but not for ever.
        while (!isReceived) {
          await send(sender, 3000, at);
          await fixture.turn();
        }
        await receiving;
      },
    },
  ],
};

/** Sends a number by `trySendTo()`, waiting by `select()` where it would block. */
async function send(sender: DatagramSocket, number: number, at: Address): Promise<void> {
  const datagram = new Uint8Array(1000);
  new DataView(datagram.buffer).setUint32(0, number);
  while (sender.trySendTo(datagram, at) === WOULD_BLOCK) equal(await select([], [sender], []), 1, "select()");
}
