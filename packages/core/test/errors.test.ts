import { expect, test } from "vitest";
import readme from "../../../README.md?raw";
import { InternetAddress, SocketError } from "../dist/index.js";
import source from "../src/errors.ts?raw";

test("SocketError says what was attempted, where, and why not", () => {
  const error = new SocketError("ECONNREFUSED", "connect", { at: new InternetAddress("127.0.0.1", 9) });
  expect(error.message).toBe("Cannot connect to 127.0.0.1:9: ECONNREFUSED (nothing is listening there)");
  expect(error).toMatchObject({ name: "SocketError", code: "ECONNREFUSED", syscall: "connect" });
  expect(error).toMatchObject({ address: "127.0.0.1", port: 9 });
});

test("SocketError about a name says nothing of its port, which has no part in it", () => {
  const error = new SocketError("ENOTFOUND", "getaddrinfo", { at: new InternetAddress("name.invalid", 80) });
  expect(error.message).toBe("Cannot find name.invalid: ENOTFOUND (no such host)");
  expect(error).toMatchObject({ address: "name.invalid", port: 80 });
});

test("receiving is on an address, as a datagram socket tells its own, and a stream that of its peer", () => {
  const at = new InternetAddress("0.0.0.0", 42988);
  const { message } = new SocketError("EAGAIN", "recv", { at });
  expect(message).toBe("Cannot receive on 0.0.0.0:42988: EAGAIN (it would have had to wait longer)");
  expect(new SocketError("EBADF", "recv").message).toBe("Cannot receive: EBADF (the socket is closed)");
});

test("SocketError has the positive number of its code", () => {
  expect(new SocketError("ECONNREFUSED", "connect").errno).toBe(111);
  expect(new SocketError("EAGAIN", "recv").errno).toBe(11);
  expect(new SocketError("ENOTFOUND", "getaddrinfo").errno).toBe(3008);
});

test("SocketError keeps the runtime's error as its cause", () => {
  const cause = new Error("connect ECONNREFUSED 127.0.0.1:9");
  expect(new SocketError("ECONNREFUSED", "connect", { cause }).cause).toBe(cause);
  expect("cause" in new SocketError("ECONNREFUSED", "connect")).toBe(false);
});

test("SocketError wouldBlock is true for EAGAIN alone", () => {
  expect(new SocketError("EAGAIN", "recv").wouldBlock).toBe(true);
  expect(new SocketError("ETIMEDOUT", "connect").wouldBlock).toBe(false);
});

test("every code has its row in the README's table, and every row its code", () => {
  const codes = [...source.matchAll(/^ {2}(E[A-Z_]+): \[\d+, /gm)].map(([, code]) => code);
  const table = readme.slice(readme.indexOf("## Errors"), readme.indexOf("## Packages"));
  const rows = [...table.matchAll(/^\| (`E[^|]+) \|/gm)].flatMap(([, cell = ""]) => cell.match(/E[A-Z_]+/g));
  expect(codes.length).toBeGreaterThan(30);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});
