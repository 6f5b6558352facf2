import { type Codec, type Splitter, wholeNumber } from "./codec.ts";
import { fixedFrames } from "./fixed-length.ts";
import { FrameError } from "./frame-error.ts";
import type { Intake } from "./intake.ts";

/** What can follow a type byte: so many bytes, or a frame of a codec. */
export type TypeChoices = Readonly<Record<number, number | Codec<unknown>>>;

type FrameOf<Choice> = Choice extends Codec<infer Frame> ? Frame : Uint8Array;

/** A frame, and the byte, 0 to 255, that said what it is. */
export type TypedFrame<Choices> = {
  [Type in keyof Choices & number]: { readonly type: Type; readonly frame: FrameOf<Choices[Type]> };
}[keyof Choices & number];

/**
 * The first byte of each frame says what follows it: so many bytes, or a frame of some codec.
 *
 * Unknown types give `FrameError` `malformed`, received or sent. Codecs that recover cannot be among the choices: where the
 * next type byte is, they do not know.
 *
 * @param types For each type byte, 0 to 255, the number of bytes that follow it, 0 or more, or their codec.
 * @throws {TypeError} A choice is neither a number nor a codec, or one that recovers.
 * @throws {RangeError} A type is not a whole number from 0 to 255, or a length out of range.
 *
 * Source: Socket HOWTO, "make the first character of the message an indicator of message type".
 *
 * @example
 * ```ts
 * const codec = typeLed({ 0x01: 8, 0x02: lengthPrefixed({ length: "u16" }) });
 * new Encoder(codec).encode({ type: 0x02, frame: new Uint8Array([7]) }); // 02 00 01 07
 * ```
 */
export function typeLed<const Choices extends TypeChoices>(types: Choices): Codec<TypedFrame<Choices>> {
  const codecs: (Codec<unknown> | undefined)[] = [];
  for (const [type, choice] of Object.entries(types)) codecs[typeByte(type)] = codecOf(choice);
  return {
    splitter: () => new TypeLedSplitter(codecs.map((codec) => codec?.splitter())),
    encode({ type, frame }, out) {
      const codec = typeof type === "number" ? codecs[type] : undefined;
      if (codec === undefined) throw new FrameError("malformed", `its type ${String(type)} is unknown`, out.position);
      const at = out.reserve(1);
      out.bytes[at] = type;
      codec.encode(frame, out);
    },
  };
}

function typeByte(key: string): number {
  const type = Number(key);
  if (!Number.isInteger(type) || type < 0 || type > 255 || key !== String(type)) {
    throw new RangeError(`A type is a whole number from 0 to 255, not ${key}`);
  }
  return type;
}

function codecOf(choice: number | Codec<unknown>): Codec<unknown> {
  if (typeof choice === "number") return fixedFrames(wholeNumber("length", choice, 0));
  if (typeof choice?.splitter !== "function") throw new TypeError("A type's choice is a number of bytes or a codec");
  if (choice.recovers) throw new TypeError("A codec that recovers cannot be one of several");
  return choice;
}

class TypeLedSplitter<Choices> implements Splitter<TypedFrame<Choices>> {
  readonly #splitters: readonly (Splitter<unknown> | undefined)[];
  #type = 0;
  #splitter: Splitter<unknown> | undefined;

  constructor(splitters: readonly (Splitter<unknown> | undefined)[]) {
    this.#splitters = splitters;
  }

  split(intake: Intake, from: number): boolean {
    if (from >= intake.limit) {
      intake.need = from + 1 - intake.at;
      return false;
    }
    this.#type = intake.bytes[from] as number;
    this.#splitter = this.#splitters[this.#type];
    if (this.#splitter === undefined) throw intake.error("malformed", `its type ${this.#type} is unknown`);
    return this.#splitter.split(intake, from + 1);
  }

  wants(intake: Intake, from: number, chunk: Uint8Array, at: number): number {
    return from < intake.limit && this.#splitter !== undefined ? this.#splitter.wants(intake, from + 1, chunk, at) : 1;
  }

  finish(intake: Intake, from: number): boolean {
    return from < intake.limit && this.#splitter?.finish(intake, from + 1) === true;
  }

  decode(intake: Intake): TypedFrame<Choices> {
    return { type: this.#type, frame: this.#splitter?.decode(intake) } as TypedFrame<Choices>;
  }

  recover(): boolean {
    return false;
  }
}
