import type { Declared } from "../../src/model/declared.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { Plan } from "../../src/model/plan.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { PermissionSet, State } from "../../src/model/state.js";
import type { PlanInput } from "../../src/plan/plan.js";
import { declaring } from "./declarations.js";
import { guardrails } from "./guardrails.js";
import type { Guarding } from "./guardrails.js";
import { permissionSet, person, snapshotOf, stateOf } from "./organizations.js";
import { planned } from "./planning.js";

/** An organization in short. Whoever is named is there. */
export type Short = {
  /** Besides the groups' members, and those who hold something directly. */
  readonly users?: readonly string[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly sets?: Readonly<Record<string, Partial<PermissionSet>>>;
  /** Each as `group/developers ReadOnly 111122223333`, `user/alice …`. */
  readonly grants?: readonly string[];
};

export function organization({ users = [], groups = {}, sets = {}, grants = [] }: Short): State {
  const memberships = Object.entries(groups).flatMap(([group, members]) =>
    members.map((user) => ({ group, user })),
  );
  const assignments = grants.map(grantOf);
  const principals = (type: AssignmentKey["principalType"]) =>
    assignments.filter(({ principalType }) => principalType === type).map(({ principal }) => principal);
  const people = new Set([...users, ...memberships.map(({ user }) => user), ...principals("user")]);
  const names = [...Object.keys(sets), ...assignments.map((key) => key.permissionSet)];
  return stateOf({
    users: new Map([...people].map((name) => [name, person(name)])),
    groups: new Map([...Object.keys(groups), ...principals("group")].map((name) => [name, {}])),
    permissionSets: new Map(
      names.map((name) => [name, permissionSet(Object.hasOwn(sets, name) ? sets[name] : {})]),
    ),
    memberships,
    assignments,
  });
}

export function grantOf(text: string): AssignmentKey {
  const [, type, principal = "", set = "", account = ""] =
    /^(group|user)\/(\S+) (\S+) (\d{12})$/.exec(text) ?? [];
  if (account === "") throw new Error(`this is no grant: ${text}`);
  return {
    principalType: type === "user" ? "user" : "group",
    principal,
    permissionSet: set,
    account,
  };
}

export type Judging = {
  readonly live: State;
  readonly files: State;
  readonly guards?: Guarding;
  /** The files that were applied before; without guards of their own they have those of the files. */
  readonly base?: { readonly files: State; readonly guards?: Guarding; readonly given?: Partial<Declared> };
  readonly given?: Partial<Declared>;
  readonly seen?: Partial<Snapshot>;
  readonly input?: Partial<PlanInput>;
};

export const baseCommit = "c0ffee0000000000000000000000000000000000";

/** The plan that leads from live to the files under the guards; throws when the files contradict live. */
export function judged({ live, files, guards = {}, base, given, seen, input }: Judging): Plan {
  const declared = declaring(files, { guardrails: guardrails(guards), ...given });
  const before =
    base === undefined
      ? null
      : {
          commit: baseCommit,
          declared: declaring(base.files, { guardrails: guardrails(base.guards ?? guards), ...base.given }),
        };
  return planned(declared, snapshotOf(live, seen), { base: before, ...input });
}

/** What one guard says to a plan. */
export function saidBy(code: string, { diagnostics }: Plan): readonly Diagnostic[] {
  return diagnostics.filter((one) => one.code === code);
}

/** The same as `error: message`. */
export function wordsOf(code: string, plan: Plan): readonly string[] {
  return saidBy(code, plan).map(({ severity, message }) => `${severity}: ${message}`);
}

export function numbered(count: number, name: string, from = 1): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index + from}`);
}
