import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.js";
import type { LogEntry } from "../../src/sandbox/sandbox.js";
import { deserialize, roleKey } from "../../src/sandbox/state.js";
import type { SandboxState } from "../../src/sandbox/state.js";
import { folderWith, idc, start } from "../cli/idc.js";
import { relayTo } from "../cli/relay.js";
import { reorganization } from "../cli/reorganization.js";
import { serveSandbox } from "../cli/sandbox-process.js";
import type { ServedSandbox } from "../cli/sandbox-process.js";
import { observedAccess, withoutContent } from "../support/observed-access.js";

/** What the uninterrupted run does: the measure for every other. */
type Whole = {
  /** The state file it begins with. */
  readonly begin: string;
  readonly end: string;
  readonly passed: readonly string[];
  readonly written: Readonly<Record<string, number>>;
};

const applying = ["apply", "--dir", "after", "--yes"];
const planning = ["plan", "--dir", "after", "--detailed-exitcode"];
const serving = ["--settle", "60ms", "--log", "requests.jsonl"];
const json = { options: ["--format", "json"] };
const allDone = /\nApplied: 67 changes, all done\.\n$/;

let whole: Whole;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  whole = await uninterrupted();
});

afterAll(async () => {
  await Promise.all(opened.map(async (close) => close()));
});

describe.concurrent("an apply that is killed", () => {
  it("makes 79 writes, of which the service takes its time for 23", () => {
    expect(whole.passed.filter(isWrite)).toHaveLength(79);
    expect(whole.passed.filter(isAsynchronous)).toHaveLength(23);
  });

  const atWrites = [1, 8, 15, 22, 29, 36, 44, 51, 58, 65, 72, 79].map((count, index) => {
    const when = index % 2 === 0 ? "after" : "before";
    return [`at write ${count}, ${when} it is made`, atWrite(count, when)] as const;
  });
  const atLooks = [1, 4, 7, 10, 14, 17, 20, 23].map(
    (count) => [`when it looks how operation ${count} stands`, atLook(count)] as const,
  );
  it.each([...atWrites, ...atLooks])("%s, is taken up by the next", async (_when, stopAt) => {
    const { cwd, sandbox, relay, apply } = await stopped(stopAt);
    apply.process.kill("SIGKILL");
    expect((await apply.ended).code).toBeNull();
    await relay.close();
    await sandbox.stop();
    expect(strayed(stateIn(cwd))).toEqual([]);
    expect(strayed(settled(stateIn(cwd)))).toEqual([]);
    await takenUp(cwd, await served(cwd));
    expectNothingTwice(cwd);
  });

  it("leaves operations in progress, for which the next waits", async () => {
    const { cwd, sandbox, apply } = await stopped(atLook(5), { settle: "3s" });
    apply.process.kill("SIGKILL");
    await apply.ended;
    await sandbox.stop();
    expect(stateIn(cwd).requests.countBy("status", "IN_PROGRESS")).toBeGreaterThan(4);
    await takenUp(cwd, await served(cwd));
    expectNothingTwice(cwd);
  });
});

describe.concurrent("an apply that is interrupted", () => {
  it.each([
    ["SIGINT", "at a write", atWrite(20, "before")],
    ["SIGINT", "at a look", atLook(12)],
    ["SIGTERM", "at a write", atWrite(60, "after")],
    ["SIGTERM", "at a look", atLook(3)],
  ] as const)("by %s %s ends what is under way and tells what is left", async (signal, _when, stopAt) => {
    const { cwd, sandbox, relay, apply } = await stopped(stopAt, json);
    apply.process.kill(signal);
    await apply.told("Stopping");
    relay.release();
    const { code, stdout } = await apply.ended;
    const { done, interrupted, ...others } = idsByStatus(stdout);
    expect({ code, others }).toEqual({ code: 130, others: {} });
    expect(done).not.toEqual([]);
    expect(await pending(cwd, sandbox)).toEqual(interrupted);
    await sandbox.stop();
    expect(strayed(stateIn(cwd))).toEqual([]);
    await takenUp(cwd, await served(cwd));
    expectNothingTwice(cwd);
  });

  it("again and again ends at once", async () => {
    const { cwd, sandbox, apply } = await stopped(atWrite(30, "after"));
    apply.process.kill("SIGINT");
    await apply.told("Stopping");
    // Nothing that it asked is answered: by itself it would not end.
    const again = setInterval(() => apply.process.kill("SIGINT"), 20);
    const { code, stdout } = await apply.ended;
    clearInterval(again);
    expect(code).toBe(130);
    expect(stdout).not.toMatch(/Applied|Interrupted/);
    await takenUp(cwd, sandbox);
    expectNothingTwice(cwd);
  });

  it.each(["GetCallerIdentity", "ListAccountAssignmentDeletionStatus", "ListRoots", "ListUsers"])(
    "while it waits for the answer of %s, which never comes, has changed nothing",
    async (operation) => {
      const { cwd, sandbox, apply } = await stopped((one) => (one === operation ? "after" : null), json);
      apply.process.kill("SIGINT");
      const { code, stdout, stderr } = await apply.ended;
      expect(code).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, diagnostics: [{ code: "interrupted" }] });
      expect(stderr).toMatch(/\nInterrupted\. Nothing was changed\.\n$/);
      await sandbox.stop();
      expect(written(cwd)).toEqual({});
    },
  );

  it("when everything is made, says so", async () => {
    const { cwd, sandbox, relay, apply } = await stopped(atWrite(79, "before"));
    apply.process.kill("SIGINT");
    await apply.told("Stopping");
    relay.release();
    expect(await apply.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(allDone) });
    await sandbox.stop();
    expectWhole(cwd);
    expectNothingTwice(cwd);
  });
});

describe.concurrent("an apply that loses the connection", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)(
    "for good, to a service that ends by %s, claims nothing that it has not seen",
    async (signal) => {
      const { cwd, sandbox, relay, apply } = await stopped(atWrite(40, "after"), json);
      await sandbox.stop(signal);
      await relay.close();
      const { code, stdout } = await apply.ended;
      const { failed = [], skipped = [], unconfirmed = [], ...others } = idsByStatus(stdout);
      expect({ code, others }).toEqual({ code: 1, others: {} });
      expect([failed, skipped, unconfirmed]).not.toContainEqual([]);
      expect(stdout).toContain("ECONNREFUSED");
      await takenUp(cwd, await served(cwd));
      // A sandbox that is killed may forget what it did last.
      if (signal === "SIGTERM") expectNothingTwice(cwd);
    },
  );

  it("to a service that is soon there again goes on, or tells what is not done", async () => {
    const cwd = companyWith(whole.begin);
    const sandbox = await served(cwd);
    const apply = start([...applying, ...json.options], { cwd, env: sandbox.env });
    await logged(cwd, 120);
    await sandbox.stop();
    const again = await served(cwd, "--port", new URL(sandbox.url).port);
    const { code, stdout } = await apply.ended;
    const { done = [], ...others } = idsByStatus(stdout);
    expect(code).toBe(Object.keys(others).length === 0 ? 0 : 1);
    const open = await pending(cwd, again);
    expect(done.filter((id) => open.includes(id))).toEqual([]);
    await takenUp(cwd, again);
    expectNothingTwice(cwd);
  });

  it("for as long as a service needs to start again goes on", async () => {
    const { cwd, sandbox, relay, apply } = await stopped(atWrite(35, "before"));
    await sandbox.stop();
    relay.cut();
    const again = await served(cwd, "--port", new URL(sandbox.url).port);
    expect(await apply.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(allDone) });
    await again.stop();
    expectWhole(cwd);
    expectNothingTwice(cwd);
  });

  it.each(["CreateUser", "CreatePermissionSet", "CreateAccountAssignment", "ProvisionPermissionSet"])(
    "with the answer of %s goes on",
    async (operation) => {
      const { cwd, sandbox, relay, apply } = await stopped((one) => (one === operation ? "after" : null));
      relay.cut();
      expect(await apply.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(allDone) });
      await sandbox.stop();
      expectWhole(cwd);
    },
  );
});

type StopAt = NonNullable<Parameters<typeof relayTo>[1]>;

function atWrite(count: number, when: "before" | "after"): StopAt {
  let writes = 0;
  return (operation) => (isWrite(operation) && (writes += 1) === count ? when : null);
}

/** The first look at how things stand after so many requests that the service takes its time for. */
function atLook(count: number): StopAt {
  let requests = 0;
  return (operation) => {
    if (isAsynchronous(operation)) requests += 1;
    return isLook(operation) && requests >= count ? "before" : null;
  };
}

/** `idc sandbox serve` in this folder, until the test or the whole file is over. */
async function served(cwd: string, ...options: readonly string[]): Promise<ServedSandbox> {
  const sandbox = await serveSandbox(cwd, ...serving, ...options);
  opened.push(async () => sandbox.stop("SIGKILL"));
  return sandbox;
}

async function uninterrupted(): Promise<Whole> {
  const first = folderWith(reorganization);
  const empty = await serveSandbox(first);
  expect((await idc(["apply", "--dir", "before", "--yes"], { cwd: first, env: empty.env })).code).toBe(0);
  await empty.stop();
  const begin = stateFile(first);

  const { cwd, sandbox, relay, apply } = await startedWith(begin);
  expect(await apply.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(allDone) });
  expect(await idc(planning, { cwd, env: sandbox.env })).toMatchObject({ code: 0 });
  await sandbox.stop();
  return { begin, end: stateFile(cwd), passed: relay.passed, written: written(cwd) };
}

async function startedWith(
  state: string,
  stopAt?: StopAt,
  { options = [], settle = "60ms" }: { options?: readonly string[]; settle?: string } = {},
) {
  const cwd = companyWith(state);
  const sandbox = await served(cwd, "--settle", settle);
  const relay = await relayTo(sandbox, stopAt);
  opened.push(async () => relay.close());
  return { cwd, sandbox, relay, apply: start([...applying, ...options], { cwd, env: relay.env }) };
}

/** An apply under way that has come to a point, where whatever it asks stands still. */
async function stopped(stopAt: StopAt, given?: Parameters<typeof startedWith>[2]) {
  const started = await startedWith(whole.begin, stopAt, given);
  await Promise.race([
    started.relay.reached,
    started.apply.ended.then((end) => {
      throw new Error(`it ended before it came to the point: ${JSON.stringify(end)}`);
    }),
  ]);
  return started;
}

/** Runs it again to its end, when there is nothing left to do and all is as if it had never been interrupted. */
async function takenUp(cwd: string, sandbox: ServedSandbox): Promise<void> {
  const given = { cwd, env: sandbox.env };
  expect(await idc(applying, given)).toMatchObject({ code: 0 });
  expect(await idc(planning, given)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No changes\./m),
  });
  await sandbox.stop();
  expectWhole(cwd);
}

function expectWhole(cwd: string): void {
  expect(byName(stateIn(cwd))).toEqual(byName(deserialize(whole.end)));
  expect(rolesMadeAnew(stateIn(cwd))).toEqual([]);
}

/** Whatever one run had brought about, the other has not done again: together they made every write of the whole. */
function expectNothingTwice(cwd: string): void {
  expect(written(cwd)).toEqual(whole.written);
}

async function logged(cwd: string, count: number): Promise<void> {
  while (logLines(cwd).length < count) await setTimeout(2);
}

/** Ids of an apply's changes, in order, by how they ended. */
function idsByStatus(stdout: string): Partial<Record<string, readonly string[]>> {
  const { result } = JSON.parse(stdout) as {
    result: { outcomes: { change: { id: string }; outcome: { status: string } }[] };
  };
  const ids: Record<string, string[]> = {};
  for (const { change, outcome } of result.outcomes) (ids[outcome.status] ??= []).push(change.id);
  for (const some of Object.values(ids)) some.sort();
  return ids;
}

/** Ids of the changes that a plan has now. */
async function pending(cwd: string, { env }: ServedSandbox): Promise<readonly string[]> {
  const { stdout } = await idc(["plan", "--dir", "after", "--format", "json"], { cwd, env });
  return (JSON.parse(stdout) as { changes: { id: string }[] }).changes.map(({ id }) => id).sort();
}

function companyWith(state: string): string {
  return folderWith({ ...reorganization, "sandbox.json": state });
}

function stateFile(cwd: string): string {
  return readFileSync(join(cwd, "sandbox.json"), "utf8");
}

function stateIn(cwd: string): SandboxState {
  return deserialize(stateFile(cwd));
}

function isWrite(operation: string): boolean {
  return /^(Create|Update|Delete|Put|Attach|Detach|Tag|Untag|Provision)/.test(operation);
}

function isAsynchronous(operation: string): boolean {
  return /^(Create|Delete)AccountAssignment$|^ProvisionPermissionSet$/.test(operation);
}

function isLook(operation: string): boolean {
  return /^List\w+Status$/.test(operation);
}

function logLines(cwd: string): readonly string[] {
  return readFileSync(join(cwd, "requests.jsonl"), "utf8").split("\n").slice(0, -1);
}

/** Writes that succeeded, as the sandbox has logged them, counted by operation. */
function written(cwd: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of logLines(cwd)) {
    const { operation, outcome } = JSON.parse(line) as LogEntry;
    if (isWrite(operation) && outcome === "ok") counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
}

/** What somebody reaches that they neither had nor shall have, and what they lack that they had and shall have. */
function strayed(state: SandboxState): readonly string[] {
  const [before, after] = [observedAccess(deserialize(whole.begin)), observedAccess(deserialize(whole.end))];
  const now = observedAccess(state);
  const [hadSets, shallHaveSets, hasSets] = [before, after, now].map(withoutContent);
  return [
    ...[...now].filter((one) => !before.has(one) && !after.has(one)).map((one) => `gained ${one}`),
    ...[...before].filter((one) => after.has(one) && !now.has(one)).map((one) => `lost ${one}`),
    ...[...(hadSets ?? [])]
      .filter((one) => shallHaveSets?.has(one) && !hasSets?.has(one))
      .map((one) => `lost ${one}`),
  ];
}

/** The state when everything has ended that was in progress. */
function settled(state: SandboxState): SandboxState {
  createSandbox({ state }).settle({ now: () => Number.POSITIVE_INFINITY });
  return state;
}

/** Everything there is, by names in place of ids; what names something that is gone shows as `?`. */
function byName(state: SandboxState): unknown {
  const user = (id: string): string => state.users.get(id)?.attributes.UserName ?? "?";
  const group = (id: string): string => state.groups.get(id)?.displayName ?? "?";
  const set = (arn: string): string => state.permissionSets.get(arn)?.name ?? "?";
  const rows = <Row>(table: Iterable<Row>, of: (row: Row) => unknown): readonly string[] =>
    [...table].map((row) => JSON.stringify(of(row))).sort();
  return {
    users: rows(state.users.values(), ({ attributes, status, extensions }) => [
      attributes,
      status,
      extensions,
    ]),
    groups: rows(state.groups.values(), ({ displayName, description }) => [displayName, description]),
    memberships: rows(state.memberships.values(), (row) => [group(row.groupId), user(row.userId)]),
    permissionSets: rows(state.permissionSets.values(), ({ name, content }) => [name, content]),
    roles: rows(state.roles.values(), (role) => [set(role.permissionSetArn), role.accountId, role.content]),
    assignments: rows(
      state.assignments.values(),
      ({ accountId, permissionSetArn, principalType, principalId }) => [
        accountId,
        set(permissionSetArn),
        principalType,
        principalType === "USER" ? user(principalId) : group(principalId),
      ],
    ),
    tags: rows(state.tags, ([arn, tags]) => [
      state.permissionSets.get(arn)?.name ?? arn,
      rows(tags, (tag) => tag),
    ]),
    lagging: rows(
      [...state.roles.values()].filter(
        (role) => role.revision !== state.permissionSets.get(role.permissionSetArn)?.revision,
      ),
      (role) => [set(role.permissionSetArn), role.accountId],
    ),
    inProgress: state.requests.countBy("status", "IN_PROGRESS"),
    failed: state.requests.countBy("status", "FAILED"),
  };
}

/** Roles that were there before and shall be there, and are others now: other policies may name their ARN. */
function rolesMadeAnew({ roles, permissionSets }: SandboxState): readonly string[] {
  return [...deserialize(whole.begin).roles.values()]
    .filter((role) => {
      const now = roles.get(roleKey(role.accountId, role.permissionSetArn));
      return now !== undefined && now.suffix !== role.suffix;
    })
    .map((role) => `${permissionSets.get(role.permissionSetArn)?.name} in ${role.accountId}`);
}
