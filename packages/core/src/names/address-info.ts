import type { Adapter } from "../adapter.ts";
import { familyOf, Internet6Address, InternetAddress, type IpAddress, type IpFamily, ipAddress } from "../address.ts";
import { AddressFamily, SocketType } from "../constants.ts";
import { SocketError } from "../errors.ts";
import type { WaitOptions } from "../socket.ts";
import { FAMILIES, lookUpFamilies } from "./both-families.ts";
import { aliasChain } from "./canonical-name.ts";
import { ProtocolType } from "./protocols.ts";
import { getServiceByName } from "./services.ts";

/** One way to reach a service: what to make a socket of, and where to connect or bind it. */
export interface AddressInfo {
  readonly family: IpFamily;
  readonly type: SocketType;
  readonly protocol: ProtocolType;
  readonly address: IpAddress;
  /** The host's canonical name, when the hints asked for it. */
  readonly canonicalName: string | undefined;
}

/** What `getAddressInfo()` is to find: getaddrinfo's hints. */
export interface AddressInfoHints extends WaitOptions {
  /** Default: both. */
  readonly family?: IpFamily | undefined;
  /** Default: streams and datagrams. */
  readonly type?: SocketType | undefined;
  /** Default: any. */
  readonly protocol?: ProtocolType | undefined;
  /** AI_CANONNAME: find the canonical name too, by the CNAME records of DNS: an enquiry more. */
  readonly canonicalName?: boolean | undefined;
  /** AI_NUMERICHOST: look nothing up; a name is not found then. */
  readonly numericHost?: boolean | undefined;
  /** AI_PASSIVE: no host means every interface, to listen on; else it means this machine, to connect to. */
  readonly passive?: boolean | undefined;
}

const TRANSPORTS = [
  { type: SocketType.STREAM, protocol: ProtocolType.TCP, name: "tcp" },
  { type: SocketType.DGRAM, protocol: ProtocolType.UDP, name: "udp" },
] as const;

export async function findAddressInfo(
  adapter: Adapter,
  host: string | undefined,
  service: string | number,
  hints: AddressInfoHints,
): Promise<AddressInfo[]> {
  const at = host ?? String(service);
  const transports = TRANSPORTS.filter(
    ({ type, protocol }) => (hints.type ?? type) === type && (hints.protocol || protocol) === protocol,
  );
  if (transports.length === 0) throw new SocketError("EAI_SOCKTYPE", "getaddrinfo", { at });
  const ways = transports.flatMap(({ type, protocol, name }) => {
    const port = portOf(service, name);
    return port === undefined ? [] : [{ type, protocol, port }];
  });
  if (ways.length === 0) throw new SocketError("EAI_SERVICE", "getaddrinfo", { at });
  if (hints.numericHost && host !== undefined && familyOf(host) === undefined) {
    throw new SocketError("ENOTFOUND", "getaddrinfo", { at });
  }
  const [addresses, chain] = await Promise.all([
    host === undefined ? ownAddresses(hints) : lookUpFamilies(adapter, host, hints.family),
    hints.canonicalName && host !== undefined ? aliasChain(adapter, host) : undefined,
  ]);
  return addresses.flatMap((address) =>
    ways.map(({ type, protocol, port }) => {
      const family = familyOf(address) as IpFamily;
      return { family, type, protocol, address: ipAddress(family, address, port), canonicalName: chain?.at(-1) };
    }),
  );
}

function ownAddresses({ family, passive = false }: AddressInfoHints): string[] {
  return FAMILIES.filter((one) => (family ?? one) === one).map((one) => {
    const kind = one === AddressFamily.INET ? InternetAddress : Internet6Address;
    return passive ? kind.ADDR_ANY : kind.ADDR_LOOPBACK;
  });
}

function portOf(service: string | number, protocolName: string): number | undefined {
  if (typeof service === "number") return service;
  if (/^\d{1,5}$/.test(service)) return Number(service);
  return getServiceByName(service, protocolName)?.port;
}
