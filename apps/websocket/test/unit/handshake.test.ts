import { describe, expect, test } from "vitest";
import { acceptOf, checkResponse, newKey, requestText, responseText } from "../../src/handshake.ts";
import { HttpError, parseHead } from "../../src/http.ts";
import { utf8 } from "./bytes.ts";

/** The key of RFC 6455, section 1.3, and of the text. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const REQUEST = [
  "GET /chat HTTP/1.1",
  "Host: server.example.com",
  "Upgrade: websocket",
  "Connection: Upgrade",
  `Sec-WebSocket-Key: ${KEY}`,
  "Sec-WebSocket-Version: 13",
];
const RESPONSE = [
  "HTTP/1.1 101 Switching Protocols",
  "Upgrade: websocket",
  "Connection: Upgrade",
  `Sec-WebSocket-Accept: ${ACCEPT}`,
];

/** The lines with those that begin as `line` does replaced by it, or it added; one that ends with its colon is left out. */
function withLine(lines: readonly string[], line: string): string[] {
  const start = line.slice(0, line.indexOf(":") + 1);
  const others = lines.filter((one) => start === "" || !one.startsWith(start));
  return line === start ? others : [...others, line];
}

const head = (lines: readonly string[]) => parseHead(utf8(lines.join("\r\n")));

async function refusal(lines: readonly string[]): Promise<HttpError> {
  try {
    await responseText(head(lines));
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error("not refused");
}

test("acceptOf() answers the key of the RFC", async () => {
  expect(await acceptOf(KEY)).toBe(ACCEPT);
});

test("newKey() makes 16 bytes, another at each call", () => {
  const keys = Array.from({ length: 20 }, newKey);
  for (const key of keys) expect(atob(key).length).toBe(16);
  expect(new Set(keys).size).toBe(20);
});

describe("requestText()", () => {
  test("is the text's, to the byte", () => {
    const request = requestText({ host: "server.example.com", path: "/chat", key: KEY });
    expect(request).toBe(`${REQUEST.join("\r\n")}\r\n\r\n`);
  });

  test.each(["", "chat", "/a b", "/a\r\nX: y", "/ö"])("refuses the path %j", (path) => {
    expect(() => requestText({ host: "h", path, key: KEY })).toThrow(TypeError);
  });
});

describe("responseText()", () => {
  test("is the text's, to the byte", async () => {
    expect(await responseText(head(REQUEST))).toBe(`${RESPONSE.join("\r\n")}\r\n\r\n`);
  });

  test("takes what browsers send", async () => {
    const fields = [
      "Connection: keep-alive, Upgrade",
      "UPGRADE: WebSocket",
      "Sec-WebSocket-Extensions: permessage-deflate",
    ];
    const lines = [...REQUEST.filter((line) => !/^(Upgrade|Connection)/.test(line)), ...fields];
    expect(await responseText(head(lines))).toContain(ACCEPT);
  });

  test.each([
    ["Upgrade:", 426],
    ["Upgrade: h2c", 426],
    ["Connection: keep-alive", 426],
    ["Host:", 400],
    ["Sec-WebSocket-Key:", 400],
    ["Sec-WebSocket-Key: c2hvcnQ=", 400],
    ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==", 400],
    ["Sec-WebSocket-Version:", 426],
    ["Sec-WebSocket-Version: 8", 426],
  ])("refuses a request with %j: %d", async (line, status) => {
    expect((await refusal(withLine(REQUEST, line))).status).toBe(status);
  });

  test.each([
    ["POST /chat HTTP/1.1", 405],
    ["GET /chat HTTP/1.0", 400],
    ["GET /chat HTTP/2", 400],
    ["GET /chat", 400],
  ])("refuses a request that begins %j: %d", async (first, status) => {
    expect((await refusal([first, ...REQUEST.slice(1)])).status).toBe(status);
  });

  test("refuses a key that comes twice", async () => {
    expect((await refusal([...REQUEST, `Sec-WebSocket-Key: ${KEY}`])).status).toBe(400);
  });

  test("tells which version it speaks", async () => {
    const { response } = await refusal(withLine(REQUEST, "Sec-WebSocket-Version: 8"));
    expect(response).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(response).toContain("\r\nSec-WebSocket-Version: 13\r\n");
  });
});

test.each([
  "",
  "GET",
  "GET / HTTP/1.1\r\nNo colon",
  "GET / HTTP/1.1\r\nName : x",
  "GET / HTTP/1.1\r\n folded",
  "GET / HTTP/1.1\r\nA: \0",
])("parseHead() refuses %j", (text) => {
  expect(() => parseHead(utf8(text))).toThrow(expect.objectContaining({ name: "HttpError", status: 400 }));
});

describe("checkResponse()", () => {
  const check = (lines: readonly string[]) => checkResponse(utf8(lines.join("\r\n")), KEY);

  test("takes the text's response", async () => {
    await check(RESPONSE);
  });

  test.each([
    "Upgrade:",
    "Upgrade: h2c",
    "Connection: close",
    "Sec-WebSocket-Accept:",
    "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "Sec-WebSocket-Extensions: permessage-deflate",
    "Sec-WebSocket-Protocol: chat",
  ])("refuses a response with %j", async (line) => {
    await expect(check(withLine(RESPONSE, line))).rejects.toThrow(expect.objectContaining({ name: "HandshakeError" }));
  });

  test.each(["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "SSH-2.0-OpenSSH_9.2", ""])(
    "refuses a response that begins %j",
    async (first) => {
      const name = "HandshakeError";
      await expect(check([first, ...RESPONSE.slice(1)])).rejects.toThrow(expect.objectContaining({ name }));
    },
  );
});
