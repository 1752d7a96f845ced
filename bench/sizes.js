/**
 * How large an organization is to be made. `accounts` counts the management account, which nobody is assigned to;
 * four in five `assignments` stand on an account–set pair of their own, the others share one.
 * @typedef {object} Size
 * @property {number} accounts
 * @property {number} sets
 * @property {number} assignments
 * @property {number} groups
 * @property {number} users
 * @property {number} memberships
 */

/** @type {Size} Small enough to be looked at in a second. */
export const small = { accounts: 20, sets: 8, assignments: 120, groups: 12, users: 60, memberships: 150 };

/** @type {Size} What the goals for requests are set for. */
export const reference = {
  accounts: 300,
  sets: 40,
  assignments: 5_000,
  groups: 150,
  users: 800,
  memberships: 3_000,
};

/** @type {Size} What the goals for time and memory are set for. */
export const large = {
  accounts: 500,
  sets: 500,
  assignments: 100_000,
  groups: 1_000,
  users: 10_000,
  memberships: 40_000,
};

/**
 * A tenth of the size, and three times it. The smaller one keeps all the permission sets: a tenth of them would have no
 * room for a tenth of the assignments.
 * @param {Size} size
 * @returns {[tenth: Size, triple: Size]}
 * @throws {RangeError} with one sentence when there is no room for a team in a tenth.
 */
export function tenthAndTriple(size) {
  if (size.accounts < 11 || size.sets < 1)
    throw new RangeError("A tenth has nothing to assign: --accounts must be 11 or more, --sets 1 or more.");
  const times = (factor) =>
    Object.fromEntries(Object.entries(size).map(([name, number]) => [name, Math.ceil(number * factor)]));
  return [{ ...times(0.1), sets: size.sets }, times(3)];
}

/** Account–set pairs that hold all the assignments. */
export function pairsOf({ assignments }) {
  return Math.ceil(assignments * 0.8);
}

/**
 * @param {Size} size
 * @throws {RangeError} with one sentence when no organization has this size.
 */
export function mustBePossible(size) {
  const { accounts, sets, assignments, groups, users, memberships } = size;
  if (accounts < 1)
    throw new RangeError("There is always a management account: --accounts must be 1 or more.");
  if (users < 1)
    throw new RangeError("Without anybody there is nothing to measure: --users must be 1 or more.");
  if (memberships > groups * users)
    throw new RangeError(`${groups} groups and ${users} users have no room for ${memberships} memberships.`);
  if (pairsOf(size) > (accounts - 1) * sets)
    throw new RangeError(
      `${accounts - 1} accounts and ${sets} permission sets have no room for ${assignments} assignments.`,
    );
  if (assignments > 0 && groups < 2)
    throw new RangeError("Assignments need two groups to stand on: --groups must be 2 or more.");
}
