/** Every kind of address, and the ways to make one. */
export {
  type Address,
  anyAddress,
  familyOf,
  type IpAddress,
  type IpFamily,
  ipAddress,
  isAddress,
  isUnspecified,
  numericAddress,
} from "./address/address.ts";
export { addressFromJSON } from "./address/address-json.ts";
export { InternetAddress } from "./address/internet-address.ts";
export { Internet6Address, type Internet6Details } from "./address/internet6-address.ts";
export { type HostAndPort, type ParseAddressOptions, parseAddress, parseTarget } from "./address/parse-address.ts";
export { isSamePlace, lacksInterface, onInterface, scopedAs, scopedHere } from "./address/scope.ts";
export { UnixAddress } from "./address/unix-address.ts";
export { UnknownAddress } from "./address/unknown-address.ts";
