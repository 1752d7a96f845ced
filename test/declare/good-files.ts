import { readdirSync, readFileSync } from "node:fs";
import { stringify } from "yaml";

type Schema = {
  readonly $ref?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly $defs?: Readonly<Record<string, Schema>>;
};

/** Access files by their path below `access`, as they are before anybody has spoilt them. */
export type Files = Readonly<Record<string, string>>;

const access = new URL("../../access/", import.meta.url);

/** The example organisation. */
const example: Files = Object.fromEntries(
  readdirSync(access, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(yaml|json)$/.test(path))
    .map((path) => [path, readFileSync(new URL(path, access), "utf8")]),
);

/** All that is supported and can stand together, in one file beside its settings. */
const everything: Files = {
  "settings.yaml": `
identityCenter:
  region: eu-west-1
  instanceArn: arn:aws:sso:::instance/ssoins-1111222233334444
  onUserRemoval: delete
  manage: {users: all, groups: declared, permissionSets: declared, assignments: declared}
  ignore:
    users: ["svc-*"]
    groups: ["AWS*"]
    permissionSets: ["AWS*"]
    accounts: ["legacy-*"]
    assignments: [{principal: "jit-*", permissionSet: "*", account: "*"}]
  limits: {requestsPerSecond: 7.5, operationsInFlight: 3}
`,
  "all.yaml": `
accounts: {sandbox: "111122223333", "web prod": "444455556666"}
users:
  alice:
    givenName: Alice
    familyName: Nguyen
    email: alice@example.com
    displayName: "Alice N."
    status: enabled
    title: Engineer
    nickName: Al
    userType: Employee
    locale: en-IE
    timezone: Europe/Dublin
    preferredLanguage: en
    profileUrl: https://people.example.com/alice
    phone: "+353 1 555 0100"
    website: null
    birthdate: 1990-05-17
    address: {street: 1 Main Street, locality: Dublin, region: Leinster, postalCode: "02", country: Ireland}
    enterprise: {employeeNumber: "4711", costCenter: CC-100, organization: X, division: Y, department: Z, manager: bob}
  bob: &person {givenName: Bob, familyName: Okafor, status: disabled}
  алиса: *person
groups:
  developers: {description: "Build\\tand run", members: [alice, {user: bob, expires: 2026-12-31}, алиса]}
  nobody: {}
permissionSets:
  S3FullAccess: &set
    description: Object storage
    sessionDuration: PT1H30M
    relayState: https://console.aws.amazon.com/s3/home
    managedPolicies: [ReadOnlyAccess, job-function/Billing, "arn:aws:iam::aws:policy/SecurityAudit"]
    customerManagedPolicies: [{name: DeveloperBase, path: /platform/}]
    inlinePolicy: policies/s3.json
    requireMfa: {sessionTag: {key: mfa, value: "true"}}
    permissionsBoundary: {name: Boundary}
    tags: {team: platform, "on call": ""}
  Second: *set
  Third:
    inlinePolicy:
      Version: "2012-10-17"
      Id: third
      Statement:
        Sid: One
        Effect: Allow
        NotAction: ["iam:*"]
        NotResource: "arn:aws:s3:::x"
        Condition: {"ForAnyValue:StringLikeIfExists": {"aws:RequestedRegion": [eu-*]}, Bool: {"aws:SecureTransport": true}}
    requireMfa: true
    permissionsBoundary: PowerUserAccess
assignments:
  - groups: [developers]
    users: [alice]
    permissionSets: [S3FullAccess, Second]
    accounts: [sandbox, "444455556666", {name: "web-*"}, {ou: Workloads, optional: true}, {tags: {env: dev}}]
    except: [web prod, {all: true}]
    expires: "2026-12-31T18:00:00+01:00"
    reason: >-
      OPS-1234,
      for now
removed:
  groups: [old-team]
  permissionSets: [OldAccess]
  assignments: [{groups: [auditors], permissionSets: [Third], accounts: [{all: true}]}]
`,
  "policies/s3.json": `{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": ["arn:aws:s3:::bench", "*"]},
    {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:MultiFactorAuthAge": "true"}}}
  ]
}
`,
};

/** Files of a team, held to a delegation, beside central ones and guardrails. */
const delegated: Files = {
  "settings.yaml": `
identityCenter: {manage: {users: declared, groups: declared, permissionSets: all, assignments: declared}}
delegations:
  - files: "teams/web/**"
    users: ["web-*"]
    groups: ["web-*"]
    permissionSets: [ReadOnly, WebDeploy]
    accounts: [{ou: Workloads}, {tags: {env: dev}, optional: true}, "111122223333", log-archive]
  - {files: "teams/*/rules.yaml", groups: [auditors], permissionSets: [ReadOnly], accounts: [{all: true}]}
guardrails:
  keepAccess: [{permissionSet: ReadOnly, accounts: [{all: true}], atLeast: 1}]
  protect: {groups: [auditors], accounts: ["log-*"]}
  rules: {passRole: error, adminSession: PT1H}
`,
  "central.yaml": "groups: {auditors: {}}\npermissionSets: {ReadOnly: {managedPolicies: [ReadOnlyAccess]}}\n",
  "teams/web/people.yaml": `
users: {web-bot: {givenName: Web, familyName: Bot}}
groups: {web-devs: {members: [web-bot, {user: zoe, expires: 2026-12-31}]}}
permissionSets: {WebDeploy: {inlinePolicy: deploy.json}}
`,
  "teams/web/rules.yaml": `
assignments:
  - {groups: [web-devs], users: [web-bot], permissionSets: [ReadOnly, WebDeploy], accounts: [{ou: Workloads}, log-archive]}
  - {groups: [auditors], permissionSets: [ReadOnly], accounts: [{all: true}], except: [sandbox]}
removed:
  groups: [web-old]
  assignments: [{groups: [web-old], permissionSets: [ReadOnly], accounts: ["111122223333"]}]
`,
  "teams/web/deploy.json":
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}\n',
};

const schema = JSON.parse(
  readFileSync(new URL("../../schema/access.schema.json", import.meta.url), "utf8"),
) as Schema;

/** Every key that the schema knows, each with its own examples: more than fits together, and a fault or two. */
const everyKey: Files = { "settings.yaml": stringify(sample(schema)) };

function sample(part: Schema): unknown {
  const { $ref, properties, items, additionalProperties, examples } = part;
  if ($ref !== undefined) return sample(schema.$defs?.[$ref.split("/").at(-1) ?? ""] ?? {});
  if (properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, sample(one)]));
  if (items !== undefined) return [sample(items), ...(Array.isArray(examples?.[0]) ? examples[0] : [])];
  if (typeof additionalProperties === "object") {
    const [key = "key"] = Object.keys(examples?.[0] ?? {});
    return { [key]: sample(additionalProperties) };
  }
  return examples?.[0] ?? part.const ?? part.enum?.[0] ?? part.default ?? null;
}

export const goodFiles: readonly Files[] = [everything, everyKey, delegated, example];
