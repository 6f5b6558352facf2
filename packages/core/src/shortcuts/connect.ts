import type { Adapter } from "../adapter.ts";
import { checkName, checkPort } from "../address/host.ts";
import { type Address, familyOf, type HostAndPort, InternetAddress, ipAddress, isAddress } from "../address.ts";
import { SocketError } from "../errors.ts";
import { limited } from "../limited.ts";
import { FAMILIES, mostTelling } from "../names/both-families.ts";
import { Race, STAGGER } from "../race.ts";
import { lookUp } from "../resolve.ts";
import type { Connection, SocketConstructor, WaitOptions } from "../socket.ts";
import { limitOf, pause } from "../wait.ts";
import { ofKnownFamily, targetOf, withSocket } from "./stream-socket.ts";

/** How long IPv4 addresses wait for IPv6 ones, in milliseconds: RFC 8305's "Resolution Delay". */
const RESOLUTION_DELAY = 50;

export async function connectTo(
  adapter: Adapter,
  Socket: SocketConstructor,
  to: string | HostAndPort | Address,
  options: WaitOptions | undefined,
): Promise<Connection> {
  const target = targetOf(to, "connect");
  const at = isAddress(target) ? ofKnownFamily(target, "connect") : numeric(target);
  if (at !== undefined) return withSocket(Socket, at, (socket) => socket.connect(at, options));
  return connectByName(adapter, Socket, target as HostAndPort, options);
}

function numeric({ host, port }: HostAndPort): Address | undefined {
  if (typeof host !== "string") throw new TypeError(`A host is text, not ${typeof host}`);
  checkPort(port);
  const family = familyOf(host);
  if (family === undefined) checkName(host);
  return family && ipAddress(family, host, port);
}

/** Races both families: see RFC 8305, "Happy Eyeballs". */
function connectByName(
  adapter: Adapter,
  Socket: SocketConstructor,
  { host, port }: HostAndPort,
  options: WaitOptions | undefined,
): Promise<Connection> {
  // For messages: of which family the way there is, the race will tell.
  const at = new InternetAddress(host, port);
  const attempt = new AbortController();
  const timedOut = (): SocketError => new SocketError("ETIMEDOUT", "connect", { at });
  return limited(attempt, limitOf(options), timedOut, () => {
    const race = new Race<Address, Connection>(
      (to, signal) => withSocket(Socket, to, (socket) => socket.connect(to, { signal })),
      (late) => void late.close(),
      STAGGER,
      FAMILIES.length,
    );
    const failures: SocketError[] = [];
    let before: Promise<unknown> = Promise.resolve();
    for (const [lane, family] of FAMILIES.entries()) {
      const mayEnter = before;
      before = lookUp(adapter, host, family, at).then(
        async (found) => {
          await Promise.race([mayEnter, pause(RESOLUTION_DELAY)]);
          race.enter(
            lane,
            found.map((address) => ipAddress(family, address, port)),
          );
        },
        (failure: SocketError) => {
          failures.push(failure);
          race.enter(lane, [], mostTelling(failures));
        },
      );
    }
    return race.result(attempt.signal);
  });
}
