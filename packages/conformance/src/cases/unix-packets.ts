import { AddressFamily, type Capability, type Socket, SocketType, socketClass, UnixAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { bytes, text } from "../traffic.ts";

const needs: readonly Capability[] = ["seqpacket", "unix-abstract"];
const TOO_LONG = 10_000_000;

async function connected(fixture: Fixture): Promise<[client: Socket, server: Socket]> {
  const Socket = socketClass(fixture.adapter);
  const socket = (): Socket => fixture.own(new Socket(AddressFamily.UNIX, SocketType.SEQPACKET));
  const at = UnixAddress.abstract(`omnisock-${crypto.randomUUID()}`);
  const server = socket();
  await server.bind(at);
  const listener = await server.listen();
  const client = socket();
  const [accepted] = await Promise.all([listener.accept(), client.connect(at)]);
  return [client, fixture.own(accepted)];
}

export const unixPackets: Topic = {
  name: "Packets over Unix connections",
  cases: [
    {
      id: "packet-boundaries",
      title: "receive() gives one packet a call, in the order they were sent, and cuts what there is no room for",
      source: "socket(2), SOCK_SEQPACKET; unix(7)",
      needs,
      async run(fixture) {
        const [client, server] = await connected(fixture);
        const into = new Uint8Array(4);
        const first = server.receive(into);
        for (const word of ["one", "two", "longer", "last"]) await client.sendAll(bytes(word));
        equal(text(into.subarray(0, await first)), "one", "the first packet");
        equal(text(into.subarray(0, await server.receive(into))), "two", "the second packet");
        const { byteLength, isTruncated } = await server.receiveFrom(into);
        equal(`${text(into.subarray(0, byteLength))} ${isTruncated}`, "long true", "the packet that is cut");
        equal(text(into.subarray(0, await server.receive(into))), "last", "the packet after it");
        await client.close();
        equal(await server.receive(into), 0, "bytes at the end");
      },
    },
    {
      id: "packet-too-long",
      title: "send() of a packet that is too long is EMSGSIZE, and the connection lives on",
      source: "send(2)",
      needs,
      async run(fixture) {
        const [client, server] = await connected(fixture);
        await fails(client.send(new Uint8Array(TOO_LONG)), "EMSGSIZE", "send()");
        await fails(() => client.trySend(new Uint8Array(TOO_LONG)), "EMSGSIZE", "trySend()");
        equal(await client.send(bytes("on")), 2, "bytes sent");
        equal(await server.receive(new Uint8Array(4)), 2, "bytes received");
      },
    },
    {
      id: "packet-exactly",
      title: "receiveExactly() is EOPNOTSUPP, for a packet is as long as it is, and loses none",
      source: "recv(2): MSG_WAITALL is for streams",
      needs,
      async run(fixture) {
        const [client, server] = await connected(fixture);
        await client.send(bytes("kept"));
        const into = new Uint8Array(8);
        await fails(server.receiveExactly(into), "EOPNOTSUPP", "receiveExactly()");
        equal(text(into.subarray(0, await server.receive(into))), "kept", "the packet");
      },
    },
  ],
};
