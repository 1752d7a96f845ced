import type { Change, Field } from "../model/change.js";
import { inactivity } from "../model/declared.js";
import type { Declared } from "../model/declared.js";
import type { ChangeId } from "../model/keys.js";
import type { Withheld, WithheldCode } from "../model/plan.js";
import { listed } from "../model/plural.js";
import type { Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import { byText } from "../model/text.js";
import { isBeyondCaller, isSetBeyondCaller } from "./delegated.js";
import { grantWords } from "./differences.js";
import { ghostRoles } from "./ghosts.js";
import type { GhostRoles } from "./ghosts.js";
import { receiverOf, whyMissing } from "./missing-principals.js";
import type { Waited } from "./missing-principals.js";
import { statusAfter } from "./status.js";
import { whatIsUnread } from "./unread.js";

export type WithholdInput = {
  /** In order: each after what it depends on. */
  readonly changes: readonly Change[];
  readonly declared: Declared;
  readonly live: Snapshot;
  readonly desired: State;
  /** Changes not to be made, with why. */
  readonly leaveOut: ReadonlyMap<ChangeId, string>;
  readonly waited: Waited | null;
};

type Why = Omit<Withheld, "change">;

/** Parts the changes into those that can be made now and those that cannot, with whatever depends on them. */
export function withhold(input: WithholdInput): {
  changes: readonly Change[];
  withheld: readonly Withheld[];
} {
  const changes: Change[] = [];
  const withheld: Withheld[] = [];
  const held = new Map<ChangeId, Withheld>();
  const inUse = objectsInUse(input.desired);
  const unread = whatIsUnread(input);
  const enabled = enabledBy(input.changes);
  const principalMissing = whoIsMissing(input);
  const stillProvisioned = whereProvisioned(input.live);
  for (const change of input.changes) {
    const why =
      notReviewed(change, input.leaveOut) ??
      unread(change) ??
      outOfReach(change, input.live) ??
      accountInactive(change, input.declared) ??
      userDisabled(change, input.live, enabled) ??
      principalMissing(change) ??
      stillInUse(change, inUse) ??
      stillProvisioned(change) ??
      dependsOnWithheld(change, held);
    if (why === null) changes.push(withoutHeld(change, held));
    else {
      const one = { change, ...why };
      withheld.push(one);
      held.set(change.id, one);
    }
  }
  return { changes, withheld };
}

function notReviewed({ id }: Change, leaveOut: ReadonlyMap<ChangeId, string>): Why | null {
  const reason = leaveOut.get(id);
  return reason === undefined ? null : { code: "not-reviewed", reason };
}

function outOfReach(change: Change, live: Snapshot): Why | null {
  const management = live.instance.ownerAccountId;
  if (change.kind === "assignment" && isBeyondCaller(change.key.account, live))
    return {
      code: "out-of-reach",
      reason: `only the management account ${management} itself can change assignments in it, not a delegated administrator`,
    };
  const set =
    change.kind === "permissionSet"
      ? change.key.name
      : change.kind === "assignment" || change.kind === "provisioning"
        ? change.key.permissionSet
        : null;
  return set !== null && isSetBeyondCaller(set, live)
    ? {
        code: "out-of-reach",
        reason: `the set is provisioned in the management account ${management}, so a delegated administrator can neither change nor assign it`,
      }
    : null;
}

function accountInactive(change: Change, declared: Declared): Why | null {
  if (change.kind !== "assignment") return null;
  const state = inactivity(change.key.account, declared);
  return state === null
    ? null
    : {
        code: "account-inactive",
        reason: `account ${change.key.account} is ${state}; the service refuses changes there`,
      };
}

/** Users whose status this plan sets before it does anything else to them. */
function enabledBy(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) =>
      change.kind === "user" && statusAfter(change) === "ENABLED" ? [change.key.name] : [],
    ),
  );
}

function userDisabled(change: Change, { status }: Snapshot, enabled: ReadonlySet<string>): Why | null {
  const receiver = receiverOf(change);
  const user =
    change.kind === "user" && change.action === "update"
      ? change.key.name
      : receiver?.type === "user"
        ? receiver.name
        : null;
  return user !== null && status.get(user) === "DISABLED" && !enabled.has(user)
    ? {
        code: "user-disabled",
        reason: `${user} is DISABLED in Identity Center, which refuses changes to such a user`,
      }
    : null;
}

function whoIsMissing({ desired, live, waited }: WithholdInput): (change: Change) => Why | null {
  const reason = whyMissing(live.state, waited);
  return (change) => {
    const receiver = receiverOf(change);
    if (receiver === null) return null;
    const those = receiver.type === "user" ? desired.users : desired.groups;
    return those.has(receiver.name) ? null : { code: "principal-missing", reason: reason(receiver) };
  };
}

type InUse = { readonly groups: ReadonlySet<string>; readonly permissionSets: ReadonlySet<string> };

function objectsInUse({ memberships, assignments }: State): InUse {
  const groups = new Set([...memberships.values()].map(({ group }) => group));
  const permissionSets = new Set<string>();
  for (const { principalType, principal, permissionSet, orphan } of assignments.values()) {
    permissionSets.add(permissionSet);
    if (principalType === "group" && orphan !== true) groups.add(principal);
  }
  return { groups, permissionSets };
}

function stillInUse(change: Change, { groups, permissionSets }: InUse): Why | null {
  if (change.action !== "delete") return null;
  const isUsed =
    (change.kind === "group" && groups.has(change.key.name)) ||
    (change.kind === "permissionSet" && permissionSets.has(change.key.name));
  return isUsed
    ? { code: "in-use", reason: "assignments or members that are not managed here still stand on it" }
    : null;
}

/** The service would answer with a conflict for as long as it is asked, and no operation takes such a role away. */
function whereProvisioned(live: Snapshot): (change: Change) => Why | null {
  // Only a set that goes asks for it, and finding them takes a look at every grant there is.
  let ghosts: GhostRoles | null = null;
  return (change) => {
    if (change.kind !== "permissionSet" || change.action !== "delete") return null;
    ghosts ??= ghostRoles(live);
    const accounts = ghosts.get(change.key.name);
    return accounts === undefined
      ? null
      : {
          code: "in-use",
          reason: `its role is in ${listed(accounts, 5)}, where nobody is seen to be assigned it, and the service deletes no set that is provisioned anywhere; idc drift --deep tells what to do`,
        };
  };
}

function dependsOnWithheld(change: Change, held: ReadonlyMap<ChangeId, Withheld>): Why | null {
  const blocker = change.dependsOn.find((id) => {
    const code = held.get(id)?.code;
    return code !== undefined && !goesWithout(code, change);
  });
  return blocker === undefined
    ? null
    : { code: "depends-on-withheld", reason: `it waits for ${blocker}, which is withheld` };
}

/**
 * Access is not left in place for the sake of a grant that nobody could use, to who is not there or cannot sign in; nor
 * beyond its time for the sake of anything that is not made now. And nobody goes on signing in for the sake of what cannot
 * be taken from them here.
 */
function goesWithout(code: WithheldCode, change: Change): boolean {
  if (statusAfter(change) === "DISABLED") return code === "account-inactive" || code === "out-of-reach";
  if (change.action !== "delete") return false;
  return change.cause === "expiry" || code === "principal-missing" || code === "user-disabled";
}

function withoutHeld(change: Change, held: ReadonlyMap<ChangeId, Withheld>): Change {
  const without = change.dependsOn.flatMap((id) => held.get(id)?.change ?? []);
  if (without.length === 0) return change;
  const dependsOn = change.dependsOn.filter((id) => !held.has(id));
  return change.kind === "user" && change.action === "disable"
    ? { ...change, dependsOn, fields: withStaying(change.fields, without) }
    : { ...change, dependsOn };
}

/** What a leaver holds, with what of it stays. */
function withStaying(fields: readonly Field[], staying: readonly Change[]): readonly Field[] {
  const grants = staying.flatMap((change) => (change.kind === "assignment" ? [grantWords(change.key)] : []));
  return fields.map((field) =>
    field.path === "assignments" ? { ...field, after: grants.sort(byText) } : field,
  );
}
