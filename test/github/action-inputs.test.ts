import { expect, test } from "vitest";
import { readInputs } from "../../src/cli/action/inputs.js";

const digest = `sha256:${"0f".repeat(32)}`;
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
    allow: new Map(),
    deep: false,
    waitForPrincipals: null,
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
    "ALLOW",
    "DEEP",
    "WAIT_FOR_PRINCIPALS",
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
    INPUT_ALLOW: ` max-removals=${digest}\nempty-declaration=${digest} `,
    INPUT_DEEP: "true",
    INPUT_WAIT_FOR_PRINCIPALS: "10m",
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
    allow: new Map([
      ["max-removals", digest],
      ["empty-declaration", digest],
    ]),
    deep: true,
    waitForPrincipals: 600_000,
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
  [
    { INPUT_WAIT_FOR_PRINCIPALS: "10" },
    'The input wait-for-principals is "10". It takes a duration from 1s to 1h, such as 90s or 10m.',
  ],
  [{ INPUT_TARGETED: "yes" }, 'The input targeted is true or false, not "yes".'],
  [{ INPUT_RECONCILE: "True\n::debug::" }, 'The input reconcile is true or false, not "True\\n::debug::".'],
  [
    { INPUT_ALLOW: "protected=sha256:0" },
    'The input allow is "protected=sha256:0". It takes GUARD=DIGEST with one of the guards max-removals and empty-declaration; no other can be overruled.',
  ],
  [
    { INPUT_ALLOW: "max-removals=all" },
    'The input allow is "max-removals=all". It takes the digest of the plan that is meant, sha256: and 64 hex digits.',
  ],
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
