import { describe, expect, test } from "vitest";
import { type Person, printable, Room } from "../../src/room.ts";

/** Somebody who notes down all they are told. */
class Reader implements Person {
  readonly told: string[] = [];
  isGone = false;

  tell(line: string): void {
    this.told.push(line);
  }

  dismiss(line: string): void {
    this.told.push(line);
    this.isGone = true;
  }

  /** What was told since the last call. */
  news(): string[] {
    return this.told.splice(0);
  }
}

function roomWith<Name extends string>(...names: Name[]): { room: Room; people: Record<Name, Reader> } {
  const room = new Room();
  const people = Object.fromEntries(
    names.map((name) => {
      const reader = new Reader();
      room.welcome(reader);
      room.hear(reader, name);
      return [name, reader];
    }),
  ) as Record<Name, Reader>;
  for (const reader of Object.values<Reader>(people)) reader.news();
  return { room, people };
}

describe("Room", () => {
  test("asks for a name, welcomes, and tells the others", () => {
    const { room, people } = roomWith("ada");
    const bob = new Reader();
    room.welcome(bob);
    expect(bob.news()).toEqual(["* What is your name?"]);
    room.hear(bob, "bob");
    expect(bob.news()).toEqual(["* Welcome, bob. Here: ada, bob. /help says what you can do."]);
    expect(people.ada.news()).toEqual(["* bob joined"]);
  });

  test.each(["<x>", "*", "two words", "x".repeat(21), "a\u202eb", "a\u0000b", "😀"])("refuses the name %j", (name) => {
    const room = new Room();
    const reader = new Reader();
    room.hear(reader, name);
    expect(reader.news()).toEqual(["* A name has 1 to 20 letters, digits, - or _. What is yours?"]);
    room.hear(reader, "ok");
    expect(reader.news()).toHaveLength(1);
  });

  test.each([
    ["ada", "ADA"],
    ["zoë", "zoe\u0308"],
  ])("a name is taken once, in whatever case or composition: %j, %j", (one, same) => {
    const { room } = roomWith(one);
    const reader = new Reader();
    room.hear(reader, same);
    expect(reader.news()).toEqual([`* ${one} is here already. What is your name?`]);
  });

  test("tells what is said to the others, and not to those who have no name", () => {
    const { room, people } = roomWith("ada", "bob");
    const nobody = new Reader();
    room.welcome(nobody);
    nobody.news();
    room.hear(people.ada, "hello");
    expect([people.ada.news(), people.bob.news(), nobody.news()]).toEqual([[], ["<ada> hello"], []]);
  });

  test("/who, /help and a command that is none are answered to one alone", () => {
    const { room, people } = roomWith("ada", "bob");
    for (const line of ["/who", "/help", "/nonsense x"]) room.hear(people.ada, line);
    expect(people.ada.news()).toEqual([
      "* Here: ada, bob",
      expect.stringContaining("/quit"),
      "* There is no /nonsense; /help lists what there is.",
    ]);
    expect(people.bob.news()).toEqual([]);
  });

  test("/nick changes the name, also to itself in another case, but not to another's", () => {
    const { room, people } = roomWith("ada", "bob");
    room.hear(people.ada, "/nick Ada");
    room.hear(people.ada, "/nick bob");
    room.hear(people.ada, "/nick");
    expect(people.ada.news()).toEqual([
      "* ada is now Ada",
      "* bob is here already. What is your name?",
      "* A name has 1 to 20 letters, digits, - or _. What is yours?",
    ]);
    expect(people.bob.news()).toEqual(["* ada is now Ada"]);
  });

  test("/quit says goodbye, and the name is free", () => {
    const { room, people } = roomWith("ada", "bob");
    room.hear(people.ada, "/quit");
    expect(people.ada.isGone).toBe(true);
    expect(people.bob.news()).toEqual(["* ada left"]);
    const other = new Reader();
    room.hear(other, "ada");
    expect(other.news()[0]).toContain("Welcome");
  });

  test("commands before the name", () => {
    const room = new Room();
    const reader = new Reader();
    for (const line of ["/who", "/nick x", ""]) room.hear(reader, line);
    expect(reader.news()).toEqual(["* Your name first, please.", "* Your name first, please."]);
    room.hear(reader, "/quit");
    expect(reader.isGone).toBe(true);
  });

  test("somebody who is forgotten twice left once", () => {
    const { room, people } = roomWith("ada", "bob");
    room.forget(people.ada, "was dropped");
    room.forget(people.ada);
    expect(people.bob.news()).toEqual(["* ada was dropped"]);
  });
});

test("printable() takes the sting out of escape sequences, line endings and marks of direction", () => {
  expect(printable("a\u001b[2Jb\r\nc\u2028d\u202ee\u0085f\tg")).toBe("a\ufffd[2Jb\ufffd\ufffdc\ufffdd\ufffde\ufffdf g");
  expect(printable("Grüße, 世界 👩‍🚀")).toBe("Grüße, 世界 👩‍🚀");
});
