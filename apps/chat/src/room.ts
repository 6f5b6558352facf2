/** What people do in a chat room, whatever carries their lines. */

/** Somebody at the door or in the room. */
export interface Person {
  /** Lets them read a line. */
  tell(line: string): void;
  /** Lets them read a last line, and ends their connection. */
  dismiss(line: string): void;
}

const NAME = /^[\p{L}\p{N}_-]{1,20}$/u;
/** Control characters, line and paragraph separators, and marks that turn the direction of what others write. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const HELP = "* /who says who is here, /nick NAME changes your name, /quit leaves; anything else is said to all";

/** A line without what could do harm on somebody's screen, such as an escape sequence. */
export function printable(line: string): string {
  return line.replaceAll("\t", " ").replaceAll(UNPRINTABLE, "\ufffd");
}

/** Lines that begin with `* ` are the room's own; those of people begin with `<name> `, which no name can imitate. */
export class Room {
  /** Those who have given their name. */
  readonly #names = new Map<Person, string>();

  /** Somebody has come to the door. */
  welcome(person: Person): void {
    person.tell("* What is your name?");
  }

  /** Somebody wrote a line. The first is their name. */
  hear(person: Person, line: string): void {
    const text = printable(line).trim();
    const name = this.#names.get(person);
    if (text === "") return;
    if (text.startsWith("/")) this.#obey(person, name, text);
    else if (name === undefined) this.#enter(person, text);
    else this.#tellOthers(person, `<${name}> ${text}`);
  }

  /** Somebody has gone, or is made to go. */
  forget(person: Person, why: string = "left"): void {
    const name = this.#names.get(person);
    this.#names.delete(person);
    if (name !== undefined) this.#tellOthers(person, `* ${name} ${why}`);
  }

  #enter(person: Person, wanted: string): void {
    const name = this.#freeName(person, wanted);
    if (name === undefined) return;
    this.#names.set(person, name);
    person.tell(`* Welcome, ${name}. ${this.#whoIsHere()}. /help says what you can do.`);
    this.#tellOthers(person, `* ${name} joined`);
  }

  #obey(person: Person, name: string | undefined, text: string): void {
    const [command = "", argument = ""] = text.split(/\s+/, 2);
    if (command === "/quit") {
      this.forget(person);
      person.dismiss("* Goodbye.");
    } else if (command === "/help") {
      person.tell(HELP);
    } else if (name === undefined) {
      person.tell("* Your name first, please.");
    } else if (command === "/who") {
      person.tell(`* ${this.#whoIsHere()}`);
    } else if (command === "/nick") {
      this.#rename(person, name, argument);
    } else {
      person.tell(`* There is no ${command}; /help lists what there is.`);
    }
  }

  #rename(person: Person, name: string, wanted: string): void {
    const free = this.#freeName(person, wanted);
    if (free === undefined) return;
    this.#names.set(person, free);
    const news = `* ${name} is now ${free}`;
    person.tell(news);
    this.#tellOthers(person, news);
  }

  /** The name as it is used; undefined, and the person told why, when it cannot be. */
  #freeName(person: Person, wanted: string): string | undefined {
    const name = wanted.normalize("NFC");
    if (!NAME.test(name)) {
      person.tell("* A name has 1 to 20 letters, digits, - or _. What is yours?");
      return undefined;
    }
    for (const [other, taken] of this.#names) {
      if (other !== person && taken.toLowerCase() === name.toLowerCase()) {
        person.tell(`* ${taken} is here already. What is your name?`);
        return undefined;
      }
    }
    return name;
  }

  #whoIsHere(): string {
    return `Here: ${[...this.#names.values()].join(", ")}`;
  }

  #tellOthers(person: Person, line: string): void {
    for (const other of this.#names.keys()) if (other !== person) other.tell(line);
  }
}
