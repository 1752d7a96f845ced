import { describe, expect, test } from "vitest";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, failure } from "./live-world.js";

const never = new AbortController().signal;

const account = (id: string, name: string, ou: string, tags: Record<string, string> | null = null) => ({
  id,
  name,
  ou,
  tags,
  state: "ACTIVE",
});
const example = [
  account("111122223333", "sandbox", "Workloads/Dev"),
  account("222200001111", "log-archive", "Security"),
  account("222200002222", "security-tooling", "Security"),
  account("333300001111", "payments-dev", "Workloads/Dev"),
  account("444455556666", "payments-prod", "Workloads/Prod"),
  account("555500001111", "web-prod", "Workloads/Prod"),
  account("999900001111", "management", ""),
];

test("accounts come with their units' names, in the order of their ids", async () => {
  const { reader } = await createLiveWorld().connect();
  expect(await reader.directory({ tags: false }, never)).toEqual({
    kind: "organization",
    managementAccount: "999900001111",
    accounts: example,
  });
});

test("an account that two pages list, since others came between, is one account", async () => {
  const world = createLiveWorld();
  const { reader } = await world.connect();
  world.faults = ({ operation }) =>
    operation === "organizations ListAccounts"
      ? {
          edit: ({ Accounts, ...rest }) => ({
            ...rest,
            Accounts: [...(Accounts as object[]), (Accounts as object[])[0]],
          }),
        }
      : null;
  expect(await reader.directory({ tags: false }, never)).toMatchObject({ accounts: example });
});

test("tags are a request an account, and only when they are asked for", async () => {
  const world = createLiveWorld();
  const connection = await world.connect();
  await connection.reader.directory({ tags: false }, never);
  expect(connection.operations().has("organizations ListTagsForResource")).toBe(false);
  const directory = await connection.reader.directory({ tags: true }, never);
  expect(connection.operations().get("organizations ListTagsForResource")).toBe(example.length);
  if (directory.kind !== "organization") throw new Error("no organization");
  expect(directory.accounts.find(({ name }) => name === "sandbox")?.tags).toMatchObject({ env: "dev" });
});

test("accounts are placed by asking each unit where the service tells no paths", async () => {
  const world = createLiveWorld();
  const { reader } = await world.connect();
  world.faults = ({ operation }) =>
    operation === "organizations ListAccounts"
      ? {
          edit: ({ Accounts, ...rest }) => ({
            ...rest,
            Accounts: (Accounts as object[]).map((one) => ({ ...one, Paths: undefined })),
          }),
        }
      : null;
  expect(await reader.directory({ tags: false }, never)).toMatchObject({ accounts: example });
});

test("an account in no unit, since it moved while the units were asked, is no account at the root", async () => {
  const world = createLiveWorld();
  const { reader } = await world.connect();
  world.faults = ({ operation }) =>
    operation === "organizations ListAccounts"
      ? {
          edit: ({ Accounts, ...rest }) => ({
            ...rest,
            Accounts: (Accounts as object[]).map((one) => ({ ...one, Paths: undefined })),
          }),
        }
      : operation === "organizations ListAccountsForParent"
        ? {
            edit: ({ Accounts, ...rest }) => ({
              ...rest,
              Accounts: (Accounts as { Id: string }[]).filter(({ Id }) => Id !== "444455556666"),
            }),
          }
        : null;
  const error = await failure(reader.directory({ tags: false }, never));
  expect(error.message).toContain("444455556666");
});

test("the state of an account is told, also by services that know only the older Status", async () => {
  const world = createLiveWorld();
  const { reader } = await world.connect();
  const states = [
    { State: "CLOSED" },
    { State: undefined, Status: "SUSPENDED" },
    { State: undefined, Status: undefined },
  ];
  world.faults = ({ operation }) =>
    operation === "organizations ListAccounts"
      ? {
          edit: ({ Accounts, ...rest }) => ({
            ...rest,
            Accounts: (Accounts as object[]).slice(0, 3).map((one, index) => ({ ...one, ...states[index] })),
          }),
        }
      : null;
  const directory = await reader.directory({ tags: false }, never);
  if (directory.kind !== "organization") throw new Error("no organization");
  expect(new Set(directory.accounts.map(({ state }) => state))).toEqual(
    new Set(["CLOSED", "SUSPENDED", "UNKNOWN"]),
  );
});

test("an empty page goes on", async () => {
  const world = createLiveWorld();
  const { reader } = await world.connect();
  world.faults = ({ operation, count, input }) =>
    operation === "organizations ListAccounts" && count === 1 && !("NextToken" in input)
      ? { edit: (answer) => ({ ...answer, Accounts: [], NextToken: "one-more" }) }
      : operation === "organizations ListAccounts" && input["NextToken"] === "one-more"
        ? { body: JSON.stringify({ Accounts: [{ Id: "111122223333", Name: "sandbox", State: "ACTIVE" }] }) }
        : null;
  expect(await reader.directory({ tags: false }, never)).toMatchObject({ accounts: [{ name: "sandbox" }] });
});

describe("where Organizations cannot be read", () => {
  const refusing =
    (refuse: string) =>
    (call: { operation: string }): Fault | null =>
      call.operation.startsWith("organizations ") ? { refuse, message: "no" } : null;

  test.each(["AccessDeniedException", "AWSOrganizationsNotInUseException"])(
    "there are local names alone (%s)",
    async (code) => {
      const world = createLiveWorld();
      world.faults = refusing(code);
      const { reader } = await world.connect();
      expect(await reader.directory({ tags: false }, never)).toEqual({
        kind: "local",
        managementAccount: "999900001111",
        unread: expect.objectContaining({
          message: expect.stringContaining("organizations DescribeOrganization"),
        }),
      });
    },
  );

  test("also when only the list of accounts is refused", async () => {
    const world = createLiveWorld();
    const { reader } = await world.connect();
    world.faults = ({ operation }) =>
      operation === "organizations ListAccounts" ? { refuse: "AccessDeniedException", message: "no" } : null;
    expect(await reader.directory({ tags: false }, never)).toMatchObject({
      kind: "local",
      unread: { kind: "denied", action: "organizations:ListAccounts" },
    });
  });

  test("any other failure is one", async () => {
    const world = createLiveWorld();
    const { reader } = await world.connect();
    world.faults = refusing("TooManyRequestsException");
    expect(await failure(reader.directory({ tags: false }, never))).toMatchObject({ kind: "throttled" });
    world.faults = ({ operation }) =>
      operation === "organizations ListTagsForResource"
        ? { refuse: "AccessDeniedException", message: "no" }
        : null;
    expect(await failure(reader.directory({ tags: true }, never))).toMatchObject({
      kind: "denied",
      action: "organizations:ListTagsForResource",
    });
  });
});

test("an interruption ends the reading of accounts promptly, with its reason", async () => {
  const world = createLiveWorld();
  const { reader } = await world.connect();
  const interrupt = new AbortController();
  world.faults = ({ operation }) => {
    if (operation === "organizations ListAccounts") interrupt.abort(new Error("Ctrl-C"));
    return null;
  };
  await expect(reader.directory({ tags: true }, interrupt.signal)).rejects.toThrow("Ctrl-C");
});
