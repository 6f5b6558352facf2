import { describe, expect, test } from "vitest";
import {
  getProtocolByName,
  getProtocolByType,
  getServiceByName,
  getServiceByPort,
  ProtocolType,
} from "../dist/index.js";

describe("getServiceByName()", () => {
  test("knows a service by its name and its aliases", () => {
    expect(getServiceByName("http")).toEqual({ name: "http", aliases: ["www"], port: 80, protocolName: "tcp" });
    expect(getServiceByName("www")).toBe(getServiceByName("http"));
    expect(getServiceByName("postgres")?.port).toBe(5432);
  });

  test("prefers TCP, and heeds the protocol", () => {
    expect(getServiceByName("domain")?.protocolName).toBe("tcp");
    expect(getServiceByName("domain", "udp")).toMatchObject({ port: 53, protocolName: "udp" });
    expect(getServiceByName("ntp")?.protocolName).toBe("udp");
    expect(getServiceByName("ssh", "udp")).toBeUndefined();
  });

  test("is undefined for what it does not know", () => {
    expect(getServiceByName("nonsense")).toBeUndefined();
  });
});

test("getServiceByPort() goes the other way", () => {
  expect(getServiceByPort(443)?.name).toBe("https");
  expect(getServiceByPort(514, "udp")?.name).toBe("syslog");
  expect(getServiceByPort(514, "tcp")).toBeUndefined();
  expect(getServiceByPort(1)).toBeUndefined();
});

test("getProtocolByName() knows names and aliases, whatever their case", () => {
  expect(getProtocolByName("tcp")).toEqual({ name: "tcp", aliases: ["TCP"], type: ProtocolType.TCP });
  expect(getProtocolByName("Icmp6")?.type).toBe(ProtocolType.ICMPV6);
  expect(getProtocolByName("nonsense")).toBeUndefined();
});

test("getProtocolByType() goes the other way", () => {
  expect(getProtocolByType(17)?.name).toBe("udp");
  expect(getProtocolByType(254)).toBeUndefined();
});
