import { inactivity } from "../model/declared.js";
import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { grouped } from "../model/grouped.js";
import type { AccountId, AssignmentKey, ChangeId } from "../model/keys.js";
import { listed } from "../model/plural.js";
import { grantKey } from "../model/reach.js";
import type { Grant } from "../model/reach.js";
import type { Snapshot } from "../model/snapshot.js";
import { byText } from "../model/text.js";
import { isSetBeyondCaller } from "./delegated.js";
import { ghostRoles, isUnread } from "./ghosts.js";
import type { GhostRoles } from "./ghosts.js";
import type { Owned } from "./own.js";
import { whyKept } from "./why-kept.js";
import type { Kept } from "./why-kept.js";

type Reading = {
  readonly declared: Declared;
  /** Read whole. */
  readonly live: Snapshot;
  readonly owned: Owned;
};

/**
 * What Identity Center holds for nobody, or where nothing can be changed, and no change of the plan takes away: grants of
 * deleted users and groups that stay, roles that nobody is assigned, and all there is in accounts that are not ACTIVE or
 * not in the organization. Notes, not differences: no later apply could do better, a person may.
 */
export function leftovers(reading: Reading): readonly Diagnostic[] {
  const ghosts = ghostRoles(reading.live);
  return [...orphanNotes(reading), ...ghostNotes(reading, ghosts), ...accountNotes(reading, ghosts)];
}

/** A note for each deleted user or group, and for each reason why something of theirs stays where it could be taken away. */
function orphanNotes({ declared, live, owned }: Reading): readonly Diagnostic[] {
  const staying = [...live.state.assignments].flatMap(([id, key]) => {
    const isOrphan = key.orphan === true && inactivity(key.account, declared) === null;
    const stays = isOrphan && owned.desired.assignments.has(id);
    const kept = stays ? whyKept(id, key, declared, live) : null;
    return kept === null ? [] : [{ key, kept }];
  });
  return grouped(staying, ({ key, kept }) => JSON.stringify([key.principalType, key.principal, kept])).map(
    (alike) => {
      const [{ key, kept }] = alike;
      const what = alike.map(({ key: { permissionSet, account } }) => {
        return `${permissionSet} in ${accountWords(account, declared)}`;
      });
      return diagnostic({
        code: "orphan",
        severity: "info",
        message: `Held by ${holderWords(key)}: ${listed(what)}. It is left as it is ${kept.reason}.`,
        help: orphanHelp[kept.code],
      });
    },
  );
}

const byHand = "By hand: aws sso-admin delete-account-assignment, with this id for --principal-id.";
const orphanHelp = {
  unmanaged: `With manage.assignments: all, idc apply takes such grants away. ${byHand}`,
  ignored: byHand,
  "organizations-unread": "Let idc read AWS Organizations, or name the accounts in the files.",
  "out-of-reach": "Run from the management account, idc apply takes it away.",
  "account-inactive": null,
} as const satisfies Record<Kept["code"], string | null>;

/** A note for each account that can be changed and where nobody comes to be assigned what is there. */
function ghostNotes({ declared, live, owned }: Reading, ghosts: GhostRoles): readonly Diagnostic[] {
  const wanted = new Set([...owned.desired.assignments.values()].map(grantKey));
  const found = grantsOf(ghosts).filter(
    (grant) => inactivity(grant.account, declared) === null && !wanted.has(grantKey(grant)),
  );
  return byAccount(found).map((alike) => {
    const [{ account }] = alike;
    const [roles, them] = alike.length === 1 ? ["role", "it"] : ["roles", "them"];
    const isBeyond = alike.some(({ permissionSet }) => isSetBeyondCaller(permissionSet, live));
    const from = isBeyond ? "From the management account, in" : "In";
    return diagnostic({
      code: "ghost-role",
      severity: "info",
      message: `${accountWords(account, declared)} has the ${roles} of ${setWords(alike)}, and nobody is assigned ${them} there.`,
      help: [
        `No operation of the API takes away a role that nobody is assigned. ${from} the IAM Identity Center console: AWS accounts, ${declared.accountNames.get(account) ?? account}, "Permission sets", "Remove".`,
        "Or in the files: assign it there to a group without members, apply, take that out again, apply. The role goes with its last assignment.",
      ].join("\n"),
    });
  });
}

/** A note for each account where the service refuses changes: every grant in it with what becomes of it, and every role besides. */
function accountNotes({ declared, live, owned }: Reading, ghosts: GhostRoles): readonly Diagnostic[] {
  const unread = grantsOf(live.provisioned).filter((grant) => isUnread(grant, live.gaps));
  const grants = [...live.state.assignments].map(([id, key]) => ({ id, key, account: key.account }));
  const [ghostly, behind] = [grantsOf(ghosts), grantsOf(live.lagging)];
  const accounts = new Set([...grants, ...ghostly, ...unread, ...behind].map(({ account }) => account));
  return [...accounts].sort(byText).flatMap((account) => {
    const state = inactivity(account, declared);
    if (state === null) return [];

    const isHere = (one: { readonly account: AccountId }): boolean => one.account === account;
    const withFate = (fate: Fate): string =>
      grants
        .filter((one) => isHere(one) && fateOf(one, { declared, live, owned }) === fate)
        .map(({ key }) => `${key.permissionSet} of ${holderWords(key)}`)
        .join("; ");
    const parts = [
      ["As the files say", withFate("wanted")],
      ["Beyond the files, and taken away once the account is ACTIVE", withFate("goes")],
      ["Not managed here", withFate("left-alone")],
      ["Roles that nobody is assigned", setWords(ghostly.filter(isHere))],
      ["Sets of which Identity Center does not tell who holds them", setWords(unread.filter(isHere))],
      ["Sets that are not in force as they stand", setWords(behind.filter(isHere))],
    ].flatMap(([title, what]) => (what === "" ? [] : [`${title}: ${what}.`]));
    return diagnostic({
      code: "account-inactive",
      severity: "info",
      message: [
        `${accountWords(account, declared)} is ${state}, and the service refuses changes there.`,
        ...parts,
      ].join(" "),
    });
  });
}

type Fate = "wanted" | "goes" | "left-alone";

function fateOf(
  { id, key }: { readonly id: ChangeId; readonly key: AssignmentKey },
  { declared, live, owned }: Reading,
): Fate {
  if (!owned.desired.assignments.has(id)) return "goes";
  if (declared.settings.manage.assignments !== "none" && declared.assignments.has(id)) return "wanted";
  return whyKept(id, key, declared, live)?.code === "account-inactive" ? "goes" : "left-alone";
}

function grantsOf(accountsBySet: ReadonlyMap<string, readonly AccountId[]>): readonly Grant[] {
  return [...accountsBySet].flatMap(([permissionSet, accounts]) =>
    accounts.map((account) => ({ permissionSet, account })),
  );
}

function byAccount(grants: readonly Grant[]): readonly (readonly [Grant, ...Grant[]])[] {
  return grouped(
    grants.toSorted((left, right) => byText(left.account, right.account)),
    ({ account }) => account,
  );
}

function setWords(grants: readonly Grant[]): string {
  return listed(grants.map(({ permissionSet }) => permissionSet));
}

/** `group "developers"`, or the id of one that is gone. */
function holderWords({ principalType, principal, orphan }: AssignmentKey): string {
  return orphan === true
    ? `a deleted ${principalType} (${principal.slice(1)})`
    : `${principalType} ${JSON.stringify(principal)}`;
}

/** `sandbox (111122223333)`, or the id alone of an account without a name. */
function accountWords(account: AccountId, { accountNames }: Declared): string {
  const name = accountNames.get(account) ?? account;
  return name === account ? account : `${name} (${account})`;
}
