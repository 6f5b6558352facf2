export { type Case, isSupported, runCase, type Topic } from "./case.ts";
export { defineTests, type TestFramework } from "./define-tests.ts";
export { Fixture } from "./fixture.ts";
export { topics } from "./topics.ts";
