import { expect, test } from "vitest";
import { readInputs } from "../../src/cli/action/inputs.js";

const arn = "arn:aws:sso:::instance/ssoins-1111222233334444";

test("what is not given or empty is none, and the folder is access", () => {
  const none = {
    command: "plan",
    dir: "access",
    state: ".idc/sandbox.json",
    base: null,
    planFile: null,
    auditFile: null,
    token: null,
    targeted: false,
    reconcile: false,
  };
  expect(readInputs({ INPUT_COMMAND: "plan" })).toEqual(none);
  const empty = [
    "DIR",
    "BASE",
    "INSTANCE_ARN",
    "REGION",
    "PLAN_FILE",
    "AUDIT_FILE",
    "TOKEN",
    "TARGETED",
    "RECONCILE",
  ];
  const given = Object.fromEntries(empty.map((name) => [`INPUT_${name}`, " "]));
  expect(readInputs({ ...given, INPUT_COMMAND: "plan" })).toEqual(none);
});

test("every input is read, without the white space around it", () => {
  const inputs = readInputs({
    INPUT_COMMAND: " drift\n",
    INPUT_DIR: "organizations/acme/access",
    INPUT_BASE: "HEAD^1",
    INPUT_INSTANCE_ARN: ` ${arn} `,
    INPUT_REGION: "eu-west-1",
    INPUT_PLAN_FILE: "/tmp/a plan.json",
    INPUT_AUDIT_FILE: "audit.jsonl",
    INPUT_TOKEN: "ghs_token\n",
    INPUT_TARGETED: "true",
    INPUT_RECONCILE: "true",
  });
  expect(inputs).toEqual({
    command: "drift",
    dir: "organizations/acme/access",
    state: ".idc/sandbox.json",
    instanceArn: arn,
    region: "eu-west-1",
    base: "HEAD^1",
    planFile: "/tmp/a plan.json",
    auditFile: "audit.jsonl",
    token: "ghs_token",
    targeted: true,
    reconcile: true,
  });
});

test.each(["validate", "plan", "apply", "drift"])("%s is a command", (command) => {
  expect(readInputs({ INPUT_COMMAND: command }).command).toBe(command);
});

test.each([
  [{}, 'The input command is one of validate, plan, apply, drift, not "".'],
  [{ INPUT_COMMAND: "Plan" }, 'The input command is one of validate, plan, apply, drift, not "Plan".'],
  [
    { INPUT_COMMAND: "toString" },
    'The input command is one of validate, plan, apply, drift, not "toString".',
  ],
  [{ INPUT_TARGETED: "yes" }, 'The input targeted is true or false, not "yes".'],
  [{ INPUT_RECONCILE: "True\n::debug::" }, 'The input reconcile is true or false, not "True\\n::debug::".'],
  [
    { INPUT_INSTANCE_ARN: "ssoins-1" },
    `The input instance-arn is "ssoins-1". It takes an ARN such as ${arn}.`,
  ],
  [
    { INPUT_REGION: "eu-west-1.example.com" },
    'The input region is "eu-west-1.example.com". It takes a region as AWS writes it, such as eu-west-1.',
  ],
])("%j is refused in one sentence", (given: Readonly<Record<string, string>>, message) => {
  const environment = Object.keys(given).length === 0 ? given : { INPUT_COMMAND: "plan", ...given };
  expect(() => readInputs(environment)).toThrow(message);
});
