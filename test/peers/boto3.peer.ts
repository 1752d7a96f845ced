import { afterEach, expect, test } from "vitest";
import { folderWith } from "../cli/idc.js";
import { serveSandbox, type ServedSandbox } from "../cli/sandbox-process.js";
import { blocksBelow } from "./page.js";
import { python, run } from "./processes.js";

const served: ServedSandbox[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map((sandbox) => sandbox.stop()));
});

async function sandboxWith(...options: readonly string[]): Promise<ServedSandbox> {
  const sandbox = await serveSandbox(folderWith({}), ...options);
  served.push(sandbox);
  return sandbox;
}

async function part(name: string, ...options: readonly string[]): Promise<unknown> {
  return python("boto3_user.py", { env: (await sandboxWith(...options)).env, args: [name] });
}

test("the page's script prints the users there are", async () => {
  const { env } = await sandboxWith();
  await python("boto3_user.py", { env, args: ["times"] });
  const script = blocksBelow("## Try it").find(({ language }) => language === "python");
  expect(await run("python3", ["-"], { env, input: script?.code ?? "" })).toEqual({
    code: 0,
    stdout: "alice ENABLED\n",
    stderr: "",
  });
});

test("paginators find everything once, in pages as small as asked for, and go on where they were left", async () => {
  const inPages = (items: number): unknown => ({ items, pages: Math.ceil(items / 2), resumed: items });
  expect(await part("pages")).toEqual({
    list_users: inPages(5),
    list_groups: inPages(5),
    list_group_memberships: inPages(5),
    list_group_memberships_for_member: inPages(5),
    list_instances: inPages(1),
    list_permission_sets: inPages(5),
    list_managed_policies_in_permission_set: inPages(5),
    list_customer_managed_policy_references_in_permission_set: inPages(5),
    list_account_assignments: inPages(5),
    list_account_assignments_for_principal: inPages(9),
    list_accounts_for_provisioned_permission_set: inPages(5),
    list_permission_sets_provisioned_to_account: inPages(5),
    list_account_assignment_creation_status: inPages(13),
    list_accounts: inPages(7),
  });
});

test("refusals are the exceptions that boto3 has for them, with their members", async () => {
  const refusal = (caught: string, message: unknown, members = {}): unknown => ({
    caught,
    status: 400,
    message,
    ...members,
  });
  expect(await part("errors")).toEqual({
    "a user name twice": refusal("ConflictException", "Duplicate UserName", {
      Reason: "UNIQUENESS_CONSTRAINT_VIOLATION",
    }),
    "a user that is not there": refusal("ResourceNotFoundException", "USER not found.", {
      ResourceType: "USER",
      ResourceId: "1111222233-00000000-0000-4000-8000-000000000000",
    }),
    "a name with a space": refusal(
      "ValidationException",
      expect.stringMatching(/^1 validation error detected: Value at 'userName' failed/),
    ),
    "a permission set's name twice": refusal(
      "ConflictException",
      "PermissionSet with name Read already exists.",
    ),
    "a permission set that is not there": refusal(
      "ResourceNotFoundException",
      expect.stringContaining("does not exist"),
    ),
    "a name that is too long": refusal(
      "ValidationException",
      expect.stringMatching(/^1 validation error detected: Value 'x{33}' at 'name' failed/),
    ),
    "one policy too many": refusal("ServiceQuotaExceededException", expect.stringContaining("20")),
    "an account that is not there": refusal("AccountNotFoundException", expect.any(String)),
    "an account's id of letters": refusal("InvalidInputException", expect.any(String), {
      Reason: "INVALID_PATTERN",
    }),
  });
});

test("times are datetimes", async () => {
  const places = ["user, created", "user, updated", "group", "membership", "permission set", "request"];
  expect(await part("times")).toEqual(Object.fromEntries(places.map((place) => [place, true])));
});

test("throttling is an exception, too, and boto3's own retries get through it", async () => {
  expect(await part("throttled", "--rate", "2")).toEqual({ refused: true, answers: [[], [], [], []] });
});
