/** Every option, sorted, and what says which runtime can do what with it. */
export { type Claim, type Claims, claimOf, type OptionClaims, type SocketKind } from "./options/claims.ts";
export {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_TTL,
} from "./options/ip-level.ts";
export {
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
} from "./options/ipv6-level.ts";
export { KeptSettings } from "./options/kept-settings.ts";
export type { Membership } from "./options/membership.ts";
export type { InterfaceId, NetworkInterface } from "./options/network-interface.ts";
export type {
  CoreOptionName,
  EarlyOptions,
  GroupOnInterface,
  Linger,
  OptionLevel,
  OptionName,
  OptionSetting,
  OptionToGet,
  OptionToSet,
  OptionValues,
  PosixOptionValues,
  SocketOption,
} from "./options/option.ts";
export {
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DEBUG,
  SO_DONTROUTE,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_OOBINLINE,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDLOWAT,
  SO_SNDTIMEO,
  SO_TYPE,
} from "./options/socket-level.ts";
export { TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_NODELAY } from "./options/tcp-level.ts";
