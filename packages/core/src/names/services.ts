/** A service of the Internet and its names, as services(5) has them. */
export interface Service {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly port: number;
  /** `"tcp"` or `"udp"`. */
  readonly protocolName: "tcp" | "udp";
}

type Row = readonly [port: number, protocols: "tcp" | "udp" | "tcp udp", name: string, ...aliases: string[]];

/** The usual ones, by port. Source: https://www.iana.org/assignments/service-names-port-numbers; aliases, Debian's netbase. */
const ROWS: readonly Row[] = [
  [7, "tcp udp", "echo"],
  [9, "tcp udp", "discard", "sink", "null"],
  [13, "tcp udp", "daytime"],
  [19, "tcp udp", "chargen", "ttytst", "source"],
  [20, "tcp", "ftp-data"],
  [21, "tcp", "ftp"],
  [22, "tcp", "ssh"],
  [23, "tcp", "telnet"],
  [25, "tcp", "smtp", "mail"],
  [37, "tcp udp", "time", "timserver"],
  [53, "tcp udp", "domain"],
  [67, "udp", "bootps"],
  [68, "udp", "bootpc"],
  [69, "udp", "tftp"],
  [79, "tcp", "finger"],
  [80, "tcp udp", "http", "www"],
  [88, "tcp udp", "kerberos", "kerberos5", "krb5", "kerberos-sec"],
  [110, "tcp", "pop3", "pop-3"],
  [119, "tcp", "nntp", "readnews", "untp"],
  [123, "udp", "ntp"],
  [143, "tcp", "imap", "imap2"],
  [161, "tcp udp", "snmp"],
  [162, "tcp udp", "snmptrap", "snmp-trap"],
  [179, "tcp", "bgp"],
  [194, "tcp", "irc"],
  [389, "tcp udp", "ldap"],
  [443, "tcp udp", "https"],
  [445, "tcp", "microsoft-ds"],
  [465, "tcp", "submissions", "ssmtp", "smtps", "urd"],
  [514, "udp", "syslog"],
  [546, "udp", "dhcpv6-client"],
  [547, "udp", "dhcpv6-server"],
  [554, "tcp udp", "rtsp"],
  [587, "tcp", "submission"],
  [636, "tcp", "ldaps"],
  [853, "tcp udp", "domain-s"],
  [989, "tcp", "ftps-data"],
  [990, "tcp", "ftps"],
  [993, "tcp", "imaps"],
  [995, "tcp", "pop3s"],
  [1080, "tcp", "socks"],
  [1883, "tcp", "mqtt"],
  [1900, "udp", "ssdp"],
  [2049, "tcp udp", "nfs"],
  [3306, "tcp", "mysql"],
  [3389, "tcp udp", "ms-wbt-server"],
  [3478, "tcp udp", "stun"],
  [5060, "tcp udp", "sip"],
  [5061, "tcp udp", "sips", "sip-tls"],
  [5222, "tcp", "xmpp-client", "jabber-client"],
  [5269, "tcp", "xmpp-server", "jabber-server"],
  [5353, "udp", "mdns"],
  [5432, "tcp", "postgresql", "postgres"],
  [5671, "tcp", "amqps"],
  [5672, "tcp", "amqp"],
  [5683, "udp", "coap"],
  [5684, "udp", "coaps"],
  [5900, "tcp", "rfb"],
  [6379, "tcp", "redis"],
  [8080, "tcp", "http-alt", "webcache"],
  [8883, "tcp", "secure-mqtt"],
  [11211, "tcp udp", "memcache"],
];

const SERVICES: readonly Service[] = ROWS.flatMap(([port, protocols, name, ...aliases]) =>
  (protocols.split(" ") as ("tcp" | "udp")[]).map((protocolName) => ({ name, aliases, port, protocolName })),
);

/**
 * The service of a name or an alias; undefined for one that is not in this library's table.
 *
 * @param protocolName Default: TCP's service, or UDP's where there is no TCP one.
 *
 * Source: getservbyname(3), but on every machine the same: no file is read.
 */
export function getServiceByName(name: string, protocolName?: string): Service | undefined {
  return SERVICES.find((one) => (one.name === name || one.aliases.includes(name)) && isOf(one, protocolName));
}

/** The service of a port; undefined for one that is not in this library's table. Source: getservbyport(3). */
export function getServiceByPort(port: number, protocolName?: string): Service | undefined {
  return SERVICES.find((one) => one.port === port && isOf(one, protocolName));
}

function isOf(service: Service, protocolName: string | undefined): boolean {
  return protocolName === undefined || service.protocolName === protocolName;
}
