import type { Cause, Change } from "../model/change.js";
import type { ChangeId } from "../model/keys.js";
import type { AccessChange, Plan } from "../model/plan.js";
import { grantKey, RowBuilder } from "../model/reach.js";
import type { Grant, Reach } from "../model/reach.js";
import type { State } from "../model/state.js";

type Held = Pick<State, "memberships" | "assignments">;

/** Memberships and assignments as they will be once `changes` are made and nothing else is. */
export function afterChanges(live: Held, changes: readonly Change[]): Held {
  const memberships = new Map(live.memberships);
  const assignments = new Map(live.assignments);
  for (const change of changes) {
    if (change.kind === "membership")
      put(memberships, change.id, change.action === "create" ? change.key : null);
    if (change.kind === "assignment")
      put(assignments, change.id, change.action === "create" ? change.key : null);
  }
  return { memberships, assignments };
}

/** Who gains, who loses, and who keeps a permission set whose content changes; found by looking only where something changes. */
export function accessChanges(
  changes: readonly Change[],
  live: Held,
  before: Reach,
  after: Reach,
): Plan["access"] {
  return {
    // What is added may be gained, if it is there in the end; what is removed may be lost, if it was there before.
    gained: reachedOnly(after, before, openings(changes, "create")),
    lost: reachedOnly(before, after, openings(changes, "delete")),
    changed: keptButChanged(changes, live, before, after),
  };
}

/** What changes of one action concern: memberships by user, grants by who holds them; each with its cause. */
type Openings = {
  readonly groupsOf: ReadonlyMap<string, ReadonlyMap<string, Cause>>;
  readonly grants: { readonly group: Openers; readonly user: Openers };
};
type Openers = Map<string, Map<string, Opener>>;
type Opener = { readonly grant: Grant; readonly cause: Cause };

function openings(changes: readonly Change[], action: "create" | "delete"): Openings {
  const groupsOf = new Map<string, Map<string, Cause>>();
  const grants: Openings["grants"] = { group: new Map(), user: new Map() };
  for (const change of changes) {
    if (change.action !== action) continue;
    const { cause } = change;
    if (change.kind === "membership") {
      const groups = groupsOf.get(change.key.user) ?? new Map<string, Cause>();
      groupsOf.set(change.key.user, groups.set(change.key.group, cause));
    }
    if (change.kind === "assignment" && change.key.orphan !== true) {
      const { principalType, principal } = change.key;
      const held = grants[principalType].get(principal) ?? new Map<string, Opener>();
      grants[principalType].set(principal, held.set(grantKey(change.key), { grant: change.key, cause }));
    }
  }
  return { groupsOf, grants };
}

/** What people reach in `here` through `opened`, and not at all in `there`. Person by person: there may be millions of pairs of a person and a grant. */
function reachedOnly(here: Reach, there: Reach, { groupsOf, grants }: Openings): readonly AccessChange[] {
  const people = new Set([...groupsOf.keys(), ...grants.user.keys()]);
  for (const group of grants.group.keys()) for (const user of here.membersOf(group)) people.add(user);
  const rows = new Rows();
  for (const user of people) {
    const holdings = here.holdingsOf(user);
    const others = there.holdingsOf(user);
    const opened = new Map<string, { grant: Grant; causes: Cause[] }>();
    const open = (key: string, grant: Grant, cause: Cause): void => {
      const known = opened.get(key);
      if (known !== undefined) known.causes.push(cause);
      else if (!others.some((holding) => holding.grants.has(key)))
        opened.set(key, { grant, causes: [cause] });
    };
    for (const { principalType, principal, grants: held } of holdings) {
      const joined = principalType === "group" ? groupsOf.get(user)?.get(principal) : undefined;
      if (joined !== undefined) for (const [key, grant] of held) open(key, grant, joined);
      for (const [key, { grant, cause }] of grants[principalType].get(principal) ?? [])
        if (held.has(key)) open(key, grant, cause);
    }
    for (const [key, { grant, causes }] of opened) {
      const via = holdings.filter((holding) => holding.grants.has(key)).map((holding) => holding.way);
      rows.add(user, grant, via, foremost(causes));
    }
  }
  return rows.build();
}

function keptButChanged(
  changes: readonly Change[],
  live: Held,
  before: Reach,
  after: Reach,
): readonly AccessChange[] {
  const provisioned = new Map<string, { accounts: ReadonlySet<string>; cause: Cause }>();
  for (const change of changes)
    if (change.kind === "provisioning")
      provisioned.set(change.key.permissionSet, { accounts: new Set(change.accounts), cause: change.cause });
  const rows = new Rows();
  for (const key of live.assignments.values()) {
    const content = provisioned.get(key.permissionSet);
    if (content?.accounts.has(key.account) !== true) continue;
    for (const user of before.holdersOf(key)) {
      const via = after.via(user, key);
      if (via.length > 0) rows.add(user, key, via, content.cause);
    }
  }
  return rows.build();
}

/** In the order of who answers for it: what the files have a part in is the files' doing. */
const causes = ["config", "expiry", "organization", "drift", "unsettled"] as const satisfies readonly Cause[];

function foremost(found: readonly Cause[]): Cause {
  return causes.find((cause) => found.includes(cause)) ?? "config";
}

/** Rows of changed access, those of one cause together. */
class Rows {
  private readonly byCause = new Map<Cause, RowBuilder>();

  add(user: string, grant: Grant, via: readonly string[], cause: Cause): void {
    const rows = this.byCause.get(cause) ?? new RowBuilder();
    this.byCause.set(cause, rows);
    rows.add(user, grant, via);
  }

  build(): readonly AccessChange[] {
    return causes.flatMap((cause) =>
      (this.byCause.get(cause)?.build() ?? []).map((row) => ({ ...row, cause })),
    );
  }
}

function put<V>(map: Map<ChangeId, V>, id: ChangeId, value: V | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}
