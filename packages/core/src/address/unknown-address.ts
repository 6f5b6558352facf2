/**
 * An address of a family that this library has no class for, as the system gave it.
 *
 * It can be compared, printed and stored. It is no `Address`: no socket here can be bound or connected to it.
 *
 * @param family The system's number, such as 16 for AF_NETLINK.
 * @param bytes What follows the family in the sockaddr; copied.
 *
 * Source: socket(7), sockaddr; D's `std.socket.UnknownAddress`.
 */
export class UnknownAddress {
  /** The system's number of the family. */
  readonly family: number;
  /** The bytes of the address in hexadecimal: what is known of it. */
  readonly host: string;
  readonly port = 0;
  /** Nothing can be looked up. */
  readonly isNumeric = true;

  constructor(family: number, bytes: Uint8Array) {
    if (!(Number.isInteger(family) && family >= 0 && family <= 65535)) {
      throw new RangeError(`The number of an address family is from 0 to 65535, not ${String(family)}`);
    }
    if (!(bytes instanceof Uint8Array)) throw new TypeError("The bytes of an address are a Uint8Array");
    this.family = family;
    this.host = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    Object.freeze(this);
  }

  /** The bytes of the address, a copy. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.host.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  }

  /** Whether `other` is of the same family and bytes. */
  equals(other: { toString(): string }): boolean {
    return other instanceof UnknownAddress && this.family === other.family && this.host === other.host;
  }

  /** `family 16: 00ff`. */
  toString(): string {
    return `family ${this.family}: ${this.host}`;
  }

  /** What `addressFromJSON()` makes an address of again. */
  toJSON(): { family: number; bytes: string } {
    return { family: this.family, bytes: this.host };
  }
}
