import type { AccountId } from "../model/keys.js";
import { LiveError } from "../model/live-error.js";
import type { PermissionSet } from "../model/state.js";
import { listedAgain, type ListedAgain } from "./listed-again.js";
import { createGaps, unlessGone, whole, type Gaps } from "./gaps.js";
import { listGrants, listProvisionedAccounts, type GrantRow } from "./grants.js";
import { describePermissionSet, listPermissionSets, readPermissionSet } from "./permission-set.js";
import {
  listGroups,
  listMembers,
  listUsers,
  type GroupRow,
  type MemberRow,
  type UserRow,
} from "./principals.js";
import type { Site } from "./site.js";
import type { Tally } from "./tally.js";

/** All that is there, by the service's ids. Null: the list could not be read, and a gap says so. */
export type Rows = {
  readonly users: ReadonlyMap<string, UserRow> | null;
  readonly groups: ReadonlyMap<string, GroupRow> | null;
  readonly members: readonly MemberRow[];
  readonly sets: readonly SetRow[] | null;
  readonly gaps: Gaps;
};

type SetRow = {
  readonly arn: string;
  readonly name: string;
  /** Null: a facet could not be read. */
  readonly value: PermissionSet | null;
  /** Null: not known. */
  readonly provisioned: readonly AccountId[] | null;
  readonly lagging: readonly AccountId[] | null;
  readonly grants: readonly GrantRow[];
};

/**
 * Reads everything: users, groups with their members, permission sets with their facets, the accounts where they are
 * provisioned, and who holds them there. Assignments are read by provisioned pairs of set and account: no operation
 * lists them all, and those of deleted principals are visible in no other way.
 */
export async function readAll(site: Site, tally: Tally): Promise<Rows> {
  const gaps = createGaps();
  const reading = { site, tally, gaps, again: listedAgain(site) };
  const [users, { groups, members }, sets] = await Promise.all([
    readUsers(reading),
    readGroups(reading),
    readSets(reading),
  ]);
  const [first] = gaps.all;
  if (users === null && groups === null && sets === null && first !== undefined) throw first.error;
  return { users, groups, members, sets, gaps };
}

type Reading = {
  readonly site: Site;
  readonly tally: Tally;
  readonly gaps: Gaps;
  readonly again: ListedAgain;
};

async function readUsers({ site, tally, gaps }: Reading): Promise<Rows["users"]> {
  const listed = await gaps.guard(whole.user, async () => named("user", await listUsers(site)));
  tally.expect("users", listed?.size ?? 0);
  tally.did("users", listed?.size ?? 0);
  return listed;
}

async function readGroups(reading: Reading): Promise<Pick<Rows, "groups" | "members">> {
  const { site, tally, gaps } = reading;
  const listed = await gaps.guard(whole.group, async () => named("group", await listGroups(site)));
  if (listed === null) return { groups: null, members: [] };
  tally.expect("groups", listed.size);
  tally.did("groups", listed.size);
  const groups = new Map(listed);
  const members = await Promise.all(
    [...listed.values()].map(async (group) => {
      const found = await readMembers(reading, group);
      if (found === "gone") groups.delete(group.id);
      return found === "gone" ? [] : found;
    }),
  );
  return { groups, members: members.flat() };
}

/** The members of a group that was listed; empty with a gap when they could not be read. */
export async function readMembers(
  { site, tally, gaps, again }: Reading,
  group: GroupRow,
): Promise<readonly MemberRow[] | "gone"> {
  tally.expect("memberships", 1);
  const covers = [{ kind: "membership", group: group.name }] as const;
  const members = await gaps.guard(covers, async () => {
    const found = await unlessGone(
      () => listMembers(site, group.id),
      async () => (await again.groups()).has(group.id),
    );
    return found ?? "gone";
  });
  tally.did("memberships");
  return members ?? [];
}

async function readSets(reading: Reading): Promise<readonly SetRow[] | null> {
  const { site, tally, gaps } = reading;
  const arns = await gaps.guard(whole.permissionSet, () => listPermissionSets(site));
  if (arns === null) return null;
  tally.expect("permission sets", arns.length);
  const sets = await Promise.all(arns.map((arn) => readSet(reading, arn)));
  return sets.flatMap((set) => (set === null ? [] : [set]));
}

/** One permission set with all that depends on it; null when it is gone, or when not even its name could be read. */
async function readSet({ site, tally, gaps, again }: Reading, arn: string): Promise<SetRow | null> {
  const isListed = async (): Promise<boolean> => (await again.sets()).has(arn);
  // Without its name nothing can say which set is unknown, so all of them are.
  const settings = await gaps.guard(whole.permissionSet, () =>
    unlessGone(() => describePermissionSet(site, arn), isListed),
  );
  if (settings === null) {
    tally.did("permission sets");
    return null;
  }
  const { name } = settings;
  let gone = false;
  const orGone = async <T>(read: () => Promise<T>): Promise<T | null> => {
    const found = await unlessGone(read, isListed);
    gone ||= found === null;
    return found;
  };
  const [value, { provisioned, lagging, grants }] = await Promise.all([
    gaps.guard([{ kind: "permissionSet", permissionSet: name }], () =>
      orGone(() => readPermissionSet(site, arn, settings)),
    ),
    readProvisioning(),
  ]);
  tally.did("permission sets");
  return gone ? null : { arn, name, value, provisioned, lagging, grants };

  async function readProvisioning(): Promise<Pick<SetRow, "provisioned" | "lagging" | "grants">> {
    const provisioned = await gaps.guard(
      [
        { kind: "provisioning", permissionSet: name },
        { kind: "assignment", permissionSet: name, account: null },
      ],
      () => orGone(() => listProvisionedAccounts(site, arn, "all")),
    );
    if (provisioned === null || provisioned.length === 0)
      return { provisioned, lagging: provisioned, grants: [] };
    tally.expect("assignments", provisioned.length);
    const [lagging, grants] = await Promise.all([
      gaps.guard([{ kind: "provisioning", permissionSet: name }], () =>
        orGone(() => listProvisionedAccounts(site, arn, "lagging")),
      ),
      Promise.all(
        provisioned.map(async (account) => {
          const rows = await gaps.guard([{ kind: "assignment", permissionSet: name, account }], () =>
            orGone(() => listGrants(site, arn, account)),
          );
          tally.did("assignments");
          return rows ?? [];
        }),
      ),
    ]);
    return { provisioned, lagging, grants: grants.flat() };
  }
}

/**
 * By id: pages overlap when others come between them. Two objects of one name cannot be told apart by it, and then
 * nothing can be said of any of them.
 */
function named<Row extends { readonly id: string; readonly name: string }>(
  kind: "user" | "group",
  rows: readonly Row[],
): ReadonlyMap<string, Row> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const seen = new Set<string>();
  for (const { name } of byId.values()) {
    if (seen.has(name))
      throw new LiveError(`Identity Center has two ${kind}s named "${name}", which no file can tell apart.`, {
        kind: "unexpected",
        help: `Rename or remove one of them where it comes from (the console or the identity provider).`,
      });
    seen.add(name);
  }
  return byId;
}
