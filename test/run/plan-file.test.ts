import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlanFile } from "../../src/run/plan-file.js";
import { everyChange, planOf } from "../report/plans.js";

const plan = planOf({
  changes: everyChange,
  withheld: everyChange.slice(0, 1).map((change) => ({ change, code: "in-use", reason: "in use" })),
  access: {
    gained: [
      {
        user: "alice",
        permissionSet: "A",
        accounts: ["111122223333"],
        via: ["group/developers"],
        cause: "config" as const,
      },
    ],
    lost: [],
    changed: [],
  },
});
const saved = JSON.stringify(plan, null, 2);

function codeOf(text: string): string {
  const read = readPlanFile(text);
  return read.ok ? "ok" : read.diagnostics.map(({ code }) => code).join();
}

function messageOf(value: unknown): string {
  const read = readPlanFile(JSON.stringify(value));
  return read.ok ? "" : read.diagnostics.map(({ message }) => message).join();
}

describe("readPlanFile", () => {
  it("reads what was saved, every kind of change included", () => {
    expect(readPlanFile(saved)).toEqual({ ok: true, value: plan, diagnostics: [] });
  });

  it.each([
    ["", "The plan file is empty."],
    ["  \n", "The plan file is empty."],
    [saved.slice(0, saved.length / 2), "The plan file ends in the middle: it was cut short."],
    ["not a plan", "The plan file is not JSON."],
    ["{]}", "The plan file is not JSON."],
    ["[]", "This file is no plan that idc saved."],
    ["null", "This file is no plan that idc saved."],
    ["{}", "This file is no plan that idc saved."],
  ])("says of %j what is wrong", (text, message) => {
    expect(readPlanFile(text)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "plan-unreadable", severity: "error", message }],
    });
  });

  it("names the format version that it reads", () => {
    expect(messageOf({ ...plan, formatVersion: "2" })).toBe(
      'The plan has format version "2"; this idc reads version "1".',
    );
    expect(messageOf({ ...plan, formatVersion: 1 })).toBe(
      'The plan has format version 1; this idc reads version "1".',
    );
  });

  it("names the place that does not follow the schema", () => {
    const { summary: _summary, ...without } = plan;
    expect(messageOf(without)).toContain("it must have required property 'summary'");
    expect(messageOf({ ...plan, extra: 1 })).toContain("it must NOT have additional properties");
    expect(messageOf({ ...plan, changes: [{ ...everyChange[0], kind: "planet" }] })).toContain(
      "/changes/0/kind",
    );
  });

  it.each([
    ["a delete that has something after it", { action: "delete" }],
    ["a membership that is updated", { kind: "membership" }],
    ["a create with fields", { fields: [] }],
    ["a key of another kind", { key: { group: "a", user: "b" } }],
    ["an attribute that no user has", { after: { shoeSize: "43" } }],
    ["a change without its cause", { cause: undefined }],
  ])("refuses %s", (_what, part) => {
    expect(codeOf(JSON.stringify({ ...plan, changes: [{ ...everyChange[0], ...part }] }))).toBe(
      "plan-unreadable",
    );
  });

  it("refuses what was changed after it was saved", () => {
    expect(codeOf(saved.replace("PT1H", "PT12H"))).toBe("plan-digest");
    expect(codeOf(JSON.stringify({ ...plan, changes: plan.changes.slice(1) }))).toBe("plan-digest");
    expect(codeOf(JSON.stringify({ ...plan, instance: { ...plan.instance, arn: "arn:other" } }))).toBe(
      "plan-digest",
    );
  });

  it("answers anything with a plan or a sentence, and never throws", () => {
    fc.assert(
      fc.property(fc.nat(saved.length), fc.nat(saved.length), fc.string(), (from, to, text) => {
        const read = readPlanFile(saved.slice(0, from) + text + saved.slice(to));
        expect(read.ok || read.diagnostics.length === 1).toBe(true);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readPlanFile(text).ok).toBe(false);
      }),
    );
  });
});
