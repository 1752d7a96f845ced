/** A company, applied, in which somebody has to be out at once. */
import type { Outcome } from "../../src/model/apply-result.js";
import { changeId } from "../../src/model/keys.js";
import type { PolicyDocument } from "../../src/model/policy-document.js";
import { normalize } from "../../src/policy/normal-form.js";
import { revocationsIn } from "../../src/policy/revocation.js";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runLift } from "../../src/run/lift.js";
import type { LiftOrder, LiftRun } from "../../src/run/lift.js";
import { runPlan } from "../../src/run/plan.js";
import { runRevoke } from "../../src/run/revoke.js";
import type { RevokeOrder, RevokeRun } from "../../src/run/revoke.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { roleKey } from "../../src/sandbox/state.js";
import { accounts } from "../sandbox/world.js";
import { observedAccess, withoutContent } from "../support/observed-access.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

export const { dev, prod, management } = accounts;

export const files = {
  "access/settings.yaml": "identityCenter: {}\n",
  "access/people.yaml": `users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com}
  bob: {givenName: Bob, familyName: Ray, email: bob@example.com}
  cat: {givenName: Cat, familyName: Fox, email: cat@example.com}
  dee: {givenName: Dee, familyName: Oak, email: dee@example.com}
groups:
  builders: {members: [ann, bob]}
  operators: {members: [bob, cat]}
  empty: {members: [bob]}
`,
  "access/sets.yaml": `permissionSets:
  Read: {sessionDuration: PT2H}
  Admin:
    sessionDuration: PT4H
    inlinePolicy:
      Version: "2012-10-17"
      Statement: [{Sid: All, Effect: Allow, Action: "*", Resource: "*"}]
  Own: {}
  Others: {}
assignments:
  - {groups: [builders], permissionSets: [Read], accounts: ["${dev}", "${prod}"]}
  - {groups: [operators], permissionSets: [Admin], accounts: ["${prod}"]}
  - {users: [bob], permissionSets: [Own, Read], accounts: ["${dev}"]}
  - {users: [cat, dee], permissionSets: [Own, Others], accounts: ["${dev}"]}
`,
};

/** What bob reaches by them. */
export const bobsAccess = [
  `bob Admin ${prod}`,
  `bob Own ${dev}`,
  `bob Read ${dev}`,
  `bob Read ${prod}`,
] as const;

export async function company(options: Partial<SandboxOptions> = {}): Promise<RunWorld> {
  const world = createRunWorld(files, options);
  await applied(world);
  world.sent.length = 0;
  return world;
}

/** Applies the files; throws unless all of it was done. */
export async function applied(world: RunWorld): Promise<readonly string[]> {
  const run = await runApply(world.order());
  if (exitCode(run.verdicts) !== 0) throw new Error(JSON.stringify(run.diagnostics));
  return (run.result?.outcomes ?? []).map(({ change }) => `${change.action} ${change.id}`).sort();
}

/** What there is to do, as `create group:red`; and what the plan notes. */
export async function pendingIn(
  world: RunWorld,
): Promise<{ readonly changes: readonly string[]; readonly notes: readonly string[] }> {
  const { plan, diagnostics } = await runPlan(world.order());
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return {
    changes: plan.changes.map(({ action, id }) => `${action} ${id}`).sort(),
    notes: plan.notes.map(({ code }) => code),
  };
}

export async function revoked(world: RunWorld, given: Partial<RevokeOrder> = {}): Promise<RevokeRun> {
  const { tree, connect, clock, wallClock, signal } = world.order();
  return runRevoke({
    tree,
    connect,
    clock,
    wallClock,
    signal,
    user: "bob",
    sessions: false,
    confirm: async () => "yes",
    onStage: () => {},
    onChange: () => {},
    ...given,
  });
}

export async function lifted(world: RunWorld, given: Partial<LiftOrder> = {}): Promise<LiftRun> {
  const { tree, connect, clock, signal } = world.order();
  return runLift({
    tree,
    connect,
    clock,
    signal,
    user: "bob",
    confirm: async () => "yes",
    onStage: () => {},
    onChange: () => {},
    ...given,
  });
}

/** What somebody reaches, as `bob Admin 444455556666`. */
export function accessOf(world: RunWorld, user: string): readonly string[] {
  return [...withoutContent(observedAccess(world.sandbox.state))]
    .filter((text) => text.startsWith(`${user} `))
    .sort();
}

/** How many memberships and grants of their own somebody has. */
export function heldBy(world: RunWorld, user: string): number {
  return heldIds(world, user).size;
}

/** The same by id. */
export function heldIds({ sandbox: { state } }: RunWorld, user: string): ReadonlySet<string> {
  const id = idOf(state, user);
  return new Set([
    ...state.memberships
      .by("user", id)
      .map(({ groupId }) => changeId.membership(state.groups.get(groupId)?.displayName ?? "", user)),
    ...[...state.assignments.values()]
      .filter(({ principalId }) => principalId === id)
      .map(({ permissionSetArn, accountId }) =>
        changeId.assignment({
          principalType: "user",
          principal: user,
          permissionSet: state.permissionSets.get(permissionSetArn)?.name ?? "",
          account: accountId,
        }),
      ),
  ]);
}

export function idOf(state: RunWorld["sandbox"]["state"], user: string): string {
  const [found] = state.users.by("name", user);
  if (found === undefined) throw new Error(`there is no ${user}`);
  return found.id;
}

/** The tags on the instance that idc knows revoked people by. */
export function tagsOf({ sandbox: { state } }: RunWorld): Readonly<Record<string, string>> {
  const all = [...(state.tags.get(state.instance.arn) ?? new Map<string, string>())];
  return Object.fromEntries(all.filter(([key]) => key.startsWith("idc:revoked:")));
}

/** By set: whom its policy cuts off, and whether every role of it has that in force. */
export function cutOffIn(world: RunWorld): Readonly<Record<string, readonly string[] | "behind">> {
  const { state } = world.sandbox;
  const names = new Map(
    [...state.users.values()].map(({ id, attributes }) => [id, attributes.UserName ?? ""]),
  );
  return Object.fromEntries(
    [...state.permissionSets.values()].flatMap(
      ({ arn, name, content, revision }): [string, string[] | "behind"][] => {
        const users = revocationsIn(policyOf(content.inlinePolicy)).map(
          ({ userId }) => names.get(userId) ?? userId,
        );
        const roles = state.roles.by("set", arn);
        if (roles.some((role) => role.revision !== revision)) return [[name, "behind"]];
        return users.length === 0 ? [] : [[name, users.sort()]];
      },
    ),
  );
}

export function policyOf(text: string | null): PolicyDocument | null {
  return text === null ? null : normalize(JSON.parse(text) as PolicyDocument);
}

export function setNamed({ sandbox: { state } }: RunWorld, wanted: string) {
  const found = [...state.permissionSets.values()].find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`there is no ${wanted}`);
  return { ...found, roleIn: (account: string) => state.roles.get(roleKey(account, found.arn)) };
}

/** Each membership and grant with how it ended. */
export function endsOf({ result }: RevokeRun): Readonly<Record<string, Outcome["status"]>> {
  return Object.fromEntries(
    (result?.outcomes ?? []).map(({ change, outcome }) => [`${change.action} ${change.id}`, outcome.status]),
  );
}

/** Everything that bob has, taken away. */
export const allTaken: Readonly<Record<string, Outcome["status"]>> = {
  "delete membership:builders/bob": "done",
  "delete membership:empty/bob": "done",
  "delete membership:operators/bob": "done",
  [`delete assignment:user/bob:Own:${dev}`]: "done",
  [`delete assignment:user/bob:Read:${dev}`]: "done",
};

/** From now on the account is one that the service does nothing in. */
export function suspend(world: RunWorld, id: string): void {
  putStatus(world, id, "SUSPENDED");
}

export function reopen(world: RunWorld, id: string): void {
  putStatus(world, id, "ACTIVE");
}

function putStatus({ sandbox: { state } }: RunWorld, id: string, status: "ACTIVE" | "SUSPENDED"): void {
  const accounts = new Map(state.organization.accounts);
  const account = accounts.get(id);
  if (account === undefined) throw new Error(`there is no account ${id}`);
  state.organization = {
    ...state.organization,
    accounts: accounts.set(id, { ...account, status }),
  };
}
