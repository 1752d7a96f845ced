import type {
  Declaration,
  Declared,
  DeclaredAssignment,
  DeclaredUser,
  Settings,
} from "../../src/model/declared.js";
import { ownerKey } from "../../src/model/declared.js";
import type { Source } from "../../src/model/diagnostic.js";
import { readGuardrails } from "../../src/declare/read-guardrails.js";
import type { Guardrails } from "../../src/model/guardrails.js";
import { changeId } from "../../src/model/keys.js";
import type { AssignmentKey, Keys } from "../../src/model/keys.js";
import type { PermissionSet, State } from "../../src/model/state.js";

export const defaultSettings: Settings = {
  region: null,
  instanceArn: null,
  identitySource: "identity-center",
  onUserRemoval: "disable",
  manage: { users: "all", groups: "all", permissionSets: "all", assignments: "all" },
  ignore: { users: [], groups: ["AWS*"], permissionSets: ["AWS*"], accounts: [], assignments: [] },
  scim: null,
  limits: { requestsPerSecond: null, operationsInFlight: null },
};

/** What holds when the settings say nothing of guardrails. */
const defaultGuardrails: Guardrails = { ...readGuardrails(undefined), keepAccess: [] };

const somewhere: Source = { file: "access/all.yaml", line: 1, column: 1 };

export function declaration<T>(value: T, line = 1): Declaration<T> {
  return { value, source: { ...somewhere, line }, fields: new Map() };
}

/** What files that say exactly `state` would resolve to; `given` overrides parts of it. */
export function declaring(state: State, given: Partial<Declared> = {}): Declared {
  const settings = given.settings ?? defaultSettings;
  return {
    settings,
    guardrails: defaultGuardrails,
    users: new Map(
      [...state.users].map(([name, attributes]) => [
        name,
        declaration<DeclaredUser>({ attributes, status: "enabled" }),
      ]),
    ),
    groups: new Map([...state.groups].map(([name, group]) => [name, declaration(group)])),
    memberships: new Map(
      [...state.memberships].map(([id, key]) => [id, declaration<Keys["membership"]>(key)]),
    ),
    permissionSets: new Map(
      [...state.permissionSets].map(([name, set]) => [name, declaration<PermissionSet>(set)]),
    ),
    assignments: declaredAssignments([...state.assignments.values()]),
    accountIds: null,
    openEnded: new Set(),
    spreads: new Map(),
    expiries: new Map(),
    expired: new Map(),
    ruled: new Set([...state.assignments.values()].map(ownerKey)),
    removed: { users: new Map(), groups: new Map(), permissionSets: new Map(), assignments: new Map() },
    accountNames: new Map(),
    inactiveAccounts: new Map(),
    digest: "sha256:files",
    commit: null,
    ...given,
  };
}

export function declaredAssignments(keys: readonly AssignmentKey[]): Declared["assignments"] {
  return new Map(
    keys.map((key) => [
      changeId.assignment(key),
      declaration<DeclaredAssignment>({ key, spread: null, reason: null }),
    ]),
  );
}

export function managing(manage: Partial<Settings["manage"]>, given: Partial<Settings> = {}): Settings {
  return { ...defaultSettings, ...given, manage: { ...defaultSettings.manage, ...manage } };
}
