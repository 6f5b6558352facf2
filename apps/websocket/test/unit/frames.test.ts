import { Decoder, Encoder, FrameError } from "@omnisock/core/framing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Frame, frames, Opcode, type Role } from "../../src/frames.ts";
import { bytesOf, hexOf, random, utf8 } from "./bytes.ts";

/** The key of the RFC's examples. */
const newMaskingKey = () => bytesOf("37fa213d");
const SERVER = frames("server");
const CLIENT = frames("client", { newMaskingKey });

function frame(opcode: Opcode, payload: Uint8Array | string, isFinal = true): Frame {
  return { isFinal, opcode, payload: typeof payload === "string" ? utf8(payload) : payload };
}

/** What `role` receives when these bytes come in chunks of `size`. */
function received(role: Role, bytes: Uint8Array, size: number = bytes.length, maxFrameLength?: number): Frame[] {
  const decoder = new Decoder(frames(role, { maxFrameLength }));
  const result: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) result.push(...decoder.push(bytes.slice(at, at + size)));
  result.push(...decoder.end());
  return result;
}

/** How many of the bytes it took to refuse them, and as what. */
function refusal(role: Role, hex: string, maxFrameLength?: number): { code: string; after: number } {
  const decoder = new Decoder(frames(role, { maxFrameLength }));
  for (const [at, byte] of bytesOf(hex).entries()) {
    try {
      for (const _ of decoder.push(new Uint8Array([byte])));
    } catch (error) {
      return { code: (error as FrameError).code, after: at + 1 };
    }
  }
  return { code: "none", after: Number.NaN };
}

describe("frames(), by the examples of RFC 6455, section 5.7", () => {
  const HELLO = "48656c6c6f";
  const binary256 = random(256);
  const binary64k = random(65536);
  test.each<[string, Frame, string]>([
    ["a text", frame(Opcode.TEXT, "Hello"), `8105${HELLO}`],
    ["the first fragment of a text", frame(Opcode.TEXT, "Hel", false), "010348656c"],
    ["the last fragment of a text", frame(Opcode.CONTINUATION, "lo"), "80026c6f"],
    ["a ping", frame(Opcode.PING, "Hello"), `8905${HELLO}`],
    ["256 bytes", frame(Opcode.BINARY, binary256), `827e0100${hexOf(binary256)}`],
    ["64 KiB", frame(Opcode.BINARY, binary64k), `827f0000000000010000${hexOf(binary64k)}`],
  ])("%s from a server", (_, given, hex) => {
    expect(hexOf(new Encoder(SERVER).encode(given))).toBe(hex);
    expect(received("client", bytesOf(hex))).toEqual([given]);
  });

  test.each<[string, Frame, string]>([
    ["a text", frame(Opcode.TEXT, "Hello"), "818537fa213d7f9f4d5158"],
    ["a pong", frame(Opcode.PONG, "Hello"), "8a8537fa213d7f9f4d5158"],
  ])("%s from a client", (_, given, hex) => {
    expect(hexOf(new Encoder(CLIENT).encode(given))).toBe(hex);
    expect(received("server", bytesOf(hex))).toEqual([given]);
  });
});

describe("frames() refuses", () => {
  test.each<[string, Role, string, number]>([
    ["the first reserved bit", "client", "c100", 2],
    ["the second reserved bit", "client", "a100", 2],
    ["the third reserved bit", "client", "9100", 2],
    ["opcode 3", "client", "8300", 2],
    ["opcode 11", "client", "8b00", 2],
    ["opcode 15", "client", "8f00", 2],
    ["a client's frame without a mask", "server", "810548", 2],
    ["a server's frame with a mask", "client", "818537fa213d", 2],
    ["a fragmented ping", "client", "0900", 2],
    ["a fragmented close", "client", "0800", 2],
    ["a ping of 126 bytes", "client", "897e007e", 2],
    ["a close with a length of 64 bits", "client", "887f", 2],
    ["125 written in 16 bits", "client", "827e007d", 4],
    ["65535 written in 64 bits", "client", "827f000000000000ffff", 10],
    ["a length of 2^63", "client", "827f8000000000000000", 10],
  ])("%s, as soon as it shows", (_, role, hex, after) => {
    expect(refusal(role, hex)).toEqual({ code: "malformed", after });
  });

  test.each<[string, string, number]>([
    ["7 bits", "820b", 2],
    ["16 bits", "827e0200", 4],
    ["64 bits", "827f7fffffffffffffff", 10],
  ])("a length in %s beyond the limit, before any payload", (_, hex, after) => {
    expect(refusal("client", hex, 10)).toEqual({ code: "too-long", after });
  });

  test("a stream that ends within a frame", () => {
    for (const hex of ["81", "8105", "810548", "827e", "827e01"]) {
      expect(() => received("client", bytesOf(hex))).toThrow(expect.objectContaining({ code: "truncated" }));
    }
  });

  test.each<[string, Frame, string]>([
    ["a ping of 126 bytes", frame(Opcode.PING, random(126)), "too-long"],
    ["a fragmented ping", frame(Opcode.PING, "", false), "malformed"],
    ["more than the limit", frame(Opcode.TEXT, random(11)), "too-long"],
  ])("to send %s", (_, given, code) => {
    const encoder = new Encoder(frames("server", { maxFrameLength: 10 }));
    expect(() => encoder.encode(given)).toThrow(expect.objectContaining({ name: "FrameError", code }));
  });
});

describe("frames()", () => {
  const shown = ({ opcode, isFinal, payload }: Frame) => `${opcode} ${isFinal} ${hexOf(payload)}`;
  const anyFrame = fc
    .record({
      opcode: fc.constantFrom(...Object.values(Opcode)),
      isFinal: fc.boolean(),
      payload: fc.oneof(fc.uint8Array({ maxLength: 125 }), fc.constantFrom(125, 126, 127, 65535, 65536).map(random)),
    })
    .map(
      ({ opcode, isFinal, payload }): Frame =>
        opcode >= Opcode.CLOSE
          ? { opcode, isFinal: true, payload: payload.slice(0, 125) }
          : { opcode, isFinal, payload: payload.slice() },
    );

  test.each<[Role, Role]>([
    ["client", "server"],
    ["server", "client"],
  ])("of a %s are the same at the %s, however the bytes are split", (from, to) => {
    const property = fc.property(
      fc.array(anyFrame, { maxLength: 6 }),
      fc.integer({ min: 1, max: 9000 }),
      (sent, size) => {
        const encoder = new Encoder(frames(from));
        const stream = new Uint8Array(Buffer.concat(sent.map((one) => encoder.encode(one))));
        expect(received(to, stream, size).map(shown)).toEqual(sent.map(shown));
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  test("take any noise without another error than FrameError, and without loss of what came before", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const decoder = new Decoder(frames("server", { maxFrameLength: 1000 }));
      const first = new Encoder(CLIENT).encode(frame(Opcode.TEXT, "first"));
      let count = 0;
      try {
        for (const { opcode } of decoder.push(Buffer.concat([first, noise]))) {
          expect(count++ > 0 || opcode === Opcode.TEXT).toBe(true);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
      expect(count).toBeGreaterThan(0);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("mask with a new random key for each frame", () => {
    const encoder = new Encoder(frames("client"));
    const keys = Array.from({ length: 20 }, () => hexOf(encoder.encode(frame(Opcode.PING, "")).slice(2, 6)));
    expect(new Set(keys).size).toBe(20);
  });
});
