/**
 * The protocols above IP that sockets are made for, by IANA's numbers.
 *
 * Source: https://www.iana.org/assignments/protocol-numbers; D's `std.socket.ProtocolType`.
 */
export const ProtocolType = {
  ICMP: 1,
  ICMPV6: 58,
  IGMP: 2,
  IP: 0,
  IPV6: 41,
  RAW: 255,
  SCTP: 132,
  TCP: 6,
  UDP: 17,
  UDPLITE: 136,
} as const;
export type ProtocolType = (typeof ProtocolType)[keyof typeof ProtocolType];

/** A protocol and its names, as protocols(5) has them. */
export interface Protocol {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What stands for it in an IP header. */
  readonly type: ProtocolType;
}

const PROTOCOLS: readonly Protocol[] = [
  { name: "ip", aliases: ["IP"], type: ProtocolType.IP },
  { name: "icmp", aliases: ["ICMP"], type: ProtocolType.ICMP },
  { name: "igmp", aliases: ["IGMP"], type: ProtocolType.IGMP },
  { name: "tcp", aliases: ["TCP"], type: ProtocolType.TCP },
  { name: "udp", aliases: ["UDP"], type: ProtocolType.UDP },
  { name: "ipv6", aliases: ["IPv6"], type: ProtocolType.IPV6 },
  { name: "ipv6-icmp", aliases: ["IPv6-ICMP", "icmp6"], type: ProtocolType.ICMPV6 },
  { name: "sctp", aliases: ["SCTP"], type: ProtocolType.SCTP },
  { name: "udplite", aliases: ["UDPLite"], type: ProtocolType.UDPLITE },
];

/**
 * The protocol of a name or an alias, whatever its case; undefined for one that is not in this library's table.
 *
 * Source: getprotobyname(3), but on every machine the same: no file is read.
 */
export function getProtocolByName(name: string): Protocol | undefined {
  const wanted = name.toLowerCase();
  return PROTOCOLS.find((protocol) => [protocol.name, ...protocol.aliases].some((one) => one.toLowerCase() === wanted));
}

/** The protocol of a number; undefined for one that is not in this library's table. Source: getprotobynumber(3). */
export function getProtocolByType(type: number): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.type === type);
}
