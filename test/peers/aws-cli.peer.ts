import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/idc.js";
import { blocksBelow, commandsOf, servePage, type ServedPage } from "./page.js";
import { run } from "./processes.js";

const [variables = "", ...others] = blocksBelow("## Try it").flatMap(({ language, code }) =>
  language === "sh" ? [code] : [],
);
const commands = others.join("\n");
const cwd = folderWith({});

let page: ServedPage;
beforeAll(async () => {
  page = await servePage(cwd);
});
afterAll(async () => page.stop());

test("the page's variables are those that serve prints", () => {
  const byName = (text: string): Record<string, string> =>
    Object.fromEntries(
      [...text.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
    );
  expect(byName(page.as(variables))).toEqual(page.env);
  expect(Object.keys(page.env)).toHaveLength(8);
});

test("the page's commands do what they say, in one shell and in the page's order", async () => {
  const asWritten = commandsOf(page.as(commands));
  const end = "\u001e";
  const script = [
    "set -euo pipefail",
    page.as(variables),
    ...asWritten.flatMap((command) => [command, `printf '${end}'`]),
    'printf \'{"group": "%s", "set": "%s"}\' "$GROUP" "$SET"',
  ];
  const { code, stdout, stderr } = await run("bash", ["-c", script.join("\n")], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });

  const outputs = stdout.split(end);
  const { group, set } = JSON.parse(outputs.at(-1) ?? "") as { group: string; set: string };
  const answers = asWritten.map((command, index) => {
    const [, service, operation] = /^aws (\S+) (\S+)/.exec(command) ?? [];
    const output = outputs[index] ?? "";
    return [`${service} ${operation}`, output === "" ? "" : (JSON.parse(output) as unknown)] as const;
  });
  const target = { TargetId: "111122223333", TargetType: "AWS_ACCOUNT" };
  const grant = { PermissionSetArn: set, PrincipalType: "GROUP", PrincipalId: group };
  expect(Object.fromEntries(answers.filter(([name]) => !name.startsWith("undefined")))).toEqual({
    "sts get-caller-identity": {
      UserId: "AROASANDBOX:sandbox",
      Account: "999900001111",
      Arn: "arn:aws:sts::999900001111:assumed-role/sandbox/sandbox",
    },
    "sso-admin list-instances": {
      Instances: [
        expect.objectContaining({
          InstanceArn: "arn:aws:sso:::instance/ssoins-1111222233334444",
          IdentityStoreId: "d-1111222233",
          OwnerAccountId: "999900001111",
          Status: "ACTIVE",
        }),
      ],
    },
    "organizations list-accounts": {
      Accounts: expect.toSatisfy((accounts: unknown[]) => accounts.length === 7),
    },
    "identitystore create-user": {
      IdentityStoreId: "d-1111222233",
      UserId: expect.stringMatching(/^1111222233-[-0-9a-f]{36}$/),
    },
    "sso-admin attach-managed-policy-to-permission-set": "",
    "sso-admin create-account-assignment": {
      AccountAssignmentCreationStatus: expect.objectContaining({
        Status: "IN_PROGRESS",
        ...target,
        ...grant,
      }),
    },
    "sso-admin list-account-assignments": { AccountAssignments: [{ AccountId: target.TargetId, ...grant }] },
  });
  expect({ group, set }).toEqual({
    group: expect.stringMatching(/^1111222233-/),
    set: expect.stringMatching(/^arn:aws:sso:::permissionSet\/ssoins-1111222233334444\/ps-/),
  });
});

test("a refusal is the CLI's error with the service's code and words", async () => {
  const user = "--identity-store-id d-1111222233 --user-id 1111222233-00000000-0000-4000-8000-000000000000";
  const { code, stderr } = await run("bash", ["-c", `aws identitystore describe-user ${user}`], {
    env: page.env,
  });
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(
    "An error occurred (ResourceNotFoundException) when calling the DescribeUser operation: USER not found.",
  );
});
