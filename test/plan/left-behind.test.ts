import { describe, expect, test } from "vitest";
import type { Declared } from "../../src/model/declared.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { State } from "../../src/model/state.js";
import { declaring, managing } from "../support/declarations.js";
import { permissionSet, person, snapshotOf, stateOf } from "../support/organizations.js";
import { planned } from "../support/planning.js";

const account = "111122223333";
const grant: AssignmentKey = { principalType: "group", principal: "dev", permissionSet: "Read", account };
const all = stateOf({
  users: new Map([["ann", person("ann")]]),
  groups: new Map([["dev", {}]]),
  permissionSets: new Map([["Read", permissionSet()]]),
  assignments: [grant],
});
const declaredOnly = managing({
  users: "declared",
  groups: "declared",
  permissionSets: "declared",
  assignments: "declared",
});

/** What is told of files that hold `now` after a base that held everything. */
function leftBy(now: State, given: Partial<Declared> = {}, live: State = all): readonly string[] {
  const files = declaring(now, { settings: declaredOnly, ...given });
  const base = declaring(all, { settings: declaredOnly });
  const { diagnostics } = planned(files, snapshotOf(live), { base: { commit: "c0ffee", declared: base } });
  return diagnostics
    .filter(({ code }) => code === "left-behind")
    .map(({ severity, message }) => `${severity} ${message}`);
}

const nothing = stateOf({});

describe("what leaves the files where a kind is managed as declared", () => {
  test("is an error, each thing with the place it stood at and the kind that keeps it", () => {
    expect(leftBy(nothing)).toEqual([
      'error The user "ann" has left the files (it stood at access/all.yaml:1) and would stay in Identity Center: with manage.users: declared, only what stands under removed goes.',
      'error The group "dev" has left the files (it stood at access/all.yaml:1) and would stay in Identity Center: with manage.groups: declared, only what stands under removed goes.',
      'error The permission set "Read" has left the files (it stood at access/all.yaml:1) and would stay in Identity Center: with manage.permissionSets: declared, only what stands under removed goes.',
      'error The grant of Read to the group "dev" in 111122223333 has left the files (it stood at access/all.yaml:1) and would stay in Identity Center: with manage.assignments: declared, only what stands under removed goes.',
    ]);
  });

  test("is well where it stands under removed, or is gone from Identity Center already", () => {
    const source = { file: "access/removed.yaml", line: 1, column: 1 };
    const removed = {
      users: new Map([["ann", source]]),
      groups: new Map([["dev", source]]),
      permissionSets: new Map([["Read", source]]),
      assignments: new Map([["assignment:group/dev:Read:111122223333", source]]),
    };
    expect(leftBy(nothing, { removed })).toEqual([]);
    expect(leftBy(nothing, {}, nothing)).toEqual([]);
  });

  test("is none where only the account left a rule: whom and what it names is still owned", () => {
    const other = { ...grant, account: "444455556666" };
    expect(leftBy(stateOf({ ...all, assignments: [other], memberships: [] }))).toEqual([]);
  });

  test("is deliberate where the settings pass over it, or the kind is not managed any more", () => {
    const ignoring = managing(
      { users: "declared", groups: "declared", permissionSets: "none", assignments: "none" },
      { ignore: { ...declaredOnly.ignore, users: ["a*"], groups: ["dev"] } },
    );
    expect(leftBy(nothing, { settings: ignoring })).toEqual([]);
  });

  test("is deliberate of a grant, too, where its account or a pattern is passed over", () => {
    for (const ignore of [
      { accounts: ["1111*"] },
      { assignments: [{ principal: "d*", permissionSet: "*", account: account }] },
    ]) {
      const ignoring = managing(
        { users: "none", groups: "none", permissionSets: "none", assignments: "declared" },
        { ignore: { ...declaredOnly.ignore, ...ignore } },
      );
      expect(leftBy(nothing, { settings: ignoring })).toEqual([]);
    }
  });

  test("goes by itself where a kind is managed whole", () => {
    expect(leftBy(nothing, { settings: managing({}) })).toEqual([]);
  });

  test("is not known without a base", () => {
    const plan = planned(declaring(nothing, { settings: declaredOnly }), snapshotOf(all));
    expect(plan.diagnostics).toEqual([]);
  });
});
