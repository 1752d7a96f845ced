import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/idc.js";
import { serveSandbox, type ServedSandbox } from "../cli/sandbox-process.js";
import { exampleAccounts } from "./example-accounts.js";
import { differences, type Difference } from "./differences.js";
import { environmentFor, python, serveMoto, type Moto } from "./processes.js";

/** What a scenario prints: the answer, and the operation that was asked for it, by step. */
type Told = {
  readonly steps: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, string>>;
};

type Rule = { readonly why: string; readonly covers: (difference: Difference) => boolean };

/** What moto 5.2 does otherwise wherever it comes up. */
const rules: readonly Rule[] = [
  {
    why: "moto's ARN of a permission set begins like the instance's",
    covers: ({ left, right }) =>
      typeof left === "string" &&
      left.includes(":::instance/ssoins-16/ps-16") &&
      permissionSetForm(left) === right,
  },
  {
    why: "moto keeps neither times nor authors, no status of users, no paths, and not every attribute",
    covers: ({ at, left }) =>
      left === undefined &&
      /(?:Created|Updated)(?:At|By)$|\.?UserStatus$|\.Paths?$|\.?(?:Website|Birthdate|Roles)$/.test(at),
  },
  {
    why: "moto's groups have an empty list of external ids; the service's lists of them have one member at least",
    covers: ({ at, left, right }) =>
      /\.?ExternalIds$/.test(at) && JSON.stringify(left) === "[]" && right === undefined,
  },
  {
    why: "moto has done at once what the service only begins",
    covers: ({ at, left, right }) =>
      at.endsWith("Status.Status") && left === "SUCCEEDED" && right === "IN_PROGRESS",
  },
];

/** What moto 5.2 does otherwise at single steps, as `PLACE: MOTO'S / THE SANDBOX'S`. */
const known: readonly {
  readonly why: string;
  readonly steps: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    why: "moto checks little of what it is given",
    steps: {
      "a user of a reserved name": ["accepted / ValidationException"],
      "a user with a name of 200 letters": ["accepted / ValidationException"],
      "a user with two e-mail addresses": ["accepted / ValidationException"],
      "users, 500 a page": ["accepted / ValidationException"],
      "a group without a name": ["accepted / ValidationException"],
      "a group of a reserved name": ["accepted / ValidationException"],
      "an inline policy is put that is none": ["accepted / ValidationException"],
      "a permission set with a space in its name": ["accepted / ValidationException"],
      "a permission set with sessions of 15 minutes": ["accepted / ValidationException"],
    },
  },
  {
    why: "moto has other words for it",
    steps: {
      "users from a token of nobody's": [
        "error: InvalidToken / ValidationException",
        "modelled: false / true",
        "message: Invalid Token: Invalid token / The NextToken is not valid for this request.",
      ],
      "a membership of an unknown user": ["message: Member does not exist / USER not found."],
      "a membership of an unknown group": ["message: Group does not exist / GROUP not found."],
      "where an unknown account is": ["error: AccountNotFoundException / ChildNotFoundException"],
    },
  },
  {
    why: "moto takes the same twice",
    steps: {
      "a user of the same name in capitals": ["accepted / ConflictException"],
      "a user with somebody's e-mail address": ["accepted / ConflictException"],
      "a membership, again": ["accepted / ConflictException"],
      "a permission set of the same name": ["accepted / ConflictException"],
      "assignments, one of them made twice": ["AccountAssignments: 3 rows / 2 rows"],
      "assignments, those of the group and the user deleted": ["AccountAssignments: 2 rows / 0 rows"],
    },
  },
  {
    why: "moto does not miss what is not there",
    steps: {
      "members of an unknown group": ["accepted / ResourceNotFoundException"],
      "an unknown membership is deleted": ["accepted / ResourceNotFoundException"],
      "an inline policy is deleted twice": ["accepted / ResourceNotFoundException"],
      "assignments of nobody": ["accepted / ResourceNotFoundException"],
      "an assignment of an unknown group": ["accepted / ResourceNotFoundException"],
      "an assignment of an unknown permission set": ["accepted / ResourceNotFoundException"],
      "a group is deleted twice": ["accepted / ResourceNotFoundException"],
      "a user is deleted twice": ["accepted / ResourceNotFoundException"],
      "users of an unknown identity store": ["accepted / ResourceNotFoundException"],
    },
  },
  {
    why: "moto's default for the duration of sessions is a number, also when a set is only updated",
    steps: {
      "a permission set with a name only": ["PermissionSet.SessionDuration: 3600 / PT1H"],
      "a permission set with a name only by ARN": ["PermissionSet.SessionDuration: 3600 / PT1H"],
      "a permission set with a description changed": ["PermissionSet.SessionDuration: 3600 / PT4H"],
      "another permission set": ["PermissionSet.SessionDuration: 3600 / PT1H"],
    },
  },
  {
    why: "moto has a list of AWS's policies, and finds in it none that has a path; the sandbox takes every ARN of AWS's",
    steps: {
      "a managed policy with a path is attached": ["ResourceNotFoundException / accepted"],
      "a managed policy that AWS does not have is attached": ["ResourceNotFoundException / accepted"],
    },
  },
  {
    why: "moto lists a user's own assignments only; the sandbox those of the user's groups, too",
    steps: { "assignments of a user": ["AccountAssignments: 1 row / 2 rows"] },
  },
  {
    why: "moto provisions nothing with an assignment, and a set everywhere or nowhere, under an account of its own",
    steps: {
      "accounts where the set is": ["AccountIds: 0 rows / 1 row"],
      "sets that are in the account": ["PermissionSets: 0 rows / 1 row"],
      "the set is provisioned in one account": [
        "PermissionSetProvisioningStatus.AccountId: <owner> / 111122223333",
      ],
      "the set is provisioned everywhere": ["PermissionSetProvisioningStatus.AccountId: <owner> / nothing"],
      "accounts where the set is, provisioned": ["AccountIds[]: <owner> / 111122223333"],
      "sets that are in the account, provisioned": ["PermissionSets: 2 rows / 1 row"],
      "sets that are in another account, provisioned": ["PermissionSets: 2 rows / 0 rows"],
    },
  },
  {
    why: "moto deletes what is in use and leaves behind what hung on it, but no trace of a creation",
    steps: {
      "a permission set is deleted while assigned": ["accepted / ConflictException"],
      "groups of a member of it": ["GroupMemberships: 2 rows / 0 rows"],
      "how its creation stands after that": ["ResourceNotFoundException / accepted"],
    },
  },
  {
    why: "moto's organization has a management account and a caller of its own, and no policy types",
    steps: {
      "the organization": ["Organization.MasterAccountEmail: master@example.com / management@example.com"],
      roots: ["Roots[].PolicyTypes: 0 rows / 1 row"],
      accounts: [
        "Accounts[].Email: master@example.com / management@example.com",
        "Accounts[].Name: master / management",
        "Accounts[].JoinedMethod: CREATED / INVITED",
      ],
      "accounts at the root": [
        "Accounts[].Email: master@example.com / management@example.com",
        "Accounts[].Name: master / management",
        "Accounts[].JoinedMethod: CREATED / INVITED",
      ],
      "who asks": [
        "UserId: AKIAIOSFODNN7EXAMPLE / AROASANDBOX:sandbox",
        "Arn: arn:aws:sts::<owner>:user/moto / arn:aws:sts::<owner>:assumed-role/sandbox/sandbox",
      ],
    },
  },
];

let moto: Moto;
let sandbox: ServedSandbox;
let told: { readonly moto: Told; readonly sandbox: Told };
beforeAll(async () => {
  moto = await serveMoto();
  sandbox = await serveSandbox(folderWith({}));
  const scenarios = async (env: Readonly<Record<string, string>>, make: boolean): Promise<Told> => {
    const input = JSON.stringify({ make, accounts: exampleAccounts });
    const [center, organization] = await Promise.all([
      python<Told>("identity_center.py", { env }),
      python<Told>("organization.py", { env, input }),
    ]);
    return {
      steps: { ...center.steps, ...organization.steps },
      operations: { ...center.operations, ...organization.operations },
    };
  };
  const [ofMoto, ofSandbox] = await Promise.all([
    scenarios(environmentFor(moto.url), true),
    scenarios(sandbox.env, false),
  ]);
  told = { moto: ofMoto, sandbox: ofSandbox };
});
afterAll(async () => {
  await moto.stop();
  await sandbox.stop();
});

test("every operation of Identity Center that moto has is asked of both", () => {
  expect(moto.operations).toHaveLength(39);
  const asked = new Set(Object.values(told.sandbox.operations));
  expect(moto.operations.filter((operation) => !asked.has(operation))).toEqual([]);
  expect(told.sandbox.operations).toEqual(told.moto.operations);
});

test("the two answer alike, but for what is known", () => {
  const found = Object.keys(told.moto.steps).flatMap((step) => {
    const unknown = compare(step).filter((difference) => !rules.some(({ covers }) => covers(difference)));
    return unknown.length === 0 ? [] : [[step, unknown.map(words)] as const];
  });
  const expected = known.flatMap(({ steps }) => Object.entries(steps));
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

test.each(rules)("$why", ({ covers }) => {
  expect(Object.keys(told.moto.steps).flatMap(compare).filter(covers)).not.toEqual([]);
});

function compare(step: string): readonly Difference[] {
  return differences(told.moto.steps[step], told.sandbox.steps[step]);
}

function words({ at, left, right }: Difference): string {
  const values = `${value(left)} / ${value(right)}`;
  return at === "" ? values : `${at}: ${values}`;
}

function value(given: unknown): string {
  return typeof given === "string" ? given : (JSON.stringify(given) ?? "nothing");
}

function permissionSetForm(arn: string): string {
  return arn.replace(":::instance/", ":::permissionSet/");
}
