export * from "@omnisock/core";
export {
  connect,
  getAddress,
  getAddresses,
  getAddressInfo,
  getHostByAddress,
  getHostByName,
  listen,
  Socket,
  socketPair,
} from "@omnisock/posix";
