import { createRandom } from "./random.js";
import { name } from "./organization.js";

const seed = 20_260_103;

const team = "team-that-goes";

/**
 * The organization with one team more, which holds the same anywhere: five members, and a permission set in ten accounts.
 * @param {import("./organization.js").Organization} organization
 * @returns {import("./organization.js").Organization}
 */
export function withTeam(organization) {
  const { accounts, users, groups, permissionSets, grants } = organization;
  const members = new Set([...users.keys()].slice(0, 5));
  const grant = {
    type: "group",
    principal: team,
    permissionSet: [...permissionSets.keys()][0],
    ou: null,
    accounts: accounts.slice(1, 11).map(({ id }) => id),
  };
  return {
    ...organization,
    groups: new Map([...groups, [team, { description: "Bench team", members }]]),
    grants: [...grants, grant],
  };
}

/**
 * What people ask for in a pull request, by what it is, each with the organization as it is to be afterwards. Those that
 * an organization is too small for are left out.
 * @param {import("./organization.js").Organization} organization with its team
 * @returns {Map<string, import("./organization.js").Organization>}
 */
export function pullRequests(organization) {
  const random = createRandom(seed);
  const edits = {
    "one member joins": joins,
    "somebody moves between teams": moves,
    "a permission set's session": otherSession,
    "one account more": grantedInAccount,
    "an OU more": grantedInUnit,
    "somebody leaves": leaves,
    "a group goes": groupGoes,
    "20 people are new": newPeople,
  };
  return new Map(
    Object.entries(edits).flatMap(([what, edit]) => {
      const edited = edit(organization, random);
      return edited === undefined ? [] : [[what, { ...organization, ...edited }]];
    }),
  );
}

function joins({ groups, users }, random) {
  const free = [...groups].filter(([, { members }]) => members.size < users.size);
  if (free.length === 0) return undefined;
  const [group, { members }] = random.pick(free);
  const user = random.pick([...users.keys()].filter((one) => !members.has(one)));
  return { groups: withMembers(groups, { [group]: [...members, user] }) };
}

function moves({ groups }, random) {
  const possible = random
    .sample([...groups], 2)
    .flatMap(([from, { members }], index, both) =>
      [...members]
        .filter((user) => !both[1 - index]?.[1].members.has(user))
        .map((user) => ({ from, user, both })),
    );
  if (groups.size < 2 || possible.length === 0) return undefined;
  const { from, user, both } = random.pick(possible);
  return {
    groups: withMembers(
      groups,
      Object.fromEntries(
        both.map(([group, { members }]) => [
          group,
          group === from ? [...members].filter((member) => member !== user) : [...members, user],
        ]),
      ),
    ),
  };
}

/** Of a set that somebody holds: any other is found among all there are. */
function otherSession({ permissionSets, grants }, random) {
  if (grants.length === 0) return undefined;
  const set = random.pick([...new Set(grants.map(({ permissionSet }) => permissionSet))]);
  return {
    permissionSets: new Map([
      ...permissionSets,
      [set, { ...permissionSets.get(set), sessionDuration: "PT8H" }],
    ]),
  };
}

function grantedInAccount(organization, random) {
  const grant = furtherGrant(organization, random);
  return (
    grant && {
      grants: [...organization.grants, { ...grant, ou: null, accounts: grant.accounts.slice(0, 1) }],
    }
  );
}

function grantedInUnit(organization, random) {
  const grant = furtherGrant(organization, random);
  return grant && { grants: [...organization.grants, grant] };
}

/** A group gets a set that it holds elsewhere in all accounts of a unit where it does not hold it yet. */
function furtherGrant({ accounts: [, ...accounts], grants }, random) {
  const unitsOf = new Map();
  for (const { id, ou } of accounts) unitsOf.set(ou, [...(unitsOf.get(ou) ?? []), id]);
  const largest = Math.max(...[...unitsOf.values()].map((ids) => ids.length));
  const units = [...unitsOf].filter(([, ids]) => ids.length === largest);
  for (const { type, principal, permissionSet } of random.sample(grants, grants.length)) {
    const held = new Set(
      grants
        .filter((one) => one.principal === principal && one.permissionSet === permissionSet)
        .flatMap((one) => one.accounts),
    );
    const free = units.find(([, ids]) => !ids.some((id) => held.has(id)));
    if (type === "group" && free !== undefined) {
      const [ou, ids] = free;
      return { type, principal, permissionSet, ou, accounts: ids };
    }
  }
  return undefined;
}

/** Whoever is in as near to three groups as there is somebody, and holds nothing directly. */
function leaves({ users, groups, grants }) {
  const direct = new Set(grants.filter(({ type }) => type === "user").map(({ principal }) => principal));
  const countOf = (user) => [...groups.values()].filter(({ members }) => members.has(user)).length;
  const user = nearest(
    3,
    [...users.keys()].filter((one) => !direct.has(one)),
    countOf,
  );
  if (user === undefined) return undefined;
  return {
    users: without(users, user),
    groups: withMembers(
      groups,
      Object.fromEntries(
        [...groups].map(([group, { members }]) => [group, [...members].filter((member) => member !== user)]),
      ),
    ),
  };
}

function groupGoes({ groups, grants }) {
  return {
    groups: without(groups, team),
    grants: grants.filter(({ type, principal }) => type !== "group" || principal !== team),
  };
}

function newPeople({ users, groups }, random) {
  if (groups.size === 0) return undefined;
  const [group, { members }] = random.pick([...groups]);
  const joiners = Array.from({ length: 20 }, (_, index) => name("joiner", index)).map((user) => [
    user,
    { givenName: "Jo", familyName: "Iner", email: `${user}@example.com`, title: "Engineer" },
  ]);
  return {
    users: new Map([...users, ...joiners]),
    groups: withMembers(groups, { [group]: [...members, ...joiners.map(([user]) => user)] }),
  };
}

function withMembers(groups, members) {
  return new Map(
    [...groups].map(([group, content]) => [
      group,
      Object.hasOwn(members, group) ? { ...content, members: new Set(members[group]) } : content,
    ]),
  );
}

function without(named, name) {
  return new Map([...named].filter(([one]) => one !== name));
}

function nearest(number, items, countOf) {
  const distance = (item) => Math.abs(countOf(item) - number);
  const [first, ...others] = items;
  return others.reduce((best, item) => (distance(item) < distance(best) ? item : best), first);
}
