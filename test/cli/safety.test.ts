import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gitIn } from "../support/git.js";
import { idc } from "./idc.js";

// docs/safety.md shows each guard refusing. Here every one of those runs is made: the example organization is applied, the
// edit that the page describes is made, and what idc says of it has to be what the page shows.

const page = readFileSync(new URL("../../docs/safety.md", import.meta.url), "utf8");

type Run = {
  /** The guard whose words the page shows. */
  readonly code: string;
  readonly edit: (folder: string) => void;
};

const runs: Readonly<Record<string, Run>> = {
  "max-removals": {
    code: "max-removals",
    edit: (folder) => cutRule(folder, "  - groups: [developers]"),
  },
  protected: {
    code: "protected",
    edit: (folder) =>
      replace(
        folder,
        "assignments.yaml",
        "accounts: [{all: true}]\n",
        "accounts: [{all: true}]\n    except: [log-archive]\n",
      ),
  },
  "keep-access": {
    code: "keep-access",
    edit: (folder) =>
      replace(
        folder,
        "people.yaml",
        "    email: emil@example.com\n",
        "    email: emil@example.com\n    status: disabled\n",
      ),
  },
  loosened: {
    code: "keep-access",
    edit: (folder) => {
      replace(
        folder,
        "people.yaml",
        "    email: emil@example.com\n",
        "    email: emil@example.com\n    status: disabled\n",
      );
      replace(folder, "settings.yaml", "atLeast: 2", "atLeast: 1");
    },
  },
  "self-lockout": {
    code: "self-lockout",
    edit: (folder) => cutRule(folder, "  - groups: [administrators]"),
  },
  broadening: {
    code: "broadening",
    edit: (folder) =>
      writeFileSync(
        join(folder, "permission-sets/deploy.yaml"),
        `permissionSets:
  Deploy:
    inlinePolicy:
      Version: "2012-10-17"
      Statement: [{Effect: Allow, Action: ["lambda:*", "iam:PassRole"], Resource: "*"}]
`,
      ),
  },
  "empty-declaration": {
    code: "empty-declaration",
    edit: (folder) => rmSync(join(folder, "assignments.yaml")),
  },
};

const home = mkdtempSync(join(tmpdir(), "idc-safety-"));
const established = join(home, "established");
afterAll(() => rmSync(home, { recursive: true }));

beforeAll(async () => {
  cpSync(new URL("../../access", import.meta.url), join(established, "access"), { recursive: true });
  writeFileSync(join(established, ".gitignore"), ".idc/\n");
  gitIn(established, "init", "-q", "-b", "main");
  gitIn(established, "add", ".");
  gitIn(established, "commit", "-qm", "The example organization");
  const applied = await idc(["apply", "--sandbox", "--yes", "--quiet"], { cwd: established });
  if (applied.code !== 0) throw new Error(applied.stderr);
});

describe("docs/safety.md", () => {
  test.each(Object.entries(runs))("shows %s as it is", async (name, { code, edit }) => {
    const cwd = join(home, name);
    cpSync(established, cwd, { recursive: true });
    edit(join(cwd, "access"));
    const plan = await idc(["plan", "--sandbox", "--quiet"], { cwd });
    expect(plan.code).toBe(4);
    expect(steady(saidBy(code, plan.stdout))).toBe(shown(name));
    const apply = await idc(["apply", "--sandbox", "--yes", "--quiet"], { cwd });
    expect(apply.code).toBe(4);
    expect(apply.stdout).not.toContain("Applied");
  });

  test("shows no other", () => {
    const names = [...page.matchAll(/<!-- refuses: (\S+) -->/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(runs)));
  });
});

describe("somebody who has to be out now", () => {
  test("is, by the runs that docs/safety.md shows", async () => {
    const cwd = join(home, "revoked");
    cpSync(established, cwd, { recursive: true });
    const told: string[] = [];
    for (const args of [
      ["revoke", "ivan", "--sessions", "--yes"],
      ["plan"],
      ["revoke", "ivan", "--lift", "--yes"],
    ]) {
      const { stdout, code } = await idc([...args, "--sandbox", "--quiet"], { cwd });
      expect(code).toBe(0);
      told.push(`$ idc ${args.join(" ")}\n${steadyTimes(stdout).trimEnd()}`);
    }
    expect(told).toEqual(["revoke", "plan", "lift"].map(shownRun));
  });
});

/** The errors of one guard with their help. */
function saidBy(code: string, text: string): string {
  return [...text.matchAll(new RegExp(`^error ${code}: .*\\n(?: {2}help: .*\\n)?`, "gm"))].join("").trimEnd();
}

/** Digests and commits differ from run to run. */
function steady(text: string): string {
  return text.replace(/sha256:[0-9a-f]{64}/g, "sha256:…").replace(/\bat [0-9a-f]{12},/g, "at 4f1c09ab2e77,");
}

function shownRun(name: string): string {
  return new RegExp(`<!-- run: ${name} -->\n\`\`\`\n([^]*?)\n\`\`\``).exec(page)?.[1] ?? "";
}

function steadyTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "2026-11-26T14:30:00Z");
}

function shown(name: string): string {
  return new RegExp(`<!-- refuses: ${name} -->\n\`\`\`\n([^]*?)\n\`\`\``).exec(page)?.[1] ?? "";
}

function replace(folder: string, file: string, before: string, after: string): void {
  const text = readFileSync(join(folder, file), "utf8");
  if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
  writeFileSync(join(folder, file), text.replace(before, after));
}

/** Takes the rule that begins with `line` out of assignments.yaml, up to the empty line behind it. */
function cutRule(folder: string, line: string): void {
  const text = readFileSync(join(folder, "assignments.yaml"), "utf8");
  const start = text.indexOf(line);
  if (start < 0) throw new Error(`assignments.yaml has no ${line}`);
  writeFileSync(
    join(folder, "assignments.yaml"),
    text.slice(0, start) + text.slice(text.indexOf("\n\n", start) + 2),
  );
}
