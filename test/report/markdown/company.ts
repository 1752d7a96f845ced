import type { Cause, Change } from "../../../src/model/change.js";
import type { AssignmentKey, Keys } from "../../../src/model/keys.js";
import type { Plan } from "../../../src/model/plan.js";
import type { PermissionSet, State } from "../../../src/model/state.js";
import { normalize } from "../../../src/policy/normal-form.js";
import { declaring } from "../../support/declarations.js";
import { permissionSet, person, snapshotOf, stateOf } from "../../support/organizations.js";
import { planned } from "../../support/planning.js";

// A small company, and plans of what happens in it.

const accounts = { "111122223333": "sandbox", "444455556666": "payments-prod" };

const [sandbox, paymentsProd] = Object.keys(accounts) as [string, string];

const readOnly = permissionSet({
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
  sessionDuration: "PT8H",
});

export const deploy = permissionSet({
  description: "Deploys a service",
  sessionDuration: "PT2H",
  permissionsBoundary: { managedPolicy: "arn:aws:iam::aws:policy/PowerUserAccess" },
  inlinePolicy: normalize({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:Get*", "s3:List*"], Resource: "*" },
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::builds/*" },
    ],
  }),
});

function grant(principal: string, permissionSet: string, account: string): AssignmentKey {
  return { principalType: "group", principal, permissionSet, account };
}

type Parts = {
  users: readonly string[];
  memberships: readonly Keys["membership"][];
  assignments: readonly AssignmentKey[];
  sets: Readonly<Record<string, PermissionSet>>;
};

const parts: Parts = {
  users: ["alice", "bob", "carol"],
  memberships: [
    { group: "developers", user: "alice" },
    { group: "developers", user: "bob" },
    { group: "payments", user: "carol" },
    { group: "developers", user: "carol" },
  ],
  assignments: [
    grant("developers", "ReadOnly", sandbox),
    grant("developers", "Deploy", sandbox),
    grant("payments", "ReadOnly", paymentsProd),
    grant("payments", "Deploy", paymentsProd),
  ],
  sets: { ReadOnly: readOnly, Deploy: deploy },
};

/** The company, with parts of it as `given`. */
export function company(given: Partial<Parts> = {}): State {
  const { users, memberships, assignments, sets } = { ...parts, ...given };
  return stateOf({
    users: new Map(users.map((name) => [name, person(name)])),
    groups: new Map([
      ["developers", { description: "Build and run" }],
      ["payments", {}],
    ]),
    permissionSets: new Map(Object.entries(sets)),
    memberships,
    assignments,
  });
}

/** What it takes to come from one state to another, in a repository with commits, after an earlier apply or none. */
export function planFor(
  from: State,
  to: State,
  { mark = "sha256:earlier" }: { mark?: string | null } = {},
): Plan {
  const snapshot = snapshotOf(from);
  const plan = planned(
    declaring(to, {
      commit: "5f1d0c9f7f7f4a0f9be1d6a54b6a0c1e2d3f4a5b",
      accountNames: new Map(Object.entries(accounts)),
    }),
    { ...snapshot, instance: { ...snapshot.instance, mark } },
  );
  return { ...plan, accounts };
}

/** The plan as if everything in it that `isOlder` says had another cause than the files. */
function withOlder(plan: Plan, cause: Cause, isOlder: (change: Change) => boolean): Plan {
  const changes = plan.changes.map((change) => (isOlder(change) ? { ...change, cause } : change));
  const users = new Set(
    changes.flatMap((change) =>
      change.cause === cause && change.kind === "membership" ? [change.key.user] : [],
    ),
  );
  const sided = <T extends { user: string; cause: Cause }>(rows: readonly T[]): readonly T[] =>
    rows.map((row) => (users.has(row.user) ? { ...row, cause } : row));
  const { gained, lost, changed } = plan.access;
  return { ...plan, changes, access: { gained: sided(gained), lost: sided(lost), changed: sided(changed) } };
}

/** The plan as if all of it had been done by hand. */
export function byHand(plan: Plan): Plan {
  const cause: Cause = "drift";
  const sided = <T extends { cause: Cause }>(rows: readonly T[]): readonly T[] =>
    rows.map((row) => ({ ...row, cause }));
  const { gained, lost, changed } = plan.access;
  return {
    ...plan,
    changes: sided(plan.changes),
    access: { gained: sided(gained), lost: sided(lost), changed: sided(changed) },
  };
}

export function joiner(): Plan {
  return planFor(
    company(),
    company({
      users: [...parts.users, "dave"],
      memberships: [...parts.memberships, { group: "developers", user: "dave" }],
    }),
  );
}

export function leaver(): Plan {
  return planFor(
    company(),
    company({
      users: ["alice", "bob"],
      memberships: parts.memberships.filter(({ user }) => user !== "carol"),
    }),
  );
}

export function mover(): Plan {
  return planFor(
    company(),
    company({
      memberships: parts.memberships.map((one) =>
        one.user === "bob" ? { group: "payments", user: "bob" } : one,
      ),
    }),
  );
}

/** A policy that gains actions and places, beside a boundary that goes, a longer session and another managed policy. */
export function broadened(): Plan {
  const wider = {
    ...deploy,
    sessionDuration: "PT4H",
    permissionsBoundary: null,
    managedPolicies: ["arn:aws:iam::aws:policy/AmazonECS_FullAccess"],
    inlinePolicy: normalize({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["s3:Get*", "iam:PassRole", "newservice:Do*"], Resource: "*" },
        {
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: ["arn:aws:s3:::builds/*", "arn:aws:s3:::logs/*"],
        },
      ],
    }),
  };
  return planFor(company(), company({ sets: { ...parts.sets, Deploy: wider } }));
}

export function firstContact(): Plan {
  return planFor(company(), company({ assignments: parts.assignments.slice(0, 3) }), { mark: null });
}

/** A joiner, while somebody put alice into the payments team by hand. */
export function driftAndChange(): Plan {
  const live = company({ memberships: [...parts.memberships, { group: "payments", user: "alice" }] });
  const plan = planFor(
    live,
    company({
      users: [...parts.users, "dave"],
      memberships: [...parts.memberships, { group: "developers", user: "dave" }],
    }),
  );
  return {
    ...withOlder(plan, "drift", ({ action }) => action === "delete"),
    base: { commit: "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567" },
    live: { ...plan.live, targeted: true },
  };
}
