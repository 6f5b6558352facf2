export { type Absence, absences } from "./absences.ts";
export { type Case, CaseHung, ContractBroken, firstMissing, runCase, type Topic } from "./case.ts";
export { defineTests, type TestFramework } from "./define-tests.ts";
export { Unexpected } from "./expect.ts";
export { Fixture } from "./fixture.ts";
export { type KnownBug, knownBugs } from "./known-bugs.ts";
export type { CaseReport, ColumnReport, Outcome, Report, TopicReport } from "./report/report.ts";
export { topics } from "./topics.ts";
