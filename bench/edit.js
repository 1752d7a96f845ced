import { createRandom } from "./random.js";
import { assignmentsOf, name } from "./organization.js";

const seed = 20_260_102;

/**
 * The organization after an ordinary day: changes of most kinds that come to 50 in a plan (a permission set's edit
 * counts twice, with its provisioning), fewer where the organization is too small for them.
 * @param {import("./organization.js").Organization} organization
 * @returns {import("./organization.js").Organization}
 */
export function edited(organization) {
  const random = createRandom(seed);
  const users = new Map(organization.users);
  const groups = new Map(
    [...organization.groups].map(([group, { description, members }]) => [
      group,
      { description, members: new Set(members) },
    ]),
  );
  const permissionSets = new Map(organization.permissionSets);

  for (const user of random.sample([...users.keys()], 8))
    users.set(user, { ...users.get(user), title: "Principal Engineer" });
  for (const [group, user] of random.sample([...membershipsOf(groups)], 8))
    groups.get(group).members.delete(user);
  for (const group of random.sample([...groups.keys()], 4))
    groups.set(group, { ...groups.get(group), description: "Edited by the bench" });
  for (const set of random.sample([...permissionSets.keys()], 4))
    permissionSets.set(set, { ...permissionSets.get(set), sessionDuration: "PT8H" });
  for (const group of random.sample([...groups.keys()], 4)) {
    const user = name("joiner", users.size);
    users.set(user, { givenName: "Jo", familyName: "Iner", email: `${user}@example.com`, title: "Engineer" });
    groups.get(group).members.add(user);
  }
  return { ...organization, users, groups, permissionSets, grants: regranted(organization, random) };
}

/** Six assignments gone, eight new ones. */
function regranted(organization, random) {
  const { grants, accounts, groups, permissionSets } = organization;
  const there = new Set([...assignmentsOf(organization)].map(keyOf));
  const gone = new Set(random.sample([...there], 6));
  const left = grants.map((grant) => {
    const kept = grant.accounts.filter((account) => !gone.has(keyOf({ ...grant, account })));
    return kept.length === grant.accounts.length ? grant : { ...grant, ou: null, accounts: kept };
  });
  const free = [];
  for (const principal of random.sample([...groups.keys()], 8))
    for (const permissionSet of random.sample([...permissionSets.keys()], 1)) {
      const grant = { type: "group", principal, permissionSet };
      const [account] = random.sample(
        accounts.slice(1).filter(({ id }) => !there.has(keyOf({ ...grant, account: id }))),
        1,
      );
      if (account !== undefined) free.push({ ...grant, ou: null, accounts: [account.id] });
    }
  return [...left.filter(({ accounts }) => accounts.length > 0), ...free];
}

function* membershipsOf(groups) {
  for (const [group, { members }] of groups) for (const user of members) yield [group, user];
}

function keyOf({ type, principal, permissionSet, account }) {
  return `${type} ${principal} ${permissionSet} ${account}`;
}
