import fc from "fast-check";
import { expect, test } from "vitest";
import type { Writer } from "../../src/apply/ports.js";
import type { PermissionSet } from "../../src/model/state.js";
import { accounts } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, read } from "./live-world.js";

const passing: readonly Fault[] = [
  { refuse: "ThrottlingException", message: "Rate exceeded" },
  {
    refuse: "ThrottlingException",
    message: "There are too many requests processing. Please try again later.",
  },
  { refuse: "ConflictException", message: "Another operation is in progress." },
  { refuse: "InternalServerException", status: 500 },
  { body: "<html>", status: 503 },
  { body: '{"cut' },
  { drop: "before" },
  { drop: "after" },
];

const before: PermissionSet = {
  sessionDuration: "PT1H",
  managedPolicies: ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"],
  customerManagedPolicies: [{ name: "X", path: "/" }],
  inlinePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }],
  },
  permissionsBoundary: { managedPolicy: "arn:aws:iam::aws:policy/L" },
  tags: { a: "1" },
};
const after: PermissionSet = {
  description: "after",
  sessionDuration: "PT2H",
  managedPolicies: ["arn:aws:iam::aws:policy/B", "arn:aws:iam::aws:policy/C"],
  customerManagedPolicies: [],
  inlinePolicy: null,
  permissionsBoundary: null,
  tags: { b: "1" },
};

/** Every kind of write once, and some of them undone. */
async function story(writer: Writer): Promise<void> {
  const grant = { principalType: "group", permissionSet: "Set", account: accounts.dev } as const;
  await Promise.all([
    writer.user.create("alice", {
      givenName: "A",
      familyName: "N",
      displayName: "A N",
      email: "a@example.com",
    }),
    writer.user.create("bob", { givenName: "B", familyName: "M", displayName: "B M" }),
    writer.group.create("developers", { description: "They build" }),
    writer.group.create("old", {}),
    writer.permissionSet.create("Set", before),
    writer.permissionSet.create("Gone", before),
  ]);
  await Promise.all([
    writer.membership.create({ group: "developers", user: "alice" }),
    writer.membership.create({ group: "developers", user: "bob" }),
    writer.assignment.create({ ...grant, principal: "developers" }),
    writer.assignment.create({ ...grant, principal: "old" }),
    writer.assignment.create({ ...grant, principal: "old", account: accounts.prod }),
    writer.assignment.create({ ...grant, principal: "old", permissionSet: "Gone" }),
  ]);
  await Promise.all([
    writer.user.update("alice", [
      { path: "title", before: null, after: "Lead" },
      { path: "email", before: "a@example.com", after: "alice@example.com" },
    ]),
    writer.group.update("developers", [{ path: "description", before: "They build", after: null }]),
    writer.permissionSet.update("Set", before, after),
    writer.membership.delete({ group: "developers", user: "bob" }),
    writer.assignment.delete({ ...grant, principal: "old" }),
    writer.assignment.delete({ ...grant, principal: "old", permissionSet: "Gone" }),
  ]);
  await writer.provision("Set", [accounts.dev]);
  await Promise.all([
    writer.assignment.delete({ ...grant, principal: "old", account: accounts.prod }),
    writer.user.delete("bob"),
    writer.permissionSet.delete("Gone"),
  ]);
  await writer.group.delete("old");
  await writer.mark("0123abc");
}

async function ending(faultOf: ((count: number) => Fault | null) | null) {
  const world = createLiveWorld({ settleMs: 4_000 });
  const connection = await world.connect();
  let count = 0;
  if (faultOf !== null) world.faults = () => faultOf((count += 1));
  await story(connection.writer);
  world.faults = null;
  const { state, provisioned, lagging, gaps, instance } = await read(connection);
  return { state, provisioned, lagging, gaps, mark: instance.mark };
}

test("writes end in the same state whatever passing trouble they meet", async () => {
  const undisturbed = await ending(null);
  expect(undisturbed.state.permissionSets).toEqual(new Map([["Set", after]]));
  expect([...undisturbed.state.assignments.keys()]).toEqual([
    `assignment:group/developers:Set:${accounts.dev}`,
  ]);
  expect(undisturbed.lagging.get("Set")).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.noBias(fc.nat({ max: 4 * passing.length }))), async (chances) => {
      const disturbed = await ending(() => passing[Number(chances.next().value)] ?? null);
      expect(disturbed).toEqual(undisturbed);
    }),
    { numRuns: 60 },
  );
});
