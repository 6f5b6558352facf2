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
} from "@omnisock/bun";
export * from "@omnisock/core";
