import { expect, test } from "vitest";
import type { ReadProgress } from "../../src/live/progress.js";
import { accounts } from "../sandbox/world.js";
import { createLiveWorld, read } from "./live-world.js";

/** 10 people in 4 groups, 5 permission sets of which one is unused, 6 pairs of set and account. */
function createOrganization() {
  const world = createLiveWorld();
  const users = Array.from({ length: 10 }, (_, index) => world.user(`user-${index}`));
  const groups = ["developers", "auditors", "billing", "administrators"].map((name) => world.group(name));
  const sets = ["S3FullAccess", "ReadOnly", "Billing", "Administrator", "BreakGlass"].map((name) =>
    world.set(name),
  );
  for (const [index, user] of users.entries()) world.member(groups[index % 4] ?? "", user);
  for (const [index, set] of sets.slice(0, 4).entries()) world.assign(set, groups[index] ?? "");
  world.assign(sets[1] ?? "", groups[1] ?? "", accounts.prod);
  world.assign(sets[3] ?? "", users[0] ?? "", accounts.prod, "USER");
  return world;
}

test("a whole reading takes a page a list, a request a group and a pair, seven or eight a permission set, and one for the tags", async () => {
  const connection = await createOrganization().connect();
  const before = new Map(connection.operations());
  await read(connection);
  const sent = [...connection.operations()]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  expect(Object.fromEntries(sent)).toEqual({
    "identitystore ListGroupMemberships": 4,
    "identitystore ListGroups": 1,
    "identitystore ListUsers": 1,
    "sso-admin DescribePermissionSet": 5,
    "sso-admin GetInlinePolicyForPermissionSet": 5,
    "sso-admin GetPermissionsBoundaryForPermissionSet": 5,
    "sso-admin ListAccountAssignments": 6,
    "sso-admin ListAccountsForProvisionedPermissionSet": 9,
    "sso-admin ListCustomerManagedPolicyReferencesInPermissionSet": 5,
    "sso-admin ListManagedPoliciesInPermissionSet": 5,
    "sso-admin ListPermissionSets": 1,
    "sso-admin ListTagsForResource": 6,
  });
  expect(sent.reduce((sum, [, count]) => sum + count, 0)).toBe(53);
});

test("requests are counted by service, retries among them, in the snapshot too", async () => {
  const world = createOrganization();
  const connection = await world.connect();
  world.faults = ({ operation, count }) =>
    operation === "identitystore ListUsers" && count < 3
      ? { refuse: "ThrottlingException", message: "Rate exceeded" }
      : null;
  const { requests } = await read(connection);
  expect(requests).toEqual({ ssoAdmin: 47 + 3, identityStore: 6 + 2, organizations: 1, sts: 1 });
  expect(connection.requests()).toEqual(requests);
});

test("progress counts up to what there is", async () => {
  const events: ReadProgress[] = [];
  const connection = await createOrganization().connect({ onProgress: (event) => events.push(event) });
  await read(connection);
  const last = new Map(events.map((event) => (event.type === "reading" ? [event.what, event] : ["", null])));
  expect([...last.values()].map((event) => event && [event.what, event.done, event.total])).toEqual(
    expect.arrayContaining([
      ["users", 10, 10],
      ["groups", 4, 4],
      ["memberships", 4, 4],
      ["permission sets", 5, 5],
      ["assignments", 6, 6],
    ]),
  );
});

test("readings are dated by when they began", async () => {
  const world = createOrganization();
  const connection = await world.connect();
  world.clock.time = Date.UTC(2026, 10, 22, 1, 2, 3);
  expect((await read(connection)).readAt).toBe("2026-11-22T01:02:03.000Z");
});
