import type { AssignmentKey, PrincipalType } from "../model/keys.js";
import { orNull, unlessGone } from "./gaps.js";
import { listedAgain } from "./listed-again.js";
import { describePermissionSet, listPermissionSets } from "./permission-set.js";
import { describeGroup, describeUser } from "./principals.js";
import type { Site } from "./site.js";

/**
 * The service's ids of what has a name. Names that were not met while reading or writing are looked up; a name is
 * compared exactly, whatever the service's own look-up takes for the same.
 */
export type Identities = {
  readonly users: Names;
  readonly groups: Names;
  /** ARNs stand for ids. */
  readonly permissionSets: Names;
  /** Membership ids by group id and user id. */
  readonly memberships: Map<string, string>;
};

export type Names = {
  /** Null when there is no object of that name. */
  find(site: Site, name: string): Promise<string | null>;
  learn(name: string, id: string): void;
  forget(name: string): void;
  /** The id may be out of date: its object is gone or has another name now. */
  known(name: string): string | null;
};

export function membershipKey(groupId: string, userId: string): string {
  return `${groupId}/${userId}`;
}

export function createIdentities(): Identities {
  return {
    users: names(findUser),
    groups: names(findGroup),
    permissionSets: names(together(findPermissionSet)),
    memberships: new Map(),
  };
}

/**
 * The same for who writes: a group is looked at before the first write that names it, since it may have got another name
 * after it was read, and what was meant for it would go to those who are no concern of the plan. No other name can change.
 */
export function forWriting(identities: Identities): Identities {
  const { groups } = identities;
  const confirmed = new Map<string, Promise<string | null>>();
  async function find(site: Site, name: string): Promise<string | null> {
    const earlier = confirmed.get(name);
    if (earlier !== undefined) {
      const id = await earlier;
      if (id !== null && id === groups.known(name)) return id;
    }
    const current = look(site, name);
    confirmed.set(name, current);
    current.catch(() => confirmed.delete(name));
    return current;
  }
  /** An id that was read a while ago may have gone, or have another name now. */
  async function look(site: Site, name: string): Promise<string | null> {
    const id = groups.known(name);
    if (id !== null && (await orNull(describeGroup(site, id)))?.name !== name) groups.forget(name);
    return groups.find(site, name);
  }
  function learn(name: string, id: string): void {
    groups.learn(name, id);
    confirmed.set(name, Promise.resolve(id));
  }
  return { ...identities, groups: { ...groups, find, learn } };
}

type Look = (
  site: Site,
  name: string,
  known: ReadonlyMap<string, string>,
) => Promise<ReadonlyMap<string, string>>;

/** Null when there is no such user or group. */
export async function principalId(
  site: Site,
  identities: Identities,
  { principalType, principal, orphan }: AssignmentKey,
): Promise<string | null> {
  if (orphan === true) return principal.slice(1);
  return (principalType === "user" ? identities.users : identities.groups).find(site, principal);
}

function names(look: Look): Names {
  const ids = new Map<string, string>();
  return {
    async find(site, name) {
      if (!ids.has(name)) for (const [found, id] of await look(site, name, ids)) ids.set(found, id);
      return ids.get(name) ?? null;
    },
    learn: (name, id) => void ids.set(name, id),
    forget: (name) => void ids.delete(name),
    known: (name) => ids.get(name) ?? null,
  };
}

type Named = { readonly id: string; readonly name: string };

/** The user or group whom the service takes `name` for, whose own name may differ in case; null when there is none. */
export function principalFor(site: Site, type: PrincipalType, name: string): Promise<Named | null> {
  return type === "user"
    ? named(
        () => userIdOf(site, name),
        (id) => describeUser(site, id),
      )
    : named(
        () => groupIdOf(site, name),
        (id) => describeGroup(site, id),
      );
}

async function findUser(site: Site, name: string): Promise<ReadonlyMap<string, string>> {
  return idByName(await principalFor(site, "user", name));
}

async function findGroup(site: Site, name: string): Promise<ReadonlyMap<string, string>> {
  return idByName(await principalFor(site, "group", name));
}

function idByName(one: Named | null): ReadonlyMap<string, string> {
  return new Map(one === null ? [] : [[one.name, one.id]]);
}

/** An id that is given for a name and not found itself is no sign that there is nothing of that name. */
async function named(
  ask: () => Promise<string | null>,
  describe: (id: string) => Promise<Named>,
): Promise<Named | null> {
  const id = await ask();
  if (id === null) return null;
  return unlessGone(
    () => describe(id),
    async () => (await ask()) === id,
  );
}

/** Null when there is no such user. */
export async function userIdOf({ api, instance }: Site, name: string): Promise<string | null> {
  const found = await orNull(
    api.call("identitystore GetUserId", {
      IdentityStoreId: instance.identityStoreId,
      AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue: name } },
    }),
  );
  return found?.UserId ?? null;
}

/** Null when there is no such group. */
export async function groupIdOf({ api, instance }: Site, name: string): Promise<string | null> {
  const found = await orNull(
    api.call("identitystore GetGroupId", {
      IdentityStoreId: instance.identityStoreId,
      AlternateIdentifier: { UniqueAttribute: { AttributePath: "displayName", AttributeValue: name } },
    }),
  );
  return found?.GroupId ?? null;
}

/** No operation finds a permission set by its name, so those that are not known yet are asked for theirs. */
async function findPermissionSet(
  site: Site,
  _name: string,
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const arns = new Set(known.values());
  const unknown = (await listPermissionSets(site)).filter((arn) => !arns.has(arn));
  const again = listedAgain(site);
  const found = await Promise.all(
    unknown.map(
      async (arn) =>
        [
          await unlessGone(
            () => describePermissionSet(site, arn),
            async () => (await again.sets()).has(arn),
          ),
          arn,
        ] as const,
    ),
  );
  return new Map(found.flatMap(([settings, arn]) => (settings === null ? [] : [[settings.name, arn]])));
}

/** One look that finds every name serves all who ask while it lasts. */
function together(look: Look): Look {
  let current: ReturnType<Look> | null = null;
  return (site, name, known) =>
    (current ??= look(site, name, known).finally(() => {
      current = null;
    }));
}
