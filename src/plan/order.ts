import type { Change } from "../model/change.js";
import { changeId } from "../model/keys.js";
import type { AssignmentKey, ChangeId } from "../model/keys.js";
import { grantKey } from "../model/reach.js";
import type { Grant, Reach } from "../model/reach.js";
import type { State } from "../model/state.js";
import { byText } from "../model/text.js";

// The order of an apply follows from one promise (access never strays): at every moment, what each person can reach
// lies between (before ∩ after) and (before ∪ after), where "reach" is a permission set with its content, in an
// account. It is kept by edges between changes, not by phases:
//
//      removals  ──▶  provisioning  ──▶  additions  ──▶  deletions of groups, sets and people
//          ▲                                 │
//          └───── only where a person keeps ─┘
//                 the access another way
//
// Upper bound, never given up:
//  1. Joining a group waits for the grants the group loses, and granting to a group waits for the members it loses,
//     wherever the two together would give somebody what they had neither before nor shall have after.
//  2. A set's new content is put in force after those who lose the set have lost it, and before anybody new gets it.
// Lower bound, given up where it contradicts the upper one (less access wins):
//  3. Where somebody keeps a grant but by another way, the old way waits for the new one.
//  4. Where a set stays in an account but every assignment changes hands, one old one waits for one new one: the role,
//     and the ARN that other policies name, would die with the last assignment.
// People who leave wait for nothing of 3 and 4.
//
// Phases ("first all removals, then all additions") were rejected: they break 3 and 4 always, and 2 whenever a set is
// widened for somebody on their way out.

export type OrderInput = {
  readonly changes: readonly Change[];
  readonly live: State;
  readonly desired: State;
  readonly before: Reach;
  readonly after: Reach;
  readonly leavers: ReadonlySet<string>;
};

type Edges = Map<ChangeId, Set<ChangeId>>;

type MembershipChange = Extract<Change, { kind: "membership" }>;
type AssignmentChange = Extract<Change, { kind: "assignment" }>;

/** The changes with their dependencies, each after everything it depends on; who leaves comes first. */
export function inOrder(given: OrderInput): readonly Change[] {
  const input = { ...given, changes: given.changes.toSorted((left, right) => byText(left.id, right.id)) };
  const index = indexed(input.changes);
  const edges: Edges = new Map(input.changes.map(({ id }) => [id, new Set<ChangeId>()]));
  addExistence(index, edges);
  addUpperBound(input, index, edges);
  addContinuity(input, index, edges);
  return sorted(input, edges);
}

type Index = {
  readonly all: ReadonlyMap<ChangeId, Change>;
  readonly memberships: readonly MembershipChange[];
  readonly assignments: readonly AssignmentChange[];
  /** Membership and assignment changes by the group they are about. */
  readonly byGroup: ReadonlyMap<string, { memberships: MembershipChange[]; assignments: AssignmentChange[] }>;
  /** Permission sets whose content changes in accounts: by name, the changes that must come before new holders. */
  readonly contentOf: ReadonlyMap<string, readonly ChangeId[]>;
};

function indexed(changes: readonly Change[]): Index {
  const memberships = changes.filter((change) => change.kind === "membership");
  const assignments = changes.filter((change) => change.kind === "assignment");
  const byGroup = new Map<string, { memberships: MembershipChange[]; assignments: AssignmentChange[] }>();
  const ofGroup = (group: string): { memberships: MembershipChange[]; assignments: AssignmentChange[] } => {
    const entry = byGroup.get(group) ?? { memberships: [], assignments: [] };
    byGroup.set(group, entry);
    return entry;
  };
  for (const change of memberships) ofGroup(change.key.group).memberships.push(change);
  for (const change of assignments)
    if (change.key.principalType === "group" && change.key.orphan !== true)
      ofGroup(change.key.principal).assignments.push(change);
  const contentOf = new Map<string, ChangeId[]>();
  for (const change of changes) {
    const name =
      change.kind === "provisioning"
        ? change.key.permissionSet
        : change.kind === "permissionSet" && change.action !== "delete"
          ? change.key.name
          : null;
    if (name !== null) contentOf.set(name, [...(contentOf.get(name) ?? []), change.id]);
  }
  return {
    all: new Map(changes.map((change) => [change.id, change])),
    memberships,
    assignments,
    byGroup,
    contentOf,
  };
}

/** Parents before children on the way in, children before parents on the way out. */
function addExistence({ all, memberships, assignments, contentOf }: Index, edges: Edges): void {
  const link = (parentId: ChangeId, childId: ChangeId): void => {
    const parent = all.get(parentId);
    if (parent === undefined) return;
    if (parent.action === "delete" || parent.action === "disable") edges.get(parentId)?.add(childId);
    else if (parent.action === "create") edges.get(childId)?.add(parentId);
  };
  for (const { id, key } of memberships) {
    link(changeId.group(key.group), id);
    link(changeId.user(key.user), id);
  }
  for (const { id, key, action } of assignments) {
    link(changeId.permissionSet(key.permissionSet), id);
    if (key.orphan !== true)
      link(key.principalType === "group" ? changeId.group(key.principal) : changeId.user(key.principal), id);
    if (action === "create")
      for (const content of contentOf.get(key.permissionSet) ?? []) edges.get(id)?.add(content);
  }
  for (const change of all.values())
    if (change.kind === "provisioning" && all.has(changeId.permissionSet(change.key.permissionSet)))
      edges.get(change.id)?.add(changeId.permissionSet(change.key.permissionSet));
  addEmails(all, edges);
}

/** An e-mail address is one person's at a time: who takes it over waits until it is given up. */
function addEmails(all: ReadonlyMap<ChangeId, Change>, edges: Edges): void {
  const givenUp = new Map<string, ChangeId>();
  for (const change of all.values())
    if (
      change.kind === "user" &&
      change.before?.email !== undefined &&
      change.before.email !== change.after?.email
    )
      givenUp.set(change.before.email.toLowerCase(), change.id);
  for (const change of all.values()) {
    if (change.kind !== "user" || change.after?.email === undefined) continue;
    const holder = givenUp.get(change.after.email.toLowerCase());
    if (holder !== undefined && holder !== change.id) edges.get(change.id)?.add(holder);
  }
}

function addUpperBound({ before, after }: OrderInput, index: Index, edges: Edges): void {
  const gains = (user: string, grant: Grant): boolean => before.via(user, grant).length === 0;
  // Who loses a set whose content changes may keep what they had for a while, but never meet the new content.
  const strays = (user: string, grant: Grant): boolean =>
    after.via(user, grant).length === 0 && (gains(user, grant) || index.contentOf.has(grant.permissionSet));

  for (const { memberships, assignments } of index.byGroup.values())
    for (const membership of memberships)
      for (const assignment of assignments) {
        if (membership.action === assignment.action || !strays(membership.key.user, assignment.key)) continue;
        const [addition, removal] =
          membership.action === "create" ? [membership, assignment] : [assignment, membership];
        edges.get(addition.id)?.add(removal.id);
      }

  for (const { id, key, action } of index.memberships)
    if (action === "create")
      for (const reach of [before, after])
        for (const grant of reach.grantsOf("group", key.group))
          if (gains(key.user, grant))
            for (const content of provisioningOf(grant.permissionSet, index)) edges.get(id)?.add(content);

  for (const [change, user, grant] of losses(index, before, after))
    for (const content of provisioningOf(grant.permissionSet, index))
      edges.get(content)?.add(removalFor(change, user, grant, index, before, after));
}

/** The provisioning of a set, if there is one; a set that only gets new tags has none. */
function provisioningOf(permissionSet: string, { all }: Index): readonly ChangeId[] {
  const id = changeId.provisioning(permissionSet);
  return all.has(id) ? [id] : [];
}

/** Each removal with each person and grant it ends a way to, where the person loses the grant altogether. */
function* losses(
  { memberships, assignments }: Index,
  before: Reach,
  after: Reach,
): Iterable<readonly [MembershipChange | AssignmentChange, string, Grant]> {
  for (const change of memberships)
    if (change.action === "delete")
      for (const grant of before.grantsOf("group", change.key.group))
        if (after.via(change.key.user, grant).length === 0) yield [change, change.key.user, grant];
  for (const change of assignments)
    if (change.action === "delete")
      for (const user of before.holdersOf(change.key))
        if (after.via(user, change.key).length === 0) yield [change, user, change.key];
}

/**
 * Of a way that ends at both its ends, the one that ends it first. As a rule the membership: it is the person's own, and
 * waits for nobody else; but where that membership also carries what the person keeps, it may have to wait for a
 * replacement, so there it is the group's grant.
 */
function removalFor(
  change: MembershipChange | AssignmentChange,
  user: string,
  grant: Grant,
  { all }: Index,
  before: Reach,
  after: Reach,
): ChangeId {
  if (change.kind === "assignment" && change.key.principalType === "user") return change.id;
  const group = change.kind === "membership" ? change.key.group : change.key.principal;
  const membership = changeId.membership(group, user);
  const assignment = changeId.assignment({ principalType: "group", principal: group, ...grant });
  if (all.get(membership)?.action !== "delete") return assignment;
  if (all.get(assignment)?.action !== "delete") return membership;
  const isReplaced = [...before.grantsOf("group", group)].some((held) =>
    isKeptAnotherWay(user, held, before, after),
  );
  return isReplaced ? assignment : membership;
}

/** Whether somebody has a grant and shall have it, with no way of reaching it that stays. */
function isKeptAnotherWay(user: string, grant: Grant, before: Reach, after: Reach): boolean {
  const ways = after.via(user, grant);
  return ways.length > 0 && !before.via(user, grant).some((way) => ways.includes(way));
}

function addContinuity(input: OrderInput, index: Index, edges: Edges): void {
  const { before, after, leavers } = input;
  const wait = (removal: ChangeId, additions: readonly ChangeId[]): boolean => {
    if (additions.some((addition) => reaches(edges, addition, removal))) return false;
    for (const addition of additions) edges.get(removal)?.add(addition);
    return true;
  };
  const candidates = new Map<string, readonly [string, Grant]>();
  const consider = (user: string, grant: Grant): void => {
    if (isKeptAnotherWay(user, grant, before, after))
      candidates.set(`${grantKey(grant)} ${user}`, [user, grant]);
  };
  for (const { action, key } of index.memberships)
    if (action === "delete" && !leavers.has(key.user))
      for (const grant of before.grantsOf("group", key.group)) consider(key.user, grant);
  for (const { action, key } of index.assignments)
    if (action === "delete") for (const user of before.holdersOf(key)) consider(user, key);
  for (const [, [user, grant]] of [...candidates].sort(([left], [right]) => byText(left, right)))
    keepOneWay(user, grant, before.via(user, grant), after.via(user, grant), index, wait);
  keepRoles(input, index, wait);
}

/** Makes one old way of reaching a grant wait for one new way, the first pair that contradicts no edge. */
function keepOneWay(
  user: string,
  grant: Grant,
  oldWays: readonly string[],
  newWays: readonly string[],
  { all }: Index,
  wait: (removal: ChangeId, additions: readonly ChangeId[]) => boolean,
): void {
  const changesOf = (way: string, action: "create" | "delete"): readonly ChangeId[] =>
    partsOfWay(way, user, grant).filter((id) => all.get(id)?.action === action);
  const byLength = newWays
    .map((way) => changesOf(way, "create"))
    .sort((left, right) => left.length - right.length);
  // A direct grant first: it carries nobody else's access, so making it wait contradicts least.
  for (const additions of byLength)
    for (const oldWay of oldWays.toReversed()) {
      const removals = changesOf(oldWay, "delete");
      if (removals.every((removal) => wait(removal, additions))) return;
    }
}

/** The memberships and assignments that a way (`group/developers`, `user/alice`) consists of. */
function partsOfWay(way: string, user: string, { permissionSet, account }: Grant): readonly ChangeId[] {
  const principalType = way.startsWith("group/") ? "group" : "user";
  const principal = way.slice(principalType.length + 1);
  const assignment = changeId.assignment({ principalType, principal, permissionSet, account });
  return principalType === "group" ? [changeId.membership(principal, user), assignment] : [assignment];
}

/** Where a set stays in an account but every assignment of it changes, lets one old assignment wait for one new one. */
function keepRoles(
  { live, desired, before, after, leavers }: OrderInput,
  { assignments }: Index,
  wait: (removal: ChangeId, additions: readonly ChangeId[]) => boolean,
): void {
  const kept = new Set<string>();
  for (const [id, key] of live.assignments) if (desired.assignments.has(id)) kept.add(grantKey(key));
  const byRole = new Map<string, { removed: AssignmentChange[]; added: AssignmentChange[] }>();
  for (const change of assignments) {
    const role = byRole.get(grantKey(change.key)) ?? { removed: [], added: [] };
    (change.action === "delete" ? role.removed : role.added).push(change);
    byRole.set(grantKey(change.key), role);
  }
  const losers = ({ key }: AssignmentChange): number =>
    [...before.holdersOf(key)].filter((user) => after.via(user, key).length === 0).length;
  for (const [role, { removed, added }] of byRole) {
    if (added.length === 0 || kept.has(role)) continue;
    const waiting = removed
      .filter(({ key }) => !(key.principalType === "user" && leavers.has(key.principal)))
      .map((change) => ({ change, losers: losers(change) }))
      .sort((left, right) => left.losers - right.losers || byText(left.change.id, right.change.id));
    const pairs = waiting.flatMap(({ change }) => added.map((addition) => [change.id, addition.id] as const));
    pairs.some(([removal, addition]) => wait(removal, [addition]));
  }
}

/** Whether `from` waits, over any number of steps, for `target`. */
function reaches(edges: Edges, from: ChangeId, target: ChangeId): boolean {
  const open = [from];
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === target) return true;
    for (const next of edges.get(id) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
  }
  return false;
}

/** Every change after what it depends on; among the free ones by rank, then by id. */
function sorted({ changes, leavers }: OrderInput, edges: Edges): readonly Change[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const ranked = changes.toSorted(
    (left, right) => rank(left, leavers) - rank(right, leavers) || byText(left.id, right.id),
  );
  const placed = new Set<ChangeId>();
  const result: Change[] = [];
  const place = (change: Change): void => {
    if (placed.has(change.id)) return;
    placed.add(change.id);
    const dependsOn = [...(edges.get(change.id) ?? [])].sort(byText);
    for (const id of dependsOn) {
      const dependency = byId.get(id);
      if (dependency !== undefined) place(dependency);
    }
    result.push({ ...change, dependsOn });
  };
  for (const change of ranked) place(change);
  return result;
}

function rank(change: Change, leavers: ReadonlySet<string>): number {
  switch (change.kind) {
    case "membership":
      if (change.action === "delete") return leavers.has(change.key.user) ? 0 : 2;
      return 5;
    case "assignment":
      if (change.action === "delete") return isOf(change.key, leavers) ? 0 : 2;
      return 5;
    case "user":
      return change.action === "disable" ? 1 : change.action === "delete" ? 6 : 3;
    case "group":
    case "permissionSet":
      return change.action === "delete" ? 6 : 3;
    case "provisioning":
      return 4;
  }
}

function isOf({ principalType, principal }: AssignmentKey, leavers: ReadonlySet<string>): boolean {
  return principalType === "user" && leavers.has(principal);
}
