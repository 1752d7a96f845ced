import { createRandom } from "./random.js";
import { mustBePossible, pairsOf } from "./sizes.js";

/**
 * An organization as both sides of a bench understand it: the one that fills a sandbox and the one that writes files.
 * @typedef {object} Organization
 * @property {readonly Account[]} accounts the management account comes first
 * @property {ReadonlyMap<string, {givenName: string, familyName: string, email: string, title: string}>} users
 * @property {ReadonlyMap<string, {description: string, members: ReadonlySet<string>}>} groups
 * @property {ReadonlyMap<string, PermissionSet>} permissionSets
 * @property {readonly Grant[]} grants no assignment is in two of them
 * @property {object} [guardrails] as settings.yaml has them, the limit of removals apart
 *
 * @typedef {{id: string, name: string, ou: string}} Account
 * @typedef {{description: string, sessionDuration: string, managedPolicies: readonly string[], inlinePolicy: object | null, tags: Record<string, string>}} PermissionSet
 *
 * One principal with one permission set in some accounts: those of the unit `ou`, or, where it is null, just these.
 * @typedef {{type: "group" | "user", principal: string, permissionSet: string, ou: string | null, accounts: readonly string[]}} Grant
 */

const accountsInUnit = 10;
const seed = 20_260_101;

/**
 * The same organization for the same size, every time.
 * @param {import("./sizes.js").Size} size
 * @returns {Organization}
 */
export function generate(size) {
  mustBePossible(size);
  const random = createRandom(seed);
  const accounts = times(size.accounts, account);
  const users = new Map(times(size.users, (index) => user(index, random)));
  const members = membersOf(size, [...users.keys()], random);
  const groups = new Map(
    times(size.groups, (index) => [
      name("group", index),
      { description: `Bench group ${index}`, members: members[index] },
    ]),
  );
  const permissionSets = new Map(times(size.sets, (index) => permissionSet(index, random)));
  const names = { users: [...users.keys()], groups: [...groups.keys()], sets: [...permissionSets.keys()] };
  return { accounts, users, groups, permissionSets, grants: grants(size, accounts, names, random) };
}

/** Every assignment by itself. */
export function* assignmentsOf({ grants }) {
  for (const { type, principal, permissionSet, accounts } of grants)
    for (const account of accounts) yield { type, principal, permissionSet, account };
}

export function name(kind, index) {
  return `${kind}-${String(index + 1).padStart(5, "0")}`;
}

function account(index) {
  if (index === 0) return { id: accountId(0), name: "management", ou: "" };
  const unit = Math.floor((index - 1) / accountsInUnit);
  return { id: accountId(index), name: name("account", index - 1), ou: `Workloads/${name("unit", unit)}` };
}

function accountId(index) {
  return String(100_000_000_000 + index);
}

/** @param {import("./random.js").Random} random */
function user(index, random) {
  const givenName = random.pick(["Alice", "Bob", "Chen", "Dora", "Emil", "Farah", "George", "Hana"]);
  const familyName = random.pick(["Nguyen", "Okafor", "Wei", "Lindqvist", "Brandt", "Haddad", "Sato"]);
  const userName = name("user", index);
  const title = random.pick(["Engineer", "Analyst", "Manager", "Auditor", "Designer"]);
  return [userName, { givenName, familyName, email: `${userName}@example.com`, title }];
}

/** By group, exactly as many as asked for; a member who is already there makes room for the next. */
function membersOf({ groups, memberships }, users, random) {
  const members = times(groups, () => new Set());
  for (let count = 0; count < memberships; count += 1) {
    let group = random.skewed(groups);
    while (members[group].size === users.length) group = (group + 1) % groups;
    let index = random.below(users.length);
    while (members[group].has(users[index])) index = (index + 1) % users.length;
    members[group].add(users[index]);
  }
  return members;
}

const managedPolicies = [
  "AmazonEC2FullAccess",
  "AmazonRDSFullAccess",
  "AmazonS3FullAccess",
  "AmazonSQSFullAccess",
  "AWSLambda_FullAccess",
  "CloudWatchFullAccess",
  "IAMReadOnlyAccess",
  "PowerUserAccess",
  "ReadOnlyAccess",
  "SecurityAudit",
];

function permissionSet(index, random) {
  const inlinePolicy = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Objects",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
        Resource: [`arn:aws:s3:::bench-${index}`, `arn:aws:s3:::bench-${index}/*`],
      },
      { Sid: "NoKeys", Effect: "Deny", Action: "iam:CreateAccessKey", Resource: "*" },
    ],
  };
  return [
    name("set", index),
    {
      description: `Bench permission set ${index}`,
      sessionDuration: random.pick(["PT1H", "PT2H", "PT4H"]),
      managedPolicies: random.sample(managedPolicies, 3).sort(),
      inlinePolicy: index % 4 === 3 ? null : inlinePolicy,
      tags: { team: random.pick(["payments", "platform", "web"]) },
    },
  ];
}

/**
 * Every pair of account and set belongs to a group, by whole units while the number allows it; a fifth of all
 * assignments are somebody else's in the same pairs.
 */
function grants(size, accounts, { users, groups, sets }, random) {
  const own = [];
  for (const block of upTo(pairsOf(size), blocks(sets, unitsOf(accounts), random)))
    own.push({ type: "group", principal: random.pick(groups), ...block });
  const shared = [...upTo(size.assignments - pairsOf(size), own)].map((grant) => ({
    ...grant,
    ...second(grant.principal, users, groups, random),
  }));
  return [...own, ...shared];
}

/** As many blocks as hold `count` accounts in all; the last one is cut to fit, and is then no whole unit any more. */
function* upTo(count, blocks) {
  let left = count;
  for (const block of blocks) {
    if (left === 0) return;
    const accounts = block.accounts.slice(0, left);
    left -= accounts.length;
    yield accounts.length === block.accounts.length ? block : { ...block, ou: null, accounts };
  }
}

/** Who shares the pairs of `principal`: mostly another group, now and then somebody directly. */
function second(principal, users, groups, random) {
  if (random.below(10) === 0) return { type: "user", principal: random.pick(users) };
  return { type: "group", principal: random.pick(groups.filter((group) => group !== principal)) };
}

/** Every permission set with every unit, in an order of its own. */
function blocks(sets, units, random) {
  const all = sets.flatMap((permissionSet) => units.map((unit) => ({ permissionSet, ...unit })));
  return random.sample(all, all.length);
}

function unitsOf([, ...accounts]) {
  const units = new Map();
  for (const { id, ou } of accounts) units.set(ou, [...(units.get(ou) ?? []), id]);
  return [...units].map(([ou, ids]) => ({ ou, accounts: ids }));
}

function times(count, make) {
  return Array.from({ length: count }, (_, index) => make(index));
}
