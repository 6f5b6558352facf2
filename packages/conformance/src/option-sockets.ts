/** Sockets to try options on. */
import { AddressFamily, type Socket } from "@omnisock/core";
import type { Fixture } from "./fixture.ts";
import type { OptionSample } from "./option-samples.ts";

const families = [AddressFamily.INET, AddressFamily.INET6] as const;

/** A fresh socket of every family and type that the adapter has. */
export function freshSockets(fixture: Fixture): Socket[] {
  const datagrams = fixture.adapter.supports.has("datagrams");
  const unix = fixture.adapter.supports.has("unix") ? [fixture.socket(AddressFamily.UNIX)] : [];
  return [
    ...families.flatMap((family) => [fixture.socket(family), ...(datagrams ? [fixture.datagramSocket(family)] : [])]),
    ...unix,
  ];
}

/** The same, connected or bound. */
export async function madeSockets(fixture: Fixture): Promise<Socket[]> {
  const made: Socket[] = [];
  for (const family of families) {
    made.push(...(await fixture.pair(family)));
    if (fixture.adapter.supports.has("datagrams")) made.push((await fixture.boundDatagramSocket(family))[0]);
  }
  return made;
}

/** The option and the socket, for messages. */
export function on(socket: Socket, { option }: OptionSample): string {
  return `${option.name} of ${socket.family} ${socket.type}`;
}
