import { FrameError } from "@omnisock/core/framing";
import { describe, expect, test } from "vitest";
import { CloseCode, closeFrame, readClose } from "../../src/close.ts";
import { type Frame, Opcode } from "../../src/frames.ts";
import { asWebSocketError, MessageReader, messageFrames } from "../../src/messages.ts";
import { bytesOf, random, utf8 } from "./bytes.ts";

const fragment = (opcode: Opcode, payload: Uint8Array | string, isFinal = false): Frame => ({
  opcode,
  isFinal,
  payload: typeof payload === "string" ? utf8(payload) : payload,
});

/** The close code that taking these frames in leads to. */
function fault(given: readonly Frame[], reader: MessageReader = new MessageReader()): number | undefined {
  for (const one of given) {
    try {
      reader.take(one);
    } catch (error) {
      return asWebSocketError(error)?.code;
    }
  }
  return undefined;
}

describe("MessageReader", () => {
  test("gives texts and bytes", () => {
    const reader = new MessageReader();
    expect(reader.take(fragment(Opcode.TEXT, "Hello", true))).toEqual({ type: "message", message: "Hello" });
    expect(reader.take(fragment(Opcode.TEXT, "", true))).toEqual({ type: "message", message: "" });
    const bytes = random(9);
    expect(reader.take(fragment(Opcode.BINARY, bytes, true))).toEqual({ type: "message", message: bytes });
  });

  test("puts fragments together, with a ping and a pong between them", () => {
    const reader = new MessageReader();
    expect(reader.take(fragment(Opcode.TEXT, "Hel"))).toBeUndefined();
    expect(reader.take(fragment(Opcode.PING, "ping", true))).toEqual({ type: "ping", payload: utf8("ping") });
    expect(reader.take(fragment(Opcode.CONTINUATION, ""))).toBeUndefined();
    expect(reader.take(fragment(Opcode.PONG, "pong", true))).toEqual({ type: "pong", payload: utf8("pong") });
    expect(reader.take(fragment(Opcode.CONTINUATION, "lo", true))).toEqual({ type: "message", message: "Hello" });
    expect(reader.take(fragment(Opcode.TEXT, "next", true))).toEqual({ type: "message", message: "next" });
  });

  test("puts a letter together that two fragments share", () => {
    const reader = new MessageReader();
    const [one, two] = [utf8("€").slice(0, 1), utf8("€").slice(1)];
    expect(reader.take(fragment(Opcode.TEXT, one))).toBeUndefined();
    expect(reader.take(fragment(Opcode.CONTINUATION, two, true))).toEqual({ type: "message", message: "€" });
  });

  test("keeps a byte order mark", () => {
    const message = "\ufeffHello";
    expect(new MessageReader().take(fragment(Opcode.TEXT, message, true))).toEqual({ type: "message", message });
  });

  test.each<[string, Frame[], number]>([
    ["a message that goes on and never began", [fragment(Opcode.CONTINUATION, "x", true)], CloseCode.PROTOCOL_ERROR],
    [
      "a message within another",
      [fragment(Opcode.TEXT, "x"), fragment(Opcode.TEXT, "y", true)],
      CloseCode.PROTOCOL_ERROR,
    ],
    ["a text that is no UTF-8", [fragment(Opcode.TEXT, bytesOf("cec3"), true)], CloseCode.INVALID_TEXT],
    ["a text with half a letter", [fragment(Opcode.TEXT, bytesOf("e282"), true)], CloseCode.INVALID_TEXT],
    ["a text with a surrogate", [fragment(Opcode.TEXT, bytesOf("eda080"), true)], CloseCode.INVALID_TEXT],
    ["a close frame of one byte", [fragment(Opcode.CLOSE, "x", true)], CloseCode.PROTOCOL_ERROR],
    ["a reason that is no UTF-8", [fragment(Opcode.CLOSE, bytesOf("03e8ff"), true)], CloseCode.INVALID_TEXT],
  ])("refuses %s", (_, given, code) => {
    expect(fault(given)).toBe(code);
  });

  test("refuses a message beyond its limit at the fragment that goes beyond", () => {
    const tooMuch = [fragment(Opcode.BINARY, random(6)), fragment(Opcode.CONTINUATION, random(5))];
    expect(fault(tooMuch, new MessageReader(10))).toBe(CloseCode.TOO_LONG);
    expect(fault(tooMuch, new MessageReader(11))).toBeUndefined();
  });

  test("a million fragments of a byte cost no more than their bytes", () => {
    const reader = new MessageReader(2 ** 20);
    const byte = random(1);
    reader.take(fragment(Opcode.BINARY, byte));
    for (let count = 2; count < 2 ** 20; count++) reader.take(fragment(Opcode.CONTINUATION, byte));
    const last = reader.take(fragment(Opcode.CONTINUATION, byte, true));
    expect(last?.type === "message" && last.message.length).toBe(2 ** 20);
  });
});

describe("close codes", () => {
  test.each([1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])("%d comes and goes, with a reason", (code) => {
    expect(readClose(closeFrame(code, "wörd").payload)).toEqual({ code, reason: "wörd" });
  });

  test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])(
    "%d in a close frame breaks the protocol",
    (code) => {
      const payload = new Uint8Array([code >> 8, code & 0xff]);
      expect(fault([fragment(Opcode.CLOSE, payload, true)])).toBe(CloseCode.PROTOCOL_ERROR);
    },
  );

  test.each([0, 1006, 1015, 5000, 1000.5, Number.NaN])("%d cannot be sent", (code) => {
    expect(() => closeFrame(code)).toThrow(RangeError);
  });

  test("a reason of 123 bytes can be sent, one of 124 cannot", () => {
    expect(closeFrame(1000, "x".repeat(123)).payload.length).toBe(125);
    expect(() => closeFrame(1000, "x".repeat(124))).toThrow(RangeError);
    expect(() => closeFrame(1000, "ö".repeat(62))).toThrow(RangeError);
  });

  test("no code is an empty frame, both ways", () => {
    expect(closeFrame(CloseCode.NO_CODE).payload.length).toBe(0);
    expect(readClose(new Uint8Array(0))).toEqual({ code: CloseCode.NO_CODE, reason: "" });
  });

  test.each([
    ["too-long", CloseCode.TOO_LONG],
    ["malformed", CloseCode.PROTOCOL_ERROR],
  ] as const)("a frame that is %s closes with %d", (code, closeCode) => {
    expect(asWebSocketError(new FrameError(code, "so it is", 0))?.code).toBe(closeCode);
  });

  test("another error is no fault of the peer", () => {
    expect(asWebSocketError(new Error("other"))).toBeUndefined();
  });
});

describe("messageFrames()", () => {
  test("makes one frame, or as many as the fragment length needs", () => {
    const shown = (message: string, length?: number) =>
      messageFrames(message, length).map(({ opcode, isFinal, payload }) => [
        opcode,
        isFinal,
        String.fromCharCode(...payload),
      ]);
    expect(shown("Hello")).toEqual([[1, true, "Hello"]]);
    expect(shown("Hello", 5)).toEqual([[1, true, "Hello"]]);
    expect(shown("Hello", 2)).toEqual([
      [1, false, "He"],
      [0, false, "ll"],
      [0, true, "o"],
    ]);
    expect(shown("", 2)).toEqual([[1, true, ""]]);
  });
});
