import fc from "fast-check";
import { expect, test } from "vitest";
import { LiveError } from "../../src/model/live-error.js";
import type { GapScope, Snapshot } from "../../src/model/snapshot.js";
import { accounts } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, read } from "./live-world.js";

/** Some of everything, an orphan and a lagging account among it. */
function createCase() {
  const world = createLiveWorld();
  const users = ["alice", "bob", "carol"].map((name) => world.user(name));
  const groups = ["developers", "auditors"].map((name) => world.group(name));
  const sets = ["ReadOnly", "Admin", "Unused"].map((name) => world.set(name));
  const at = (list: readonly string[], index: number): string => list[index] ?? "";
  for (const [index, user] of users.entries()) world.member(at(groups, index % 2), user);
  for (const account of [accounts.dev, accounts.prod]) world.assign(at(sets, 0), at(groups, 0), account);
  world.assign(at(sets, 1), at(groups, 1), accounts.dev);
  world.assign(at(sets, 1), at(users, 0), accounts.dev, "USER");
  world.assign(at(sets, 1), at(users, 2), accounts.prod, "USER");
  world.store("DeleteUser", { UserId: at(users, 2) });
  world.admin("UpdatePermissionSet", { PermissionSetArn: at(sets, 0), SessionDuration: "PT4H" });
  return world;
}

const notFound: Fault = { refuse: "ResourceNotFoundException", message: "not there" };
const faults: readonly Fault[] = [
  notFound,
  { refuse: "AccessDeniedException", message: "no" },
  { refuse: "ValidationException", message: "no" },
  { refuse: "InternalServerException", status: 500 },
  { body: "{}" },
  { body: "<html>" },
  { drop: "before" },
  { unreachable: "ECONNREFUSED" },
];

/** Everything a snapshot says, as lines with what would have to be unknown for the line to be missing. */
function statements({ state, status, provisioned, lagging }: Snapshot): Map<string, GapScope> {
  const lines = new Map<string, GapScope>();
  for (const [name, user] of state.users)
    lines.set(JSON.stringify(["user", name, user, status.get(name)]), { kind: "user" });
  for (const [name, group] of state.groups)
    lines.set(JSON.stringify(["group", name, group]), { kind: "group" });
  for (const [id, { group }] of state.memberships) lines.set(id, { kind: "membership", group });
  for (const [name, set] of state.permissionSets)
    lines.set(JSON.stringify(["set", name, set]), { kind: "permissionSet", permissionSet: name });
  for (const [id, { permissionSet, account }] of state.assignments)
    lines.set(id, { kind: "assignment", permissionSet, account });
  for (const [name, list] of provisioned)
    lines.set(JSON.stringify(["provisioned", name, list]), { kind: "provisioning", permissionSet: name });
  for (const [name, list] of lagging)
    lines.set(JSON.stringify(["lagging", name, list]), { kind: "provisioning", permissionSet: name });
  return lines;
}

/** A gap covers what it names, and all of a kind when it names nothing, or no account. */
function covers(gap: GapScope, missing: GapScope): boolean {
  return Object.entries(gap).every(([key, value]) => value === null || Reflect.get(missing, key) === value);
}

test("whatever fails, what is missing from a snapshot is covered by a gap, and what it says is true", async () => {
  const world = createCase();
  const truth = statements(await read(await world.connect()));
  let partial = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 40 }), async (seed, rarity) => {
      world.faults = null;
      // A connection of its own for each case: one that has lost the network does not find it again.
      const connection = await world.connect();
      // The same request fails every time, or it would be a matter of retries.
      world.faults = ({ operation, input }) => {
        const chance = hash(`${seed} ${operation} ${JSON.stringify(input)}`);
        const fault = faults[(chance >>> 8) % faults.length];
        if (chance % rarity !== 0 || fault === undefined) return null;
        // That an object is not found, said of the object itself, is no failure but the truth.
        return operation.includes(" Describe") && fault === notFound ? null : fault;
      };
      let snapshot: Snapshot;
      try {
        snapshot = await read(connection);
      } catch (error) {
        if (error instanceof LiveError) return;
        throw error;
      }
      const gaps = snapshot.gaps.flatMap((gap) => gap.covers);
      if (gaps.length > 0) partial += 1;
      const said = statements(snapshot);
      expect([...said.keys()].filter((line) => !truth.has(line))).toEqual([]);
      const silent = [...truth].filter(
        ([line, missing]) => !said.has(line) && !gaps.some((gap) => covers(gap, missing)),
      );
      expect(silent).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(partial).toBeGreaterThan(50);
});

function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 16777619) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}
