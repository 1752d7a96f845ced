import type { UserStatus } from "../../src/model/state.js";
import type { Guarding } from "./guardrails.js";

type Checks = NonNullable<Guarding["keepAccess"]>;

/** How many people hold what checks keep, as `set account`, of those who can sign in. */
export type Holders = ReadonlyMap<string, number>;

/** Counted in access as the simulation and the sandbox tell it, `user set account content`, without the engine's idea of it. */
export function holders(
  checks: Checks,
  access: Iterable<string>,
  statusOf: (user: string) => UserStatus | undefined,
): Holders {
  const people = new Map<string, Set<string>>();
  for (const { permissionSet, accounts } of checks)
    for (const account of accounts) people.set(`${permissionSet} ${account}`, new Set());
  for (const text of access) {
    const [user = "", set, account] = text.split(" ");
    if (statusOf(user) !== "DISABLED") people.get(`${set} ${account}`)?.add(user);
  }
  return new Map([...people].map(([grant, { size }]) => [grant, size]));
}

/** What fewer people hold now than a check asks for, and than held it before. */
export function missed(checks: Checks, before: Holders, now: Holders): readonly string[] {
  return checks.flatMap(({ permissionSet, accounts, atLeast }) =>
    accounts.flatMap((account) => {
      const grant = `${permissionSet} ${account}`;
      const [had, have] = [before.get(grant) ?? 0, now.get(grant) ?? 0];
      return have < Math.min(atLeast, had) ? [`${grant}: ${have} of ${had}, at least ${atLeast}`] : [];
    }),
  );
}
