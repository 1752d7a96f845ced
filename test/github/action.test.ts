import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupMembershipCommand,
  GetGroupIdCommand,
  GetGroupMembershipIdCommand,
  GetUserIdCommand,
} from "@aws-sdk/client-identitystore";
import {
  ListInstancesCommand,
  ListPermissionSetsCommand,
  ListTagsForResourceCommand,
  ProvisionPermissionSetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sso-admin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { planDigest } from "../../src/plan/digest.js";
import { accessFiles } from "../cli/files.js";
import { folderWith, idc } from "../cli/idc.js";
import { relayTo } from "../cli/relay.js";
import { serveSandbox } from "../cli/sandbox-process.js";
import type { ServedSandbox } from "../cli/sandbox-process.js";
import { gitIn } from "../support/git.js";
import { bot, startGithubApi } from "../support/github-api.js";
import type { GithubApi } from "../support/github-api.js";
import { runAction } from "./action-runner.js";
import type { Step, StepEnd } from "./action-runner.js";

// What the Action does where something is wrong: the files, AWS, GitHub, the plan, the checkout, somebody at the console,
// a name. Real git, the Action's own step in a process of its own, the sandbox over HTTP, and the local GitHub.

const token = "ghs_TheSecretOfTheJob";
const secrets = [token, "TheSecretOfTheKey", "TheSecretOfTheSession"] as const;
const readerToken = "ghs_reader";
const expiredToken = "ghs_expired";

let folder = "";
let sandbox: ServedSandbox;
let github: GithubApi;
let runs = 0;

const people = `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com, title: Engineer}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
  dora: {givenName: Dora, familyName: Keller, email: dora@example.com}
  erik: {givenName: Erik, familyName: Olsen, email: erik@example.com}
groups:
  developers: {description: Build and run, members: [alice, bob]}
  guests: {description: For a while, members: [{user: bob, expires: "2020-01-01"}]}
`;
const files = {
  ...accessFiles,
  "access/people.yaml": people,
  "access/settings.yaml": `${accessFiles["access/settings.yaml"]}  limits: {requestsPerSecond: 1000}\n`,
};

beforeAll(async () => {
  folder = folderWith({ "README.md": "Who may do what.\n", ".gitignore": "sandbox.*\n.idc/\n" });
  git("init", "--quiet", "--initial-branch", "main");
  commit("Begin");
  for (const [path, text] of Object.entries(files)) await write(path, text);
  commit("Declare who may do what");
  sandbox = await serveSandbox(folder, "--log", "sandbox.log");
  github = await startGithubApi({
    [token]: bot,
    [readerToken]: { ...bot, canComment: false, canWriteIssues: false },
  });
  await idc(["apply", "--yes", "--quiet"], { cwd: folder, env: sandbox.env });
});
afterAll(async () => {
  await sandbox.stop();
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

const git = (...args: readonly string[]): string => gitIn(folder, ...args);

function commit(message: string): void {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", message);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** A commit on main, or on a branch of its own, after which people.yaml says this. */
async function commitPeople(text: string, branch = "main"): Promise<void> {
  if (branch !== "main") git("checkout", "--quiet", "-B", branch, "main");
  await write("access/people.yaml", text);
  commit("Edit people");
}

const peopleNow = (): string => readFileSync(join(folder, "access/people.yaml"), "utf8");
const joins = (user: string): string => people.replace("[alice, bob]", `[alice, bob, ${user}]`);

/** A step of a workflow, in the log, the outputs and the summary of which no secret stands. */
async function step(
  event: Step["event"],
  inputs: Readonly<Record<string, string>>,
  more: Partial<Pick<Step, "checkout" | "env">> = {},
): Promise<StepEnd> {
  runs += 1;
  const checkout = more.checkout ?? folder;
  const end = await runAction({
    inputs: { token, ...inputs },
    checkout,
    github,
    event,
    sha: gitIn(checkout, "rev-parse", "HEAD"),
    run: runs,
    env: {
      ...sandbox.env,
      AWS_SECRET_ACCESS_KEY: "TheSecretOfTheKey",
      AWS_SESSION_TOKEN: "TheSecretOfTheSession",
      ...more.env,
    },
  });
  const written = [end.log, end.summary, ...Object.values(end.outputs), ...writtenOnGithub()].join("\n");
  const told = secrets.filter((secret) => written.includes(secret));
  if (told.length > 0) throw new Error(`the run tells ${told.join(", ")}`);
  return end;
}

function writtenOnGithub(): readonly string[] {
  return [...github.comments, ...github.issues].map(({ body }) => body ?? "");
}

const openPull = (): number => github.issue({ isPull: true }).number;
const commentsOn = (pull: number) => github.comments.filter(({ on }) => on === pull);

/** A run for a pull request, of what is checked out, against the commit before. */
async function planOn(
  pull: number,
  inputs: Readonly<Record<string, string>> = {},
  more: Partial<Pick<Step, "checkout" | "env">> & { readonly fork?: true } = {},
): Promise<StepEnd> {
  const head = gitIn(more.checkout ?? folder, "rev-parse", "HEAD");
  const event = {
    name: "pull_request",
    number: pull,
    head,
    base: head,
    ...(more.fork && { fork: more.fork }),
  } as const;
  return step(event, { command: "plan", base: "HEAD^1", ...inputs }, more);
}

const drift = async (inputs: Readonly<Record<string, string>> = {}, env: Step["env"] = {}) =>
  step({ name: "schedule" }, { command: "drift", ...inputs }, { env });
const apply = async (planFile: string, env: Step["env"] = {}) =>
  step({ name: "push" }, { command: "apply", "plan-file": planFile }, { env });

/** How many requests so far would have changed something. */
function writes(): number {
  const operations = readFileSync(join(folder, "sandbox.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { operation: string }).operation);
  return operations.filter((name) => !/^(List|Get|Describe|Is)/.test(name)).length;
}

/** What is there to do, as somebody would ask at a terminal. */
async function pending(): Promise<string> {
  return (await idc(["plan", "--quiet"], { cwd: folder, env: sandbox.env })).stdout;
}

async function byHand(did: "joined" | "left", group: string, user: string): Promise<void> {
  const { identityStore } = sandbox;
  const store = await identityStoreId();
  const named = (AttributePath: string, AttributeValue: string) => ({
    AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
  });
  const { GroupId } = await identityStore.send(
    new GetGroupIdCommand({ ...store, ...named("displayName", group) }),
  );
  const { UserId = "" } = await identityStore.send(
    new GetUserIdCommand({ ...store, ...named("userName", user) }),
  );
  const membership = { ...store, GroupId, MemberId: { UserId } };
  if (did === "joined") return void (await identityStore.send(new CreateGroupMembershipCommand(membership)));
  const { MembershipId } = await identityStore.send(new GetGroupMembershipIdCommand(membership));
  await identityStore.send(new DeleteGroupMembershipCommand({ ...store, MembershipId }));
}

async function instanceArn(): Promise<string> {
  const { Instances } = await sandbox.ssoAdmin.send(new ListInstancesCommand({}));
  return Instances?.[0]?.InstanceArn ?? "";
}

async function identityStoreId() {
  const { Instances } = await sandbox.ssoAdmin.send(new ListInstancesCommand({}));
  return { IdentityStoreId: Instances?.[0]?.IdentityStoreId ?? "" };
}

/** Stands before the sandbox and answers some operations with an error of the service. */
async function refusing(
  isRefused: (operation: string) => boolean,
  code: string,
): Promise<{ env: Step["env"]; close: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const asked = String(incoming.headers["x-amz-target"] ?? "STS.GetCallerIdentity");
    if (isRefused(asked.replace(/^.*\./, ""))) {
      incoming.resume();
      outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      outgoing.end(JSON.stringify({ __type: code, Message: `You may not: ${asked}` }));
      return;
    }
    const { method, headers, url = "/" } = incoming;
    incoming.pipe(
      ask(new URL(url, sandbox.url), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return {
    env: pointedAt(`http://127.0.0.1:${port}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const heard = `import { writeFileSync } from "node:fs";
writeFileSync(process.env.TEST_PID, String(process.pid));
process.on("SIGTERM", () => writeFileSync(process.env.TEST_HEARD, ""));`;

/** A step that is told to end while the sandbox has carried out `operation`, and not yet answered. */
async function cancelledAt(operation: string, run: (env: Step["env"]) => Promise<StepEnd>): Promise<StepEnd> {
  const tools = folderWith({ "heard.mjs": heard });
  const at = (name: string): string => join(tools, name);
  const relay = await relayTo(sandbox, (passing) => (passing === operation ? "after" : null));
  const ended = run({
    ...relay.env,
    NODE_OPTIONS: `--import=${at("heard.mjs")}`,
    TEST_PID: at("pid"),
    TEST_HEARD: at("heard"),
  });
  await relay.reached;
  process.kill(Number(await readFile(at("pid"), "utf8")), "SIGTERM");
  while (!existsSync(at("heard"))) await pause(20);
  relay.release();
  const end = await ended;
  await relay.close();
  await rm(tools, { recursive: true });
  return end;
}

function pointedAt(url: string): Step["env"] {
  return Object.fromEntries(
    Object.entries(sandbox.env).map(([name, value]) => [name, value.replace(sandbox.url, url)]),
  );
}

describe("plan", () => {
  test("files that are not sound get a comment that says so, which the next push turns into the plan", async () => {
    const pull = openPull();
    await commitPeople(joins("alcie"), "dora");
    const unsound = await planOn(pull);
    expect([unsound.code, unsound.outputs["exit-code"], unsound.outputs["plan-file"]]).toEqual([3, "3", ""]);
    expect(unsound.log).toMatch(/^::error file=access\/people\.yaml,line=7,col=\d+,title=unknown-user::/m);
    const [first] = commentsOn(pull).map(({ id, body }) => ({ id, body }));
    expect(first?.body).toMatch(/\*\*No plan could be made\.\*\*[^]*alcie/);
    expect(unsound.summary).toContain("No plan could be made.");

    await write("access/people.yaml", joins("dora"));
    commit("Mend it");
    git("reset", "--quiet", "--soft", "main");
    commit("Dora joins");
    const sound = await planOn(pull);
    expect([sound.code, sound.outputs["exit-code"]]).toEqual([0, "0"]);
    const after = commentsOn(pull);
    expect(after.map(({ id }) => id)).toEqual([first?.id]);
    expect(after[0]?.body).toContain("1 person gains access");
    expect(after[0]?.body).not.toContain("No plan");
  });

  test.each([
    [
      "is not reached",
      () => pointedAt("http://127.0.0.1:9"),
      /not reached|could not be reached|ECONNREFUSED/,
    ],
  ])("where AWS %s, the comment says so instead of the older plan", async (_, env, words) => {
    const pull = openPull();
    await planOn(pull);
    expect(commentsOn(pull)[0]?.body).toContain("1 person gains access");
    const end = await planOn(pull, {}, { env: env() });
    expect([end.code, end.outputs["exit-code"], end.outputs["plan-file"]]).toEqual([1, "1", ""]);
    for (const text of [commentsOn(pull)[0]?.body, end.summary, end.log]) expect(text).toMatch(words);
    expect(commentsOn(pull)).toHaveLength(1);
    expect(commentsOn(pull)[0]?.body).not.toContain("gains access");
  });

  test("where AWS refuses the credentials, the comment says so", async () => {
    const pull = openPull();
    const aws = await refusing((operation) => operation === "ListInstances", "UnrecognizedClientException");
    const end = await planOn(pull, {}, { env: aws.env });
    await aws.close();
    expect([end.code, end.outputs["exit-code"]]).toEqual([1, "1"]);
    expect(commentsOn(pull)[0]?.body).toMatch(/No plan could be made[^]*AWS does not accept the credentials/);
  });

  test("a plan that cannot be saved is none, and the comment says so", async () => {
    const pull = openPull();
    await planOn(pull);
    const end = await planOn(pull, { "plan-file": join(folder, "nowhere", "plan.json") });
    expect([end.code, end.outputs["exit-code"], end.outputs["plan-file"]]).toEqual([3, "3", ""]);
    expect(commentsOn(pull)[0]?.body).toMatch(/No plan could be made[^]*could not be written/);
  });

  test("a fork's pull request asks nothing of GitHub, and has its summary", async () => {
    const before = github.requests.length;
    const end = await planOn(openPull(), {}, { fork: true });
    expect([end.code, end.outputs["changes"], end.outputs["comment-url"]]).toEqual([0, "1", ""]);
    expect(end.summary).toContain("1 person gains access");
    expect(github.requests).toHaveLength(before);
  });

  test.each([
    ["may not comment", readerToken, "pull-requests: write"],
    ["has expired", expiredToken, "Pass a token that has not expired"],
    ["is empty", "", "The input token is empty"],
  ])(
    "a token that %s fails the step, and leaves the plan, the outputs and the summary",
    async (_, given, help) => {
      const end = await planOn(openPull(), { token: given });
      const code = given === "" ? 3 : 1;
      expect([end.code, end.outputs["exit-code"]]).toEqual([code, String(code)]);
      expect(end.log).toContain(help);
      expect(end.log).not.toContain(given === "" ? "undefined" : given);
      expect(end.summary).toContain("1 person gains access");
      expect(end.outputs).toMatchObject({ changes: "1", gained: "1", lost: "0" });
      expect(JSON.parse(readFileSync(end.outputs["plan-file"] ?? "", "utf8"))).toMatchObject({
        formatVersion: "1",
      });
    },
  );

  test("what was read in part is shown, and not saved", async () => {
    const pull = openPull();
    const end = await planOn(pull, { targeted: "true", "plan-file": join(folder, "sandbox.part.json") });
    expect([end.code, end.outputs["plan-file"], end.outputs["changes"]]).toEqual([0, "", "1"]);
    expect(readdirSync(folder)).not.toContain("sandbox.part.json");
    expect(commentsOn(pull)[0]?.body).toContain("Only what this change touches was read");
  });

  test("a base that a shallow clone does not have is said to be that, and no fault of the files", async () => {
    const pull = openPull();
    const shallow = folderWith({});
    gitIn(shallow, "clone", "--quiet", "--depth", "1", `file://${folder}`, ".");
    const end = await planOn(pull, { targeted: "true" }, { checkout: shallow });
    await rm(shallow, { recursive: true });
    expect([end.code, end.outputs["exit-code"]]).toEqual([3, "3"]);
    expect(commentsOn(pull)[0]?.body).toMatch(/No plan could be made[^]*fetch-depth/);
    expect(end.log).toMatch(/^::error title=base-unknown::.*fetch-depth/m);
  });

  test("two folders in one pull request have a comment and a plan each", async () => {
    const pull = openPull();
    git("checkout", "--quiet", "-B", "two", "main");
    for (const organization of ["one", "two"])
      for (const [path, text] of Object.entries({ ...files, "access/people.yaml": joins("dora") }))
        await write(`organizations/${organization}/${path}`, text);
    commit("Two organizations");
    const temporary = folderWith({});
    const given = (organization: string) => ({ dir: `organizations/${organization}/access`, base: "" });
    const env = { RUNNER_TEMP: temporary };
    const one = await planOn(pull, given("one"), { env });
    const two = await planOn(pull, given("two"), { env });
    const saved = [one, two].map(({ outputs }) => outputs["plan-file"] ?? "");
    expect(saved.map((file) => file.startsWith(temporary))).toEqual([true, true]);
    const places = saved.map((file) => /organizations\/\w+/.exec(readFileSync(file, "utf8"))?.[0]);
    expect(places).toEqual(["organizations/one", "organizations/two"]);

    await write("organizations/one/access/people.yaml", joins("erik"));
    commit("Erik instead");
    await planOn(pull, { ...given("one"), dir: "./organizations/one/access/" }, { env });
    await rm(temporary, { recursive: true });
    const bodies = commentsOn(pull).map(({ body }) => body);
    expect(bodies.map((body) => /\b(dora|erik)\b/.exec(body)?.[0])).toEqual(["erik", "dora"]);
  });

  test("waits for a group that is not there yet, as long as its input says", async () => {
    const pull = openPull();
    git("checkout", "--quiet", "-B", "late", "main");
    await write("late/settings.yaml", "identityCenter: {identitySource: external}\n");
    await write(
      "late/rules.yaml",
      'permissionSets: {Read: {}}\nassignments: [{groups: [late], permissionSets: [Read], accounts: ["111122223333"]}]\n',
    );
    commit("A group that somebody else makes");
    const given = { dir: "late", base: "", "wait-for-principals": "1s" };
    const { log } = await planOn(pull, given);
    expect(log).toContain("\nWaiting for group late to come to Identity Center, 1s left …\n");
    expect(commentsOn(pull)[0]?.body).toContain("not in the identity store after waiting 1s");
    const targeted = await planOn(pull, { ...given, base: "HEAD^1", targeted: "true" });
    expect(targeted.log).not.toContain("Waiting for group");
  });

  test("two thousand changes with names of 1,024 characters have room in a comment and a summary", async () => {
    const pull = openPull();
    const many = Array.from(
      { length: 2_000 },
      (_, index) =>
        `  user-${index}: {givenName: "<é>", familyName: F, displayName: "${"<é>|".repeat(255)}${String(index).padStart(4, "0")}"}\n`,
    );
    await commitPeople(people.replace("groups:\n", `${many.join("")}groups:\n`), "many");
    const end = await planOn(pull);
    expect([end.code, end.outputs["changes"]]).toEqual([0, "2000"]);
    const [comment] = commentsOn(pull);
    expect(comment?.body).toContain("Shortened");
    expect(comment?.body.length).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(end.summary)).toBeLessThanOrEqual(1024 * 1024);
    expect(github.breaches).toEqual([]);
  });
});

describe("apply", () => {
  let planFile = "";
  beforeAll(async () => {
    git("checkout", "--quiet", "main");
    await commitPeople(joins("dora"));
    planFile = (await step({ name: "push" }, { command: "plan" })).outputs["plan-file"] ?? "";
  });

  const edited = (edit: (plan: Plan) => Plan): string =>
    JSON.stringify(edit(JSON.parse(readFileSync(planFile, "utf8")) as Plan));

  test.each([
    ["none is given", () => "", 3, "plan-file is empty"],
    ["there is no such file", () => `${planFile}.missing`, 3, "there is no such file"],
    [
      "it was changed by hand",
      () => fileWith(edited((plan) => ({ ...plan, changes: [] }))),
      3,
      "title=plan-digest",
    ],
    ["it was cut short", () => fileWith(readFileSync(planFile, "utf8").slice(0, 900)), 3, "it was cut short"],
    [
      "it is another instance's",
      () =>
        fileWith(
          edited((plan) => {
            const arn = "arn:aws:sso:::instance/ssoins-9999222233334444";
            const moved = { ...plan, instance: { ...plan.instance, arn } };
            return { ...moved, digest: planDigest(moved) };
          }),
        ),
      5,
      "title=saved-plan-instance",
    ],
  ])("writes nothing when of the plan %s", async (_, file, code, words) => {
    const before = writes();
    const end = await apply(file());
    expect([end.code, end.outputs["exit-code"], writes() - before]).toEqual([code, String(code), 0]);
    expect(end.log).toContain(words);
  });

  function fileWith(text: string): string {
    const file = join(dirname(planFile), `changed-${(runs += 1)}.json`);
    writeFileSync(file, text);
    return file;
  }

  test("writes nothing when the files ask for more than the plan", async () => {
    await commitPeople(joins("dora, erik"));
    const before = writes();
    const end = await apply(planFile);
    git("reset", "--quiet", "--hard", "HEAD^1");
    expect([end.code, end.outputs["exit-code"], writes() - before]).toEqual([5, "5", 0]);
    expect(end.outputs).toMatchObject({ changes: "0", gained: "0", lost: "0" });
    expect(end.summary).toMatch(/Nothing was applied\.[^]*erik/);
  });

  test("does what was reviewed and tells of what somebody did by hand since", async () => {
    await byHand("left", "developers", "bob");
    const end = await apply(planFile);
    expect([end.code, end.outputs["exit-code"], end.outputs["changes"]]).toEqual([0, "0", "1"]);
    expect(end.summary).toMatch(/Applied: 1 change, all done\.[^]*not in the plan that was reviewed/);
    const left = await pending();
    expect(left).toContain("bob joins group developers");
    expect(left).not.toContain("dora");
    await byHand("joined", "developers", "bob");
    expect((await apply(planFile)).code).toBe(0);
  });

  test("an older checkout applies nothing, nor does drift go by files that its history does not have", async () => {
    await byHand("joined", "developers", "erik");
    const issues = JSON.stringify(github.issues);
    git("reset", "--quiet", "--hard", "HEAD^1");
    const before = writes();
    const applied = await apply(planFile);
    const looked = await drift({ reconcile: "true" });
    const written = writes() - before;
    git("reset", "--quiet", "--hard", "HEAD@{1}");
    expect([applied.code, applied.outputs["exit-code"], written]).toEqual([5, "5", 0]);
    expect(applied.log).toContain("::error title=stale-checkout::");
    expect([looked.code, looked.outputs["exit-code"], looked.outputs["changes"]]).toEqual([5, "5", ""]);
    expect(looked.summary).toContain("Whether anything differs could not be told.");
    expect(JSON.stringify(github.issues)).toBe(issues);
    const auditFile = join(dirname(planFile), "audit.jsonl");
    const repaired = await drift({ reconcile: "true", "audit-file": auditFile });
    expect([repaired.code, repaired.outputs["exit-code"]]).toEqual([0, "0"]);
    const changes = readFileSync(auditFile, "utf8").match(/(?<="change":")[^"]+/g);
    expect(changes).toEqual(["membership:developers/erik", "membership:developers/erik"]);
    expect(repaired.summary).toMatch(/Applied: 1 change, all done\.[^]*erik is in group developers/);
  });

  test("that is cancelled brings to its end what was begun, and says so", async () => {
    await commitPeople(
      joins("dora, fay").replace("groups:", "  fay: {givenName: Fay, familyName: Ott}\ngroups:"),
    );
    const { outputs } = await step({ name: "push" }, { command: "plan" });
    const end = await cancelledAt("CreateUser", async (env) => apply(outputs["plan-file"] ?? "", env));
    expect([end.code, end.outputs["exit-code"]]).toEqual([130, "130"]);
    expect(end.summary).toContain("Interrupted: 1 of 2 changes done, 1 not started.");
    expect(await pending()).toMatch(/fay joins group developers/);
    await idc(["apply", "--yes", "--quiet"], { cwd: folder, env: sandbox.env });
  });
});

describe("drift", () => {
  const driftIssues = () => github.issues.filter(({ isPull }) => !isPull);

  test("what the files ask for and nobody has applied opens no issue", async () => {
    await commitPeople(joins("dora"));
    const end = await drift();
    git("reset", "--quiet", "--hard", "HEAD^1");
    expect([end.code, end.outputs["exit-code"], end.outputs["issue-url"]]).toEqual([0, "0", ""]);
    expect(driftIssues()).toEqual([]);
  });

  test("what somebody gives by hand is drift, although the files have come to ask for it", async () => {
    await commitPeople(peopleNow().replace("[alice, bob", "[erik, alice, bob"));
    await byHand("joined", "developers", "erik");
    const end = await drift({ reconcile: "true" });
    git("reset", "--quiet", "--hard", "HEAD^1");
    expect([end.code, end.outputs["exit-code"]]).toEqual([0, "0"]);
    expect(end.summary).toMatch(/Applied: 1 change, all done\.[^]*erik is in group developers/);
    expect(await pending()).toContain("No changes.");
  });

  test("a membership that has run out ends, also without reconcile", async () => {
    await byHand("joined", "guests", "bob");
    const end = await drift();
    expect([end.code, end.outputs["exit-code"]]).toEqual([0, "0"]);
    expect(end.summary).toMatch(/Applied: 1 change, all done\.[^]*bob is in group guests[^]*What is left/);
    expect(await pending()).toContain("No changes.");
    expect(driftIssues()).toEqual([]);
  });

  test("what was put right is told although the look after it fails", async () => {
    await byHand("joined", "guests", "bob");
    let isDone = false;
    const aws = await refusing((operation) => {
      isDone ||= operation === "DeleteGroupMembership";
      return isDone && operation === "ListInstances";
    }, "ExpiredTokenException");
    const end = await drift({}, aws.env);
    await aws.close();
    expect([end.code, end.outputs["exit-code"]]).toEqual([1, "1"]);
    expect(end.summary).toContain("Applied: 1 change, all done.");
    expect(end.log).toContain("::error title=credentials::");
  });

  test("that is cancelled while it puts something right says what it did", async () => {
    await byHand("joined", "guests", "bob");
    const end = await cancelledAt("DeleteGroupMembership", async (env) => drift({}, env));
    expect([end.code, end.outputs["exit-code"]]).toEqual([130, "130"]);
    expect(end.summary).toContain("Applied: 1 change, all done.");
    expect(end.log).not.toContain("Nothing was changed");
    expect(await pending()).toContain("No changes.");
  });

  test("an incomplete reading neither opens an issue nor closes one, and drift that changes edits it", async () => {
    const blind = await refusing(
      (operation) => operation === "ListGroupMemberships",
      "AccessDeniedException",
    );
    const nothing = await drift({}, blind.env);
    expect([nothing.code, driftIssues()]).toEqual([1, []]);

    await byHand("joined", "guests", "dora");
    const opened = await drift();
    await byHand("joined", "guests", "alice");
    await drift();
    expect(driftIssues()).toHaveLength(1);
    expect(driftIssues()[0]?.body).toContain("alice");
    expect(opened.outputs["issue-url"]).toContain(`/issues/${driftIssues()[0]?.number}`);

    await byHand("left", "guests", "dora");
    await byHand("left", "guests", "alice");
    const unseen = await drift({}, blind.env);
    await blind.close();
    expect([unseen.code, driftIssues()[0]?.state]).toEqual([1, "open"]);
    await drift();
    expect(driftIssues().map(({ state }) => state)).toEqual(["closed"]);
  });

  test("with deep it tells of what no apply takes away, for which there is no issue", async () => {
    const { ssoAdmin } = sandbox;
    const InstanceArn = await instanceArn();
    const { PermissionSets = [] } = await ssoAdmin.send(new ListPermissionSetsCommand({ InstanceArn }));
    await ssoAdmin.send(
      new ProvisionPermissionSetCommand({
        InstanceArn,
        PermissionSetArn: PermissionSets[0],
        TargetType: "AWS_ACCOUNT",
        TargetId: "555500001111",
      }),
    );
    const issues = driftIssues().length;
    const [shallow, deep] = [await drift(), await drift({ deep: "true" })];
    const told = "web-prod (`555500001111`) has the role of Developer, and nobody is assigned it there.";
    expect(shallow.summary).not.toContain(told);
    expect(deep.summary).toContain(told);
    expect([deep.code, deep.outputs["exit-code"], deep.outputs["changes"]]).toEqual([0, "0", "0"]);
    expect(driftIssues()).toHaveLength(issues);
  });

  test("without what says what was applied it tells what differs, and puts nothing right", async () => {
    await byHand("joined", "guests", "bob");
    const InstanceArn = await instanceArn();
    const before = writes();
    const { Tags = [] } = await sandbox.ssoAdmin.send(
      new ListTagsForResourceCommand({ InstanceArn, ResourceArn: InstanceArn }),
    );
    const mark = Tags.filter(({ Key }) => Key === "idc:applied");
    await sandbox.ssoAdmin.send(
      new UntagResourceCommand({ InstanceArn, ResourceArn: InstanceArn, TagKeys: ["idc:applied"] }),
    );
    const end = await drift({ reconcile: "true" });
    const without = await drift({ dir: "nowhere" });
    const written = writes() - before - 1;
    const opened = driftIssues().at(-1);
    await sandbox.ssoAdmin.send(
      new TagResourceCommand({ InstanceArn, ResourceArn: InstanceArn, Tags: mark }),
    );
    expect(mark).toHaveLength(1);
    expect([end.code, end.outputs["exit-code"], written]).toEqual([1, "1", 0]);
    expect(end.log).toContain("::warning title=never-applied::");
    expect([without.code, without.outputs["changes"]]).toEqual([0, ""]);
    expect([opened?.state, opened?.body]).toEqual([
      "open",
      expect.stringContaining("bob is in group guests"),
    ]);
    const repaired = await drift();
    expect([repaired.code, driftIssues().at(-1)?.state]).toEqual([0, "closed"]);
  });

  test("an AWS that cannot be asked stands in the summary", async () => {
    const deaf = await refusing((operation) => operation === "ListInstances", "ExpiredTokenException");
    const end = await drift({}, deaf.env);
    await deaf.close();
    expect([end.code, end.outputs["exit-code"]]).toEqual([1, "1"]);
    expect(end.summary).toContain("Whether anything differs could not be told.");
  });

  test("files that are not sound, or give longer what nobody has approved, keep nobody's access open", async () => {
    const arn = await instanceArn();
    const unapproved = {
      "access/people.yaml": [
        peopleNow().replace("[alice, bob", "[alcie, alice, bob"),
        peopleNow().replace("2020-01-01", "2999-12-31"),
      ],
      "access/settings.yaml": [`${files["access/settings.yaml"]}  instanceArn: ${arn.slice(0, -1)}0\n`],
    };
    const texts = Object.entries(unapproved).flatMap(([path, of]) => of.map((text) => [path, text] as const));
    for (const [path, text] of texts) {
      await byHand("joined", "guests", "bob");
      await write(path, text);
      commit("Edit");
      const end = await drift({ "instance-arn": arn });
      git("reset", "--quiet", "--hard", "HEAD^1");
      expect([end.code, end.outputs["exit-code"]]).toEqual([0, "0"]);
      expect(end.summary).toMatch(/Applied: 1 change, all done\.[^]*bob is in group guests/);
      expect(await pending()).toContain("No changes.");
    }
  });
});

describe("hostile names", () => {
  const hostile = [
    "::error::PWNED",
    "\n::add-mask::PWNED",
    "x\r\n  ::set-output name=changes::PWNED",
    "##[set-output name=plan-file]PWNED",
    "##[command]PWNED",
    "%0A::warning::PWNED",
    "<img src=x> @octocat #1 PWNED",
    "::stop-commands::PWNED",
  ];

  test("neither begin a command in the log nor live in what GitHub shows", async () => {
    const store = await identityStoreId();
    const { identityStore } = sandbox;
    const groups: string[] = [];
    for (const [index, name] of hostile.entries()) {
      const { GroupId = "" } = await identityStore.send(
        new CreateGroupCommand({ ...store, DisplayName: name, Description: name }),
      );
      const { UserId = "" } = await identityStore.send(
        new CreateUserCommand({
          ...store,
          UserName: `hostile-${index}`,
          DisplayName: name,
          Name: { GivenName: name, FamilyName: name },
          Title: name,
        }),
      );
      await identityStore.send(new CreateGroupMembershipCommand({ ...store, GroupId, MemberId: { UserId } }));
      groups.push(GroupId);
    }
    const pull = openPull();
    const ends = [await planOn(pull), await drift(), await drift({ reconcile: "true" })];
    for (const GroupId of groups)
      await identityStore.send(new DeleteGroupCommand({ ...store, GroupId })).catch(() => undefined);
    for (const end of ends) {
      expect(end.log).toContain("PWNED");
      expect(commandsIn(end.log)).toEqual([]);
      expect(end.log).not.toContain("\u001b");
    }
    for (const { summary } of ends) expect(summary).toContain("PWNED");
    expect(writtenOnGithub().filter((text) => text.includes("PWNED"))).toHaveLength(2);
    for (const text of [...ends.map(({ summary }) => summary), ...writtenOnGithub()]) {
      expect(text).not.toMatch(/^\s*(::|##\[)/m);
      expect(outsideOfFences(text)).not.toMatch(/<img|@octocat|(^|\s)#1\b/);
    }
  });

  /** What the runner would carry out, save for annotations of ours: a command is all of a line, or `##[…]` anywhere in it. */
  function commandsIn(log: string): readonly string[] {
    let resume: string | null = null;
    return log.split(/\r\n|\r|\n/).filter((line) => {
      const [, name = ""] = /^\s*::([\w-]+)[^]*?::/.exec(line) ?? /##\[([\w-]+)[^\]]*\]/.exec(line) ?? [];
      if (resume !== null) {
        if (name === resume) resume = null;
        return false;
      }
      if (name === "stop-commands") resume = line.trim().slice("::stop-commands::".length);
      return (
        !["", "stop-commands"].includes(name) && !/^::(error|warning|notice) .*title=[\w-]+::/.test(line)
      );
    });
  }

  function outsideOfFences(text: string): string {
    return text.replace(/^(`{3,}).*\n[^]*?\n\1$/gm, "").replace(/`[^`\n]*`/g, "");
  }
});

describe("an account that was moved", () => {
  test("keeps its access until somebody says so, also with reconcile", async () => {
    await sandbox.stop();
    const file = join(folder, "sandbox.json");
    const state = JSON.parse(await readFile(file, "utf8")) as {
      organization: { accounts: { name: string; ou?: string }[] };
    };
    for (const account of state.organization.accounts)
      if (account.name === "payments-dev") account.ou = "Workloads/Prod";
    await writeFile(file, JSON.stringify(state));
    sandbox = await serveSandbox(folder, "--log", "sandbox.log");
    const before = writes();
    const end = await drift({ reconcile: "true" });
    expect([end.code, writes() - before]).toEqual([0, 0]);
    const issue = github.issues.findLast(({ isPull, state }) => !isPull && state === "open");
    expect(issue?.body).toContain("payments-dev");
  });
});

describe("what is wrong before anything is done", () => {
  test.each([
    ["command", { command: "destroy" }, {}, "The input command is one of validate, plan, apply, drift"],
    ["flag", { command: "drift", reconcile: "yes" }, {}, "The input reconcile is true or false"],
    ["instance", { command: "plan", "instance-arn": "##[error]x" }, {}, "The input instance-arn is"],
    ["run's number", { command: "plan" }, { GITHUB_RUN_ID: "" }, "GITHUB_RUN_ID is not set"],
    ["API", { command: "drift" }, { GITHUB_API_URL: "" }, "GITHUB_API_URL is not set"],
  ])("a wrong %s is one sentence, exit code 3, and an output", async (_, inputs, env, words) => {
    const end = await step({ name: "push" }, inputs, { env });
    expect([end.code, end.outputs["exit-code"], end.summary]).toEqual([3, "3", ""]);
    expect(end.log.trim().split("\n")).toEqual([expect.stringMatching(/^::error title=[\w-]+::/)]);
    expect(end.log).toContain(words);
  });

  test("an event that is nowhere is one sentence", async () => {
    const end = await planOn(openPull(), {}, { env: { GITHUB_EVENT_PATH: "/nowhere/event.json" } });
    expect([end.code, end.outputs["exit-code"]]).toEqual([3, "3"]);
    expect(end.log).toContain("GITHUB_EVENT_PATH names no file");
  });
});

test("after all of this nothing is in the checkout that git or the sandbox did not put there", () => {
  git("checkout", "--quiet", "main");
  const there = git("status", "--porcelain", "--ignored").split("\n");
  expect(there.filter((line) => !line.startsWith("!! sandbox."))).toEqual([]);
});

test("GitHub was never asked anything that it does not know", () => {
  expect(github.requests.length).toBeGreaterThan(0);
  expect(github.breaches).toEqual([]);
});
