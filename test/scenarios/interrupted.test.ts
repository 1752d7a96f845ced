import { describe, expect, test } from "vitest";
import type { AssignmentKey, Keys } from "../../src/model/keys.js";
import type { State } from "../../src/model/state.js";
import type { LogEntry } from "../../src/sandbox/sandbox.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { byWrite, differences, memoryTrail } from "../support/audit.js";
import { boundsBetween } from "../support/bounds.js";
import { permissionSet, person, stateOf } from "../support/organizations.js";
import {
  applyFiles,
  applyUntil,
  copyOf,
  establishedAs,
  pending,
  troubles,
  untroubled,
  worldOn,
} from "../support/trial.js";

const removal = { onUserRemoval: "disable" } as const;
const accounts = ["111122223333", "333300001111", "444455556666", "555500001111"] as const;
const [sandbox, dev, prod, web] = accounts;
const policy = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

function group(
  principal: string,
  permissionSet: string,
  ...where: readonly string[]
): readonly AssignmentKey[] {
  return where.map((account) => ({ principalType: "group", principal, permissionSet, account }));
}

function user(
  principal: string,
  permissionSet: string,
  ...where: readonly string[]
): readonly AssignmentKey[] {
  return where.map((account) => ({ principalType: "user", principal, permissionSet, account }));
}

function members(group: string, ...users: readonly string[]): readonly Keys["membership"][] {
  return users.map((user) => ({ group, user }));
}

/** A company before its reorganization … */
const before: State = stateOf({
  users: new Map(
    ["ann", "ben", "cat", "dan", "eve", "fay", "gil"].map((name) => [name, person(name, "Engineer")]),
  ),
  groups: new Map([
    ["dev", {}],
    ["ops", { description: "keeps it running" }],
    ["old", {}],
    ["audit", {}],
  ]),
  permissionSets: new Map([
    ["Read", permissionSet({ managedPolicies: [policy("ReadOnlyAccess")] })],
    ["Write", permissionSet({ sessionDuration: "PT2H", managedPolicies: [policy("PowerUserAccess")] })],
    ["Legacy", permissionSet({ tags: { team: "old" } })],
  ]),
  memberships: [
    ...members("dev", "ann", "ben", "cat"),
    ...members("ops", "dan", "eve"),
    ...members("old", "fay", "gil", "ann"),
    ...members("audit", "gil"),
  ],
  assignments: [
    ...group("dev", "Read", sandbox, dev),
    ...group("dev", "Write", sandbox),
    ...group("ops", "Read", ...accounts),
    ...group("ops", "Write", prod),
    ...group("old", "Legacy", dev, web),
    ...group("audit", "Read", prod, web),
    ...user("ben", "Write", dev, prod),
    ...user("gil", "Legacy", sandbox),
  ],
});

/** … and after it: every kind of change is among the steps between the two. */
const after: State = stateOf({
  users: new Map([
    ...["ann", "ben", "cat", "dan", "eve"].map((name) => [name, person(name, "Lead")] as const),
    ["fay", person("fay", "Engineer")],
    ...["hal", "ida", "jim", "kim", "lea", "max"].map((name) => [name, person(name, "Engineer")] as const),
  ]),
  groups: new Map([
    ["dev", { description: "builds it" }],
    ["ops", {}],
    ["audit", {}],
    ["web", { description: "new" }],
    ["quality", {}],
  ]),
  permissionSets: new Map([
    [
      "Read",
      permissionSet({
        sessionDuration: "PT4H",
        managedPolicies: [policy("ViewOnlyAccess"), policy("SecurityAudit")],
      }),
    ],
    [
      "Write",
      permissionSet({
        sessionDuration: "PT2H",
        managedPolicies: [policy("PowerUserAccess")],
        inlinePolicy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "iam:*", Resource: "*" }],
        },
      }),
    ],
    [
      "Deploy",
      permissionSet({ managedPolicies: [policy("AWSCodeDeployFullAccess")], tags: { team: "web" } }),
    ],
  ]),
  memberships: [
    ...members("dev", "ann", "cat", "hal"),
    ...members("ops", "dan", "ben"),
    ...members("audit", "fay", "eve"),
    ...members("web", "ida", "jim", "ann"),
    ...members("quality", "kim", "lea", "max", "eve"),
  ],
  assignments: [
    ...group("dev", "Read", sandbox, dev, web),
    ...group("dev", "Write", dev),
    ...group("ops", "Read", ...accounts),
    ...group("ops", "Write", prod, web),
    ...group("audit", "Read", prod),
    ...group("web", "Deploy", dev, web, sandbox),
    ...group("web", "Read", web),
    ...group("quality", "Read", sandbox, dev, prod),
    ...group("quality", "Deploy", sandbox),
    ...user("ben", "Write", sandbox),
    ...user("cat", "Deploy", prod),
    ...user("max", "Read", dev),
  ],
});

const timing = { settleMs: 700, inFlight: 10 };

/** The writes that had an effect, each with how often. */
function effects(log: readonly LogEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { service, operation, outcome } of log)
    if (isWrite({ operation }) && outcome === "ok")
      counts[`${service} ${operation}`] = (counts[`${service} ${operation}`] ?? 0) + 1;
  return counts;
}

type Point = { readonly request: number; readonly operation: string; readonly arrives: boolean };

describe("an apply of sixty changes", async () => {
  const origin = await establishedAs(before, removal);
  const wanted = await untroubled(origin, after, removal);
  const bounds = boundsBetween(origin, wanted, { strict: false });

  const whole = worldOn(copyOf(origin), after, removal, timing);
  const toDo = await pending(worldOn(copyOf(origin), after, removal));
  const uninterrupted = await applyFiles(whole);
  const firstWrite = whole.sent.findIndex((sent) => isWrite({ operation: sent.split(" ")[1] ?? "" }));
  const points = whole.sent.flatMap((operation, index): readonly Point[] => {
    if (index < firstWrite) return [];
    const point = { request: index + 1, operation, arrives: true };
    return isWrite({ operation: operation.split(" ")[1] ?? "" })
      ? [{ ...point, arrives: false }, point]
      : [point];
  });

  test("is what it says", () => {
    expect(toDo.length).toBeGreaterThanOrEqual(60);
    expect(new Set(toDo.map((change) => change.split(":")[0])).size).toBeGreaterThanOrEqual(12);
    expect(troubles(uninterrupted)).toEqual([]);
    expect(points.filter(({ operation }) => / List\w+Status$/.test(operation)).length).toBeGreaterThan(10);
  });

  test.each(points)(
    "killed at its request $request, $operation (arrives: $arrives), is ended by the next run, nothing done twice",
    async (point) => {
      const state = copyOf(origin);
      const breaches: string[] = [];
      const onChange = (): void => void breaches.push(...bounds.breaches(state));
      const killed = worldOn(state, after, removal, { ...timing, onChange });
      const trail = memoryTrail();
      expect(await applyUntil(killed, point.request, point.arrives, { audit: trail })).toBe("killed");
      // Of every write that may have had an effect there is a line, and of the one at which it ended no other.
      expect(differences(trail.lines, killed.log, { cut: true })).toEqual([]);
      const atWrite = isWrite({ operation: point.operation.split(" ")[1] ?? "" });
      expect(
        byWrite(trail.lines).some(
          ([line, ...more]) => line?.operation === point.operation && more.length === 0,
        ),
      ).toBe(atWrite);
      const next = worldOn(state, after, removal, { ...timing, onChange });
      next.clock.time = killed.clock.time;

      expect(troubles(await applyFiles(next))).toEqual([]);
      expect(breaches).toEqual([]);
      expect(await pending(worldOn(state, after, removal))).toEqual([]);
      expect(effects([...killed.log, ...next.log])).toEqual(effects(whole.log));
    },
  );
});
