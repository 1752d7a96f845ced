import { describe, expect, test } from "vitest";
import { Schedule } from "../../src/apply/schedule.js";
import type { Change } from "../../src/model/change.js";
import { changeId } from "../../src/model/keys.js";

const common = { cause: "config", source: null, action: "create", before: null, after: {} } as const;

function group(name: string, dependsOn: readonly string[] = []): Change {
  return { ...common, kind: "group", id: changeId.group(name), key: { name }, dependsOn };
}

function assignment(set: string, account: string, dependsOn: readonly string[] = []): Change {
  const key = { principalType: "group", principal: "dev", permissionSet: set, account } as const;
  return { ...common, kind: "assignment", id: changeId.assignment(key), key, dependsOn };
}

function provisioning(permissionSet: string, accounts: readonly string[]): Change {
  return {
    cause: "config",
    source: null,
    kind: "provisioning",
    action: "provision",
    id: changeId.provisioning(permissionSet),
    key: { permissionSet },
    dependsOn: [],
    accounts,
    everywhere: true,
  };
}

function ids(changes: readonly Change[]): readonly string[] {
  return changes.map(({ id }) => id);
}

describe("a schedule", () => {
  test("starts what waits for nothing, and the rest when what it waits for is made", () => {
    const [a, b] = [group("a"), group("b", ["group:a"])];
    const schedule = new Schedule([a, b], 10);
    expect(ids(schedule.start())).toEqual(["group:a"]);
    expect(schedule.start()).toEqual([]);
    expect(schedule.finish(a, true)).toEqual([]);
    expect(ids(schedule.start())).toEqual(["group:b"]);
  });

  test("gives up, with its reason, everything that stands on what was not made, over any number of steps", () => {
    const [a, b, c, d] = [group("a"), group("b", ["group:a"]), group("c", ["group:b"]), group("d")];
    const schedule = new Schedule([a, b, c, d], 10);
    schedule.start();
    expect(schedule.finish(a, false)).toEqual([
      { change: b, because: "group:a" },
      { change: c, because: "group:b" },
    ]);
    expect(schedule.abandon()).toEqual([]);
  });

  test("runs one permission-set operation at a time in an account, and does not let a later one overtake a waiting one", () => {
    const first = assignment("Read", "111111111111");
    const everywhere = provisioning("Write", ["111111111111", "222222222222"]);
    const later = assignment("Admin", "222222222222");
    const elsewhere = assignment("Read", "333333333333");
    const schedule = new Schedule([first, everywhere, later, elsewhere], 10);
    expect(schedule.start()).toEqual([first, elsewhere]);
    schedule.finish(first, true);
    expect(schedule.start()).toEqual([everywhere]);
    schedule.finish(everywhere, true);
    expect(schedule.start()).toEqual([later]);
  });

  test("keeps to the number of operations in flight, which groups and people do not count for", () => {
    const operations = ["1", "2", "3"].map((digit) => assignment("Read", digit.repeat(12)));
    const [one, two, three] = operations;
    const schedule = new Schedule([...operations, group("a")], 2);
    expect(ids(schedule.start())).toEqual([one?.id, two?.id, "group:a"]);
    if (one !== undefined) schedule.finish(one, true);
    expect(ids(schedule.start())).toEqual([three?.id]);
  });
});

test("so much is under way at once that an interruption has little to wait for", () => {
  const changes = Array.from({ length: 10_000 }, (_, index) => group(`g${index}`));
  const schedule = new Schedule(changes, 10);
  const first = schedule.start();
  expect(first.length).toBe(32);
  expect(schedule.start()).toEqual([]);
  const [one] = first;
  if (one === undefined) throw new Error("nothing was started");
  schedule.finish(one, true);
  expect(ids(schedule.start())).toEqual(["group:g32"]);
  expect(schedule.abandon().length).toBe(10_000 - 33);
  expect(schedule.start()).toEqual([]);
});

test("what becomes free later takes its place in the plan's order", () => {
  const [a, b, c] = [assignment("A", "1"), assignment("B", "1", [group("x").id]), assignment("C", "1")];
  const x = group("x");
  const schedule = new Schedule([x, a, b, c], 10);
  expect(ids(schedule.start())).toEqual([x.id, a.id]);
  schedule.finish(x, true);
  schedule.finish(a, true);
  expect(ids(schedule.start())).toEqual([b.id]);
  schedule.finish(b, true);
  expect(ids(schedule.start())).toEqual([c.id]);
});
