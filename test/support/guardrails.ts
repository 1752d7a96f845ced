import fc from "fast-check";
import { readGuardrails } from "../../src/declare/read-guardrails.js";
import type { Source } from "../../src/model/diagnostic.js";
import type { BroadeningRule, Guardrails, KeepAccess, Level, Setting } from "../../src/model/guardrails.js";
import { accountPool, setPool } from "./organizations.js";

/** Guardrails in short: what is left out is as when the settings say nothing of it. */
export type Guarding = {
  readonly maxRemovals?: { readonly percent?: number; readonly floor?: number; readonly count?: number };
  readonly protect?: Partial<Readonly<Record<keyof Guardrails["protect"], readonly string[]>>>;
  readonly keepAccess?: readonly Pick<Kept, "permissionSet" | "accounts" | "atLeast">[];
  readonly selfLockout?: {
    readonly groups?: readonly string[];
    readonly permissionSets?: readonly string[];
    readonly managementAccount?: Level;
  };
  readonly rules?: Partial<Readonly<Record<BroadeningRule, Level>>> & { readonly adminSession?: string };
};

type Kept = {
  readonly permissionSet: string;
  readonly accounts: readonly string[];
  readonly atLeast: number;
};

/** Where each of the guards stands in the settings that the tests think of. */
export const lineOf = { maxRemovals: 2, protect: 3, keepAccess: 4, selfLockout: 5, rules: 6 } as const;

export function guardrails({ maxRemovals, protect, keepAccess, selfLockout, rules }: Guarding): Guardrails {
  const nothing = readGuardrails(undefined);
  const limit = (value: number | undefined) => given(value, lineOf.maxRemovals);
  const level = (name: BroadeningRule): Setting<Level> =>
    given(rules?.[name], lineOf.rules) ?? nothing.rules[name];
  const [guarded, itself] = [at(lineOf.protect), at(lineOf.selfLockout)];
  return {
    maxRemovals: {
      percent: limit(maxRemovals?.percent) ?? nothing.maxRemovals.percent,
      floor: limit(maxRemovals?.floor) ?? nothing.maxRemovals.floor,
      count: limit(maxRemovals?.count),
    },
    protect: {
      users: (protect?.users ?? []).map(guarded),
      groups: (protect?.groups ?? []).map(guarded),
      permissionSets: (protect?.permissionSets ?? []).map(guarded),
      accounts: (protect?.accounts ?? []).map(guarded),
    },
    keepAccess: (keepAccess ?? []).map(keeping),
    selfLockout: {
      groups: (selfLockout?.groups ?? []).map(itself),
      permissionSets: (selfLockout?.permissionSets ?? []).map(itself),
      managementAccount:
        given(selfLockout?.managementAccount, lineOf.selfLockout) ?? nothing.selfLockout.managementAccount,
    },
    rules: {
      adminAccess: level("adminAccess"),
      wildcardActions: level("wildcardActions"),
      passRole: level("passRole"),
      privilegeEscalation: level("privilegeEscalation"),
      directUserAssignment: level("directUserAssignment"),
      adminSession: given(rules?.adminSession, lineOf.rules),
    },
  };
}

function keeping({ permissionSet, accounts, atLeast }: Kept): KeepAccess {
  const source = place(lineOf.keepAccess);
  return { permissionSet: { value: permissionSet, source }, accounts, atLeast, source };
}

function place(line: number): Source {
  return { file: "access/settings.yaml", line, column: 1 };
}

function at(line: number): <T>(value: T) => Setting<T> {
  return (value) => ({ value, source: place(line) });
}

function given<T>(value: T | undefined, line: number): Setting<T> | null {
  return value === undefined ? null : at(line)(value);
}

/** Any lock-out checks over the random organizations' permission sets and accounts, overlapping ones among them. */
export function lockOutChecks(): fc.Arbitrary<NonNullable<Guarding["keepAccess"]>> {
  return fc.array(
    fc.record({
      permissionSet: fc.constantFrom(...setPool),
      accounts: fc.subarray([...accountPool], { minLength: 1 }),
      atLeast: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
}
