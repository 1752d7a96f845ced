import { describe, expect, it } from "vitest";
import { diagnostic } from "../../../src/model/diagnostic.js";
import type { Change } from "../../../src/model/change.js";
import { changeId } from "../../../src/model/keys.js";
import type { AccessChange, Plan } from "../../../src/model/plan.js";
import { driftMarkdown, planMarkdown } from "../../../src/report/markdown/markdown.js";
import type { MarkdownOptions } from "../../../src/report/markdown/markdown.js";
import { everyChange, planOf } from "../plans.js";
import {
  broadened,
  byHand,
  company,
  driftAndChange,
  firstContact,
  joiner,
  leaver,
  mover,
  planFor,
} from "./company.js";
import { hostileNames, hostilePlan, thousands } from "./hostile.js";
import { outline } from "./outline.js";

const options: MarkdownOptions = {
  limit: 65_536,
  run: { url: "https://github.com/example/access/actions/runs/42" },
  dir: "access",
};

/** The comment is the file, and changes to it are looked at: `vitest -u` writes it. */
async function expectGolden(markdown: string, name: string): Promise<void> {
  await expect(markdown).toMatchFileSnapshot(`golden/${name}.md`);
}

describe("planMarkdown", () => {
  it.each([
    ["nothing-to-do", () => planFor(company(), company())],
    ["joiner", joiner],
    ["leaver", leaver],
    ["mover", mover],
    ["policy-broadened", broadened],
    ["refused", firstContact],
    ["drift-and-change", driftAndChange],
    ["every-change", () => planOf({ changes: everyChange })],
    ["five-thousand-changes", thousands],
    ["hostile-names", hostilePlan],
  ])("tells what is to be told: %s", async (name, plan) => {
    const markdown = await planMarkdown(plan(), options);
    await expectGolden(markdown, name);
    expect(markdown.length).toBeLessThanOrEqual(options.limit);
  });

  it("says until when something is given, and why, in words that no reason can break", async () => {
    const given = { kind: "assignment", action: "create", before: null, after: {}, cause: "config" } as const;
    const grant = (account: string): Change => {
      const key = {
        principalType: "group",
        principal: "developers",
        permissionSet: "Deploy",
        account,
      } as const;
      const reason = "OPS-1 | @everyone <b>";
      return { ...given, id: changeId.assignment(key), key, source: null, dependsOn: [], reason };
    };
    const changes: readonly Change[] = [
      grant("111122223333"),
      grant("444455556666"),
      {
        ...given,
        kind: "membership",
        id: "membership:developers/alice",
        key: { group: "developers", user: "alice" },
        source: null,
        dependsOn: [],
        expires: "2027-01-01T00:00:00.000Z",
      },
    ];
    expect(await planMarkdown(planOf({ changes }), options)).toContain(
      [
        "### Until when, and why",
        "",
        "- group developers gets Deploy in sandbox and payments-prod: `OPS-1 \\u{7c} @everyone <b>`",
        "- alice joins group developers through 2026-12-31",
      ].join("\n"),
    );
  });

  it("counts the members of a group to whom the same happens, and names the first of them", async () => {
    const gained = Array.from({ length: 42 }, (_, index): AccessChange => ({
      user: `person-${String(index).padStart(2, "0")}`,
      permissionSet: "ReadOnly",
      accounts: ["111122223333"],
      via: ["group/developers"],
      cause: "config",
    }));
    const markdown = await planMarkdown(
      planOf({ changes: everyChange, access: { gained, lost: [], changed: [] } }),
      options,
    );
    expect(markdown).toContain("**42 people gain access");
    expect(markdown).toContain(
      "| 42 members of developers (person-00, person-01, person-02, person-03, person-04, person-05 and 36 more) | +&#160;gain | ReadOnly | sandbox | group developers |",
    );
  });

  it("says when something could not be read, and does not say that all is well", async () => {
    const plan = planOf();
    const markdown = await planMarkdown({ ...plan, live: { ...plan.live, complete: false } }, options);
    expect(markdown).toContain("**No changes · Identity Center could not be read whole**");
    expect(markdown).not.toContain("matches");
  });

  it("says when only what this change touches was read, and does not say that all is well", async () => {
    const plan = planOf();
    const markdown = await planMarkdown({ ...plan, live: { ...plan.live, targeted: true } }, options);
    expect(markdown).toContain("**No changes · What was read matches `access/`**");
    expect(markdown).toContain("Only what this change touches was read from Identity Center;");
  });

  it("does not call what was different before a doing of this change", async () => {
    const plan = byHand(broadened());
    const markdown = await planMarkdown(plan, options);
    expect(markdown.split("\n")[0]).toBe(
      "**This change does nothing in Identity Center · 2 differences were there before this change**",
    );
    expect(markdown).toContain("\n#### Changed by hand\n");
    expect(markdown).toContain("\n##### `Deploy` changes ");
  });

  it("tells what is withheld under its reason, and counts it in the first line", async () => {
    const withheld = everyChange
      .slice(7, 9)
      .map((change) => ({ change, code: "user-disabled" as const, reason: "Its user is DISABLED." }));
    const [first, ...rest] = (await planMarkdown(planOf({ withheld }), options)).split("\n");
    expect(first).toBe("**No changes · 2 changes withheld**");
    expect(rest.join("\n")).toContain(
      "```diff\n! Its user is DISABLED.\n      + alice joins group developers\n      - carol leaves group administrators\n```",
    );
  });

  it("tells an error with its place and what to do, and the same error once", async () => {
    const error = diagnostic({
      code: "keep-access",
      severity: "error",
      message: "This would remove the last break-glass grant.",
      help: "Keep one.\nOr ask @security.",
      source: { file: "access/all.yaml", line: 7, column: 1 },
    });
    const markdown = await planMarkdown(planOf({ diagnostics: [error, error] }), options);
    expect(markdown).toContain("refused: This would remove the last break-glass grant (and 1 more error)**");
    expect(markdown).toContain(
      "- **error** `keep-access`: This would remove the last break-glass grant. (2 times) `access/all.yaml:7`<br>Keep one.<br>Or ask `@security`.",
    );
  });
});

describe("driftMarkdown", () => {
  it("does not say that all is well while access that is over is in force", async () => {
    const overdue = diagnostic({ code: "expired-in-force", severity: "warning", message: "1 assignment." });
    const markdown = await driftMarkdown(planOf({ diagnostics: [overdue] }), options);
    expect(markdown).toMatch(/^\*\*Access that is over is still in force\*\*\n/);
    expect(markdown).toContain("- **warning** `expired-in-force`: 1 assignment.");
  });

  it.each([
    ["drift", () => byHand(mover())],
    ["drift-of-a-policy", () => byHand(broadened())],
    ["no-drift", () => planFor(company(), company())],
  ])("tells what was found: %s", async (name, plan) => {
    const markdown = await driftMarkdown(plan(), options);
    await expectGolden(markdown, name);
    expect(markdown.length).toBeLessThanOrEqual(options.limit);
  });
});

describe("the limit", () => {
  it.each([
    [65_536, "five thousand people", () => thousands()],
    [65_536, "long hostile names", () => thousands(hostileNames(1024))],
    [65_536, "names hostile in every place", hostilePlan],
    [30_000, "names hostile in every place", hostilePlan],
    [10_000, "names hostile in every place", hostilePlan],
    [4000, "names hostile in every place", hostilePlan],
    [4000, "long hostile names", () => thousands(hostileNames(1024))],
  ])("of %i is kept with %s, and no table, fence or tag is cut", async (limit, _, make) => {
    const plan: Plan = make();
    for (const render of [planMarkdown, driftMarkdown]) {
      const markdown = await render(plan, { ...options, limit });
      expect(markdown.length).toBeLessThanOrEqual(limit);
      expect(outline(markdown)).toEqual([]);
    }
  });

  it("is kept by leaving out detail, which is said with where to find it", async () => {
    const whole = await planMarkdown(joiner(), options);
    const shorter = await planMarkdown(joiner(), { ...options, limit: whole.length - 1 });
    expect(whole).toContain("<summary>The whole plan</summary>");
    expect(shorter).not.toContain("<summary>The whole plan</summary>");
    expect(shorter).toContain(
      "*The whole plan is too long to stand here: it is in [the run's summary and artifact](<https://github.com/example/access/actions/runs/42>).*",
    );
    const alone = await planMarkdown(joiner(), { ...options, run: null, limit: whole.length - 1 });
    expect(alone).toContain("*The whole plan is too long to stand here: `idc plan --verbose` shows it.*");
    const drift = await driftMarkdown(thousands(), { ...options, run: null });
    expect(drift).toContain("`idc drift --verbose` shows it.*");
  });
});
