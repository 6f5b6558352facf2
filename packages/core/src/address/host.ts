/** What a host may be: an address in its one text, or a name. */

/**
 * The host of an address that is given a host and a port, or a port alone; `any` stands for a host that is missing or empty.
 *
 * @throws {TypeError} It is neither host nor port.
 */
export function hostOf(hostOrPort: string | number, any: string): string {
  if (typeof hostOrPort === "number" || hostOrPort === "") return any;
  if (typeof hostOrPort === "string") return hostOrPort;
  throw new TypeError(`An address needs a host name or a port, not ${String(hostOrPort)}`);
}

/**
 * The port of such an address.
 *
 * @throws {RangeError} It is not a whole number from 0 to 65535.
 */
export function portOf(hostOrPort: string | number, port: unknown): number {
  return checkPort(typeof hostOrPort === "number" ? hostOrPort : port);
}

/** @throws {RangeError} The port is not a whole number from 0 to 65535. */
export function checkPort(port: unknown): number {
  if (typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new RangeError(`A port is a whole number from 0 to 65535, not ${String(port)}`);
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const DOTTED_DECIMAL = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Whether `host` is an IPv4 address: four decimal numbers, and none of the other spellings that inet_aton(3) takes. */
export function isInternet(host: string): boolean {
  return DOTTED_DECIMAL.test(host);
}

/** The text that RFC 5952 recommends, with its zone (RFC 4007) when it has one; undefined when `host` is no IPv6 address. */
export function canonicalInternet6(host: string): string | undefined {
  if (!host.includes(":")) return undefined;
  const percent = host.indexOf("%");
  const address = percent < 0 ? host : host.slice(0, percent);
  const zone = percent < 0 ? "0" : host.slice(percent + 1);
  if (!/^[\da-f:.]+$/i.test(address) || !/^[^\s%/[\]\0]+$/.test(zone)) return undefined;
  try {
    const text = withDottedTail(new URL(`tcp://[${withoutDottedTail(address)}]`).hostname.slice(1, -1));
    return isNoZone(zone) ? text : `${text}%${zone}`;
  } catch {
    return undefined;
  }
}

/** Zone 0 is the default: none in particular. */
function isNoZone(zone: string): boolean {
  return /^0+$/.test(zone);
}

/** All in hexadecimal: Bun's URL refuses some addresses that end as IPv4's, such as `1::2:3:4:1.2.3.4`. */
function withoutDottedTail(address: string): string {
  const start = address.lastIndexOf(":") + 1;
  const tail = address.slice(start);
  if (!isInternet(tail)) return address;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split(".").map(Number);
  return `${address.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** An IPv4 address within IPv6 ends as the IPv4 address is written (RFC 5952 section 5). */
function withDottedTail(text: string): string {
  const mapped = MAPPED.exec(text);
  if (mapped === null) return text;
  const octets = mapped
    .slice(1)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return `::ffff:${octets.join(".")}`;
}

/** 253 letters, and the dot of the root. */
const LONGEST_NAME = 254;

/**
 * Checks what is no address: that it can be a name.
 *
 * A name whose last part is a number is refused: it is a mistyped address, and what `1.2.3` or `010.0.0.1` stand for depends
 * on whom one asks (RFC 6943 section 3.1.1).
 *
 * @throws {TypeError} It cannot be one.
 */
export function checkName(host: string): void {
  const labels = host.replace(/\.$/, "").split(".");
  const problem = host.includes(":")
    ? "it is no IPv6 address, and a host name has no colon"
    : host.length > LONGEST_NAME
      ? "it is too long for a host name"
      : labels.some((label) => label === "" || label.length > 63)
        ? "the parts of a host name have 1 to 63 letters"
        : FORBIDDEN.test(host)
          ? "a host name has no such characters"
          : /^(?:\d+|0x[\da-f]*)$/i.test(labels.at(-1) as string)
            ? "an IPv4 address is four numbers from 0 to 255, without leading zeros"
            : undefined;
  if (problem !== undefined) throw new TypeError(`${JSON.stringify(host)} is no host: ${problem}`);
}

/** What the URL standard forbids in a host. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are among them.
const FORBIDDEN = /[\u0000-\u0020"#%/<>?@[\\\]^`{|}\u007f]/;
