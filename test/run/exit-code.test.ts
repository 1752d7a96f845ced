import { describe, expect, it } from "vitest";
import { exitCode } from "../../src/run/exit-code.js";
import type { Verdict } from "../../src/run/exit-code.js";
import { verdictsOf } from "../../src/run/verdicts.js";
import { diagnostic } from "../../src/model/diagnostic.js";
import type { WithheldCode } from "../../src/model/plan.js";
import { everyChange, planOf } from "../report/plans.js";

describe("exitCode", () => {
  it.each<[readonly Verdict[], number]>([
    [[], 0],
    [["pending"], 2],
    [["incomplete"], 1],
    [["refused"], 4],
    [["stale"], 5],
    [["invalid"], 3],
    [["interrupted"], 130],
    [["pending", "incomplete"], 1],
    [["pending", "incomplete", "refused"], 4],
    [["pending", "incomplete", "refused", "stale"], 5],
    [["pending", "incomplete", "refused", "stale", "invalid"], 3],
    [["pending", "incomplete", "refused", "stale", "invalid", "interrupted"], 130],
  ])("%j is %i, in whatever order", (verdicts, code) => {
    expect(exitCode(verdicts)).toBe(code);
    expect(exitCode(verdicts.toReversed())).toBe(code);
  });
});

describe("verdictsOf", () => {
  const [change] = everyChange;
  if (change === undefined) throw new Error("the fixture has changes");

  it("is empty for a plan with nothing to do", () => {
    expect(verdictsOf(planOf())).toEqual([]);
  });

  it("is pending with changes, refused with an error, incomplete after an incomplete reading", () => {
    expect(verdictsOf(planOf({ changes: [change] }))).toEqual(["pending"]);
    const error = diagnostic({ code: "x", severity: "error", message: "No." });
    expect(verdictsOf(planOf({ diagnostics: [error] }))).toEqual(["refused"]);
    expect(verdictsOf(planOf({ diagnostics: [{ ...error, severity: "warning" }] }))).toEqual([]);
    expect(verdictsOf(planOf({ live: { ...planOf().live, complete: false } }))).toEqual(["incomplete"]);
  });

  it.each<[WithheldCode, readonly Verdict[]]>([
    ["incomplete-read", ["incomplete"]],
    ["principal-missing", ["incomplete"]],
    ["out-of-reach", []],
    ["user-disabled", []],
    ["account-inactive", []],
    ["in-use", []],
    ["not-reviewed", []],
    ["depends-on-withheld", []],
  ])("takes what is withheld as %s for %j", (code, verdicts) => {
    expect(verdictsOf(planOf({ withheld: [{ change, code, reason: "so" }] }))).toEqual(verdicts);
  });
});
