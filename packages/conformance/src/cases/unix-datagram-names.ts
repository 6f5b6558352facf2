import { AddressFamily, type Capability, UnixAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { unusedName } from "../each-name.ts";
import { equal, fails } from "../expect.ts";
import { bytes } from "../traffic.ts";
import { boundAt, next, twoAt } from "../unix-datagrams.ts";

const needs: readonly Capability[] = ["unix-datagrams"];

export const unixDatagramNames: Topic = {
  name: "names of Unix datagram sockets",
  cases: [
    {
      id: "unix-datagram-unbound",
      title: "sendTo() on an unbound Unix socket sends from a name that can be answered",
      source: "unix(7), autobind feature",
      needs,
      async run(fixture) {
        const at = unusedName();
        const receiver = await boundAt(fixture, at);
        const sender = fixture.datagramSocket(AddressFamily.UNIX);
        await sender.sendTo(bytes("question"), at);
        const { from } = await receiver.receiveFrom(new Uint8Array(64));
        equal(`${from}`, `${sender.localAddress}`, "the sender's name");
        await receiver.sendTo(bytes("answer"), from);
        equal((await next(sender)).join(), `answer,${at}`, "what the sender received");
      },
    },
    {
      id: "unix-datagram-nobody",
      title: "sendTo() and connect() to a Unix name that nobody has are ENOENT or ECONNREFUSED, and the socket goes on",
      source: "unix(7); denoland/deno#31661",
      needs,
      async run(fixture) {
        const at = new UnixAddress((await fixture.directory()).path("socket"));
        const [one, other] = await twoAt(fixture, at);
        const nowhere = new UnixAddress(`${at.path}3`);
        const error = await fails(one.sendTo(bytes("x"), nowhere), "ENOENT", "sendTo()");
        equal(error.address, nowhere.path, "address");
        await fails(one.sendTo(bytes("x"), unusedName()), "ECONNREFUSED", "sendTo() to no abstract name");
        await other.sendTo(bytes("still here"), at);
        equal((await next(one))[0], "still here", "what arrived then");
      },
    },
    {
      id: "unix-datagram-stale",
      title:
        "bind() of a Unix datagram socket where a file stands, or a stale path, is EADDRINUSE; sendTo() there fails",
      source: "behaviour 57; denoland/deno#9052",
      needs: [...needs, "unix-files"],
      async run(fixture) {
        const directory = await fixture.directory();
        const at = (name: string): UnixAddress => new UnixAddress(directory.path(name));
        await directory.write("file", "precious");
        await fails(boundAt(fixture, at("file")), "EADDRINUSE", "bind() on a file");
        equal(await directory.read("file"), "precious", "what the file holds");
        const gone = await boundAt(fixture, at("socket"));
        await fails(boundAt(fixture, at("socket")), "EADDRINUSE", "bind() twice");
        await directory.link("socket", "stale");
        await gone.close();
        await fails(boundAt(fixture, at("stale")), "EADDRINUSE", "bind() on a stale path");
        const socket = fixture.datagramSocket(AddressFamily.UNIX);
        await fails(socket.sendTo(bytes("x"), at("stale")), "ECONNREFUSED", "sendTo()");
        await fails(socket.connect(at("none")), "ENOENT", "connect()");
        await fails(boundAt(fixture, at("none/socket")), "ENOENT", "bind() in no directory");
        equal((await directory.names()).join(), "file,stale", "what is in the directory");
      },
    },
    {
      id: "unix-datagram-other-type",
      title: "sendTo() to a Unix stream listener, and connect() of a stream to a datagram socket, are EPROTOTYPE",
      source: "unix(7); denoland/deno#14214",
      needs: [...needs, "unix-files"],
      async run(fixture) {
        const directory = await fixture.directory();
        const [stream, datagram] = [directory.path("stream"), directory.path("datagram")];
        const listener = fixture.socket(AddressFamily.UNIX);
        await listener.bind(new UnixAddress(stream));
        await listener.listen();
        const socket = await boundAt(fixture, new UnixAddress(datagram));
        await fails(socket.sendTo(bytes("x"), new UnixAddress(stream)), "EPROTOTYPE", "sendTo()");
        const client = fixture.socket(AddressFamily.UNIX);
        await fails(client.connect(new UnixAddress(datagram)), "EPROTOTYPE", "connect()");
      },
    },
    {
      id: "unix-datagram-path-comes-and-goes",
      title: "bind() of a Unix datagram socket makes one file; close() takes it away, but not another's",
      source: "behaviour 57; runtimes.md: Deno's unixpacket never unlinks",
      needs: [...needs, "unix-files"],
      async run(fixture) {
        const directory = await fixture.directory();
        const at = new UnixAddress(directory.path("socket"));
        const holds = async (...names: string[]): Promise<void> =>
          equal((await directory.names()).join(), names.join(), "what is in the directory");
        const first = await boundAt(fixture, at);
        await holds("socket");
        await directory.rename("socket", "old");
        const second = await boundAt(fixture, at);
        await first.close();
        await holds("old", "socket");
        await fixture.datagramSocket(AddressFamily.UNIX).sendTo(bytes("for the second"), at);
        equal((await next(second))[0], "for the second", "what arrived");
        await second.close();
        await holds("old");
        await (await boundAt(fixture, at)).close();
        await holds("old");
      },
    },
    {
      id: "unix-datagram-bad-names",
      title: "bind(), connect() and sendTo() of a Unix datagram socket to no name are EINVAL, to a port EAFNOSUPPORT",
      source: "unix(7); bind(2)",
      needs,
      async run(fixture) {
        const { UNNAMED } = UnixAddress;
        const socket = fixture.datagramSocket(AddressFamily.UNIX);
        await fails(socket.bind(UNNAMED), "EINVAL", "bind()");
        await fails(socket.connect(UNNAMED), "EINVAL", "connect()");
        await fails(socket.sendTo(bytes("x"), UNNAMED), "EINVAL", "sendTo()");
        await fails(() => socket.trySendTo(bytes("x"), UNNAMED), "EINVAL", "trySendTo()");
        await fails(socket.bind(fixture.loopback()), "EAFNOSUPPORT", "bind() to a port");
        await fails(socket.sendTo(bytes("x"), fixture.loopback()), "EAFNOSUPPORT", "sendTo() a port");
      },
    },
  ],
};
