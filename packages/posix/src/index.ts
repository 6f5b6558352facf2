import {
  type Socket as BerkeleySocket,
  type Names,
  names,
  type Shortcuts,
  type SocketConstructor,
  shortcuts,
  socketClass,
} from "@omnisock/core";
import { adapter } from "./adapter/adapter.ts";

export { adapter };

/** Berkeley sockets on the system calls. */
export const Socket: SocketConstructor = socketClass(adapter);
export type Socket = BerkeleySocket;

const makes: Shortcuts = shortcuts(adapter);
export const connect: Shortcuts["connect"] = makes.connect;
export const listen: Shortcuts["listen"] = makes.listen;
export const socketPair: Shortcuts["socketPair"] = makes.socketPair;

const finds: Names = names(adapter);
export const getAddress: Names["getAddress"] = finds.getAddress;
export const getAddresses: Names["getAddresses"] = finds.getAddresses;
export const getAddressInfo: Names["getAddressInfo"] = finds.getAddressInfo;
export const getHostByAddress: Names["getHostByAddress"] = finds.getHostByAddress;
export const getHostByName: Names["getHostByName"] = finds.getHostByName;
