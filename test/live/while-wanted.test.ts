import { describe, expect, test } from "vitest";
import type { Connection } from "../../src/live/connect.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, type LiveWorld, read } from "./live-world.js";

const denied: Fault = { refuse: "AccessDeniedException", message: "no" };
const throttled: Fault = { refuse: "ThrottlingException", message: "Rate exceeded" };
const never = new AbortController().signal;

/** What is still sent in the hour after `work` has failed, where one operation is denied and another always throttled. */
async function sentAfterwards(
  [refused, retried]: readonly [string, string],
  work: (connection: Connection, world: LiveWorld) => Promise<unknown>,
): Promise<readonly string[]> {
  const world = createLiveWorld();
  const connection = await world.connect();
  world.faults = ({ operation }) =>
    operation === refused ? denied : operation === retried ? throttled : null;
  await expect(work(connection, world)).rejects.toThrow(/may not use|still throttled/);
  world.sent.length = 0;
  await world.time.sleep(3_600_000);
  return world.sent;
}

describe("what has failed asks for nothing more", () => {
  test.each([
    [
      "settling",
      ["sso-admin ListAccountAssignmentDeletionStatus", "sso-admin ListPermissionSetProvisioningStatus"],
      ({ reader }: Connection) => reader.settle(never),
    ],
    [
      "reading accounts",
      ["organizations ListTagsForResource", "organizations ListAccountsForParent"],
      ({ reader }: Connection, world: LiveWorld) => {
        const { faults } = world;
        world.faults = (call) =>
          call.operation === "organizations ListAccounts"
            ? { edit: ({ Accounts }) => ({ Accounts: withoutPaths(Accounts) }) }
            : (faults?.(call) ?? null);
        return reader.directory({ tags: true }, never);
      },
    ],
  ] as const)("%s", async (_, operations, work) => {
    expect(await sentAfterwards(operations, work)).toEqual([]);
  });

  test("a connection that is closed", async () => {
    const world = createLiveWorld();
    const connection = await world.connect();
    world.faults = () => throttled;
    void world.time.sleep(100).then(() => connection.close());
    await expect(connection.writer.mark("sha256:x")).rejects.toThrow("was closed");
    world.sent.length = 0;
    await world.time.sleep(3_600_000);
    expect(world.sent).toEqual([]);
  });

  test("connecting that is interrupted rejects with the reason", async () => {
    const world = createLiveWorld();
    const interrupt = new AbortController();
    world.faults = () => throttled;
    void world.time.sleep(100).then(() => interrupt.abort(new Error("Ctrl-C")));
    await expect(world.connect({ signal: interrupt.signal })).rejects.toThrow("Ctrl-C");
  });
});

test("what is wanted goes on", async () => {
  const world = createLiveWorld();
  world.user("alice");
  const snapshot = await read(await world.connect());
  expect([...snapshot.state.users.keys()]).toEqual(["alice"]);
});

function withoutPaths(accounts: unknown): readonly object[] {
  return (accounts as readonly object[]).map((account) => ({ ...account, Paths: undefined }));
}
