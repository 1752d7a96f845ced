import type { Guardrails } from "../model/guardrails.js";
import type { AssignmentKey } from "../model/keys.js";
import { grantKey } from "../model/reach.js";
import type { Grant, Reach } from "../model/reach.js";
import type { State, UserStatus } from "../model/state.js";

export type KeptGrant = { readonly grant: Grant; readonly atLeast: number };

/** How many people must keep a grant, by `grantKey`; of several guards on one grant the one that asks for most. */
export type KeptGrants = ReadonlyMap<string, KeptGrant>;

export function keptGrants(keepAccess: Guardrails["keepAccess"]): KeptGrants {
  const kept = new Map<string, KeptGrant>();
  for (const { permissionSet, accounts, atLeast } of keepAccess)
    for (const account of accounts) {
      const grant = { permissionSet: permissionSet.value, account };
      const known = kept.get(grantKey(grant));
      if (known === undefined || known.atLeast < atLeast) kept.set(grantKey(grant), { grant, atLeast });
    }
  return kept;
}

/** Who can use each of these grants: those who hold it and whom the service does not call DISABLED. */
export function holdersOf(
  kept: KeptGrants,
  { assignments }: Pick<State, "assignments">,
  reach: Reach,
  status: ReadonlyMap<string, UserStatus>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, Set<string>>([...kept.keys()].map((key) => [key, new Set<string>()]));
  const hold = (key: AssignmentKey): void => {
    const people = holders.get(grantKey(key));
    if (people === undefined) return;
    for (const user of reach.holdersOf(key)) if (status.get(user) !== "DISABLED") people.add(user);
  };
  if (kept.size > 0) for (const key of assignments.values()) hold(key);
  return holders;
}

/** Who counts of those who hold a grant before and after: who leaves, and holds it still since that is withheld, does not. */
export function counted(
  before: ReadonlySet<string> | undefined,
  after: ReadonlySet<string> | undefined,
  leavers: ReadonlySet<string>,
): { readonly had: ReadonlySet<string>; readonly have: ReadonlySet<string> } {
  const [had, have] = [before ?? nobody, after ?? nobody];
  const stays = (user: string): boolean => leavers.has(user) && have.has(user);
  const others = (people: ReadonlySet<string>) => new Set([...people].filter((user) => !stays(user)));
  return [...have].some(stays) ? { had: others(had), have: others(have) } : { had, have };
}

const nobody: ReadonlySet<string> = new Set();
