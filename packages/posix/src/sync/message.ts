import type { AddressFamily, SocketType } from "@omnisock/core";
import { checkBytes, checkFlags } from "../arguments.ts";
import type { Descriptor } from "../descriptor.ts";
import { checked } from "../failure.ts";
import { receiveWith, sendWith } from "../message.ts";
import { checkMessage, checkMost, type Message, type ReceivedMessage, receivedMessage } from "../messages.ts";
import { numeric } from "./names.ts";

/** @throws {SocketError} The kernel's error. @throws {TypeError | RangeError} The message is not as it should be. */
export function sendMessage(descriptor: Descriptor, family: AddressFamily, message: Message, flags: number): number {
  const outbound = checkMessage(message, family, numeric);
  return checked(sendWith(descriptor, outbound, checkFlags(flags)), "send", outbound.to);
}

/** @throws {SocketError} The kernel's error. @throws {TypeError | RangeError} An argument is not as it should be. */
export function receiveMessage(
  descriptor: Descriptor,
  type: SocketType,
  into: Uint8Array,
  most: number,
  flags: number,
): ReceivedMessage {
  checkMost(most);
  checkFlags(flags);
  const received = receiveWith(descriptor, checkBytes(into), most, flags);
  checked(received.result, "recv");
  return receivedMessage(received, into, type);
}
