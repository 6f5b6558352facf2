import { AddressFamily, type Capability, type Listener, UnixAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails } from "../expect.ts";
import type { Directory } from "../files.ts";
import type { Fixture } from "../fixture.ts";

const needs: readonly Capability[] = ["unix", "unix-files"];

async function listenAt(fixture: Fixture, path: string): Promise<Listener> {
  const socket = fixture.socket(AddressFamily.UNIX);
  await socket.bind(new UnixAddress(path));
  return socket.listen();
}

/** Whether `path` leads to `listener`. */
async function reaches(fixture: Fixture, path: string, listener: Listener): Promise<void> {
  const accepted = listener.accept();
  await fixture.socket(AddressFamily.UNIX).connect(new UnixAddress(path));
  fixture.own(await accepted);
}

/** @throws {Error} There is something else in the directory. */
async function holds(directory: Directory, ...names: string[]): Promise<void> {
  equal((await directory.names()).join(), names.sort().join(), "what is in the directory");
}

export const unixPaths: Topic = {
  name: "Unix paths",
  cases: [
    {
      id: "unix-path-comes-and-goes",
      title: "listen() on a path makes that file and no other, and close() takes it away",
      source: "behaviour 57; unix(7)",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const listener = await listenAt(fixture, directory.path("socket"));
        await holds(directory, "socket");
        await listener.close();
        await holds(directory);
      },
    },
    {
      id: "unix-path-file",
      title: "listen() on a path where an ordinary file stands is EADDRINUSE, and leaves the file alone",
      source: "behaviour 57; denoland/deno#9052, oven-sh/bun#28798",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        await directory.write("file", "precious");
        const socket = fixture.socket(AddressFamily.UNIX);
        await socket.bind(new UnixAddress(directory.path("file")));
        await fails(socket.listen(), "EADDRINUSE", "listen()");
        await socket.close();
        equal(await directory.read("file"), "precious", "what the file holds");
        await holds(directory, "file");
      },
    },
    {
      id: "unix-path-stale",
      title: "listen() on the path of a socket that is gone is EADDRINUSE, and connect() ECONNREFUSED",
      source: "behaviour 57; unix(7)",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const listener = await listenAt(fixture, directory.path("socket"));
        await directory.link("socket", "stale");
        await listener.close();
        await fails(listenAt(fixture, directory.path("stale")), "EADDRINUSE", "listen()");
        const stale = new UnixAddress(directory.path("stale"));
        await fails(fixture.socket(AddressFamily.UNIX).connect(stale), "ECONNREFUSED", "connect()");
        await holds(directory, "stale");
      },
    },
    {
      id: "unix-path-taken-over",
      title: "close() leaves alone a path that another socket has bound since",
      source: "behaviour 57; runtimes.md: unlink on close, blindly",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const path = directory.path("socket");
        const first = await listenAt(fixture, path);
        await directory.rename("socket", "old");
        const second = await listenAt(fixture, path);
        await reaches(fixture, directory.path("old"), first);
        await first.close();
        await holds(directory, "old", "socket");
        await reaches(fixture, path, second);
        await second.close();
        await holds(directory, "old");
      },
    },
    {
      id: "unix-path-replaced",
      title: "close() leaves alone an ordinary file that has taken the socket's place",
      source: "behaviour 57: an ordinary file is never deleted",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const listener = await listenAt(fixture, directory.path("socket"));
        await directory.remove("socket");
        await directory.write("socket", "precious");
        await listener.close();
        equal(await directory.read("socket"), "precious", "what the file holds");
      },
    },
    {
      id: "unix-path-removed",
      title: "close() of a Unix listener whose file is gone already does no harm",
      source: "behaviour 57",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const listener = await listenAt(fixture, directory.path("socket"));
        await directory.remove("socket");
        await listener.close();
        await holds(directory);
      },
    },
    {
      id: "unix-path-missing",
      title: "connect() and listen() tell a path that leads nowhere: ENOENT, ENOTDIR, ELOOP, ECONNREFUSED",
      source: "connect(2), bind(2); denoland/deno#31661",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        await directory.write("file", "");
        await directory.linkByName("circle", "circle");
        const connect = (name: string): Promise<unknown> =>
          fixture.socket(AddressFamily.UNIX).connect(new UnixAddress(directory.path(name)));
        const error = await fails(connect("none"), "ENOENT", "connect() to no file");
        equal(error.syscall, "connect", "syscall");
        equal(error.address, directory.path("none"), "address");
        await fails(connect("none/socket"), "ENOENT", "connect() in no directory");
        await fails(connect("file/socket"), "ENOTDIR", "connect() in a file");
        await fails(connect("circle"), "ELOOP", "connect() to a link to itself");
        await fails(connect("file"), "ECONNREFUSED", "connect() to a file");
        await fails(listenAt(fixture, directory.path("none/socket")), "ENOENT", "listen() in no directory");
        await fails(listenAt(fixture, directory.path("file/socket")), "ENOTDIR", "listen() in a file");
        await holds(directory, "circle", "file");
      },
    },
    {
      id: "unix-path-longest",
      title: "listen() and connect() take a path of 107 bytes, and one of 108 is ENAMETOOLONG at once",
      source: "behaviour 58; libuv pipe_overlong_path",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const longest = directory.path("").padEnd(107, "a");
        await reaches(fixture, longest, await listenAt(fixture, longest));
        await fails(() => new UnixAddress(`${longest}a`), "ENAMETOOLONG", "new UnixAddress()");
      },
    },
    {
      id: "unix-path-letters",
      title: "listen() and connect() take any letters in a path",
      source: "unix(7): a path is bytes",
      needs,
      async run(fixture) {
        const directory = await fixture.directory();
        const path = directory.path("@ é 💡 %20\n");
        await reaches(fixture, path, await listenAt(fixture, path));
      },
    },
  ],
};
