import { existsSync, readFileSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { exitCode } from "../../src/run/exit-code.js";
import type { Verdict } from "../../src/run/exit-code.js";
import { readPlanFile } from "../../src/run/plan-file.js";
import { folderWith, idc } from "./idc.js";

const docs = new URL("../../docs/", import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, docs), "utf8");
const commandsPage = textOf("commands.md");
const planPage = textOf("plan.md");

describe("docs/commands.md", () => {
  let helps: ReadonlyMap<string, Help>;
  beforeAll(async () => {
    helps = await allHelps();
  });

  it("has a section for every command, and for no other", () => {
    const commands = [...helps].flatMap(([name, { subcommands }]) =>
      subcommands.length === 0 ? [name] : [],
    );
    expect(commands.length).toBeGreaterThan(5);
    const others = ["For every command", "What goes where", "Environment variables", "Exit codes"];
    expect(headings(commandsPage, 2).toSorted()).toEqual([...commands, ...others].toSorted());
  });

  it("lists every option of each command in its section, and no other", () => {
    for (const [name, { options, subcommands }] of helps) {
      if (subcommands.length > 0 && name !== "") continue;
      const own = [...options.keys()].filter((option) => name === "" || option !== "--help");
      const section = sectionOf(commandsPage, name === "" ? "For every command" : name);
      const listed = rows(section).flatMap(([first = ""]) => first.match(/--[a-z-]+/g) ?? []);
      expect([name, listed.toSorted()]).toEqual([name, own.toSorted()]);
    }
  });

  it("names every choice that an option gives, and no option that none of the commands has", () => {
    const known = new Set([...helps.values()].flatMap(({ options }) => [...options.keys()]));
    for (const [name, { options }] of helps)
      for (const [option, told] of options) {
        const row = rows(sectionOf(commandsPage, name === "" ? "For every command" : name)).find(([first]) =>
          first?.includes(option),
        );
        const choices = [...(/choices: ([^)]*?)(?:, default|\))/.exec(told)?.[1] ?? "").matchAll(/"(\w+)"/g)];
        for (const [, choice] of choices) expect(`${name} ${row?.join(" ")}`).toContain(`\`${choice}\``);
      }
    expect(known).toContain("--format");
    for (const [option] of commandsPage.matchAll(/(?<![\w-])--[a-z][a-z-]*/g))
      expect(known).toContain(option);
  });

  it("lists the exit codes in the order in which they are judged", () => {
    const verdicts = {
      interrupted: true,
      invalid: true,
      stale: true,
      refused: true,
      incomplete: true,
      pending: true,
    } satisfies Record<Verdict, true>;
    const judged: number[] = [];
    for (let left = Object.keys(verdicts) as Verdict[]; left.length > 0;) {
      const code = exitCode(left);
      judged.push(code);
      left = left.filter((verdict) => exitCode([verdict]) !== code);
    }
    const listed = rows(sectionOf(commandsPage, "Exit codes")).map(([first]) => Number(first));
    expect(listed).toEqual([...judged, exitCode([])]);
  });
});

describe("docs/plan.md", () => {
  const schema: unknown = JSON.parse(readFileSync(new URL("../schema/plan.schema.json", docs), "utf8"));
  const spans = new Set([...withoutBlocks(planPage).matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? ""));
  const named = new Set([...spans, ...[...spans].flatMap((span) => span.split("."))]);

  it("names every property of the schema", () => {
    const properties = propertiesOf(schema);
    expect(properties.size).toBeGreaterThan(80);
    expect([...properties].filter((name) => !named.has(name))).toEqual([]);
  });

  it("names every value that a property can have: kinds, actions, causes, withheld codes, severities", () => {
    const values = valuesOf(schema);
    expect(values).toContain("depends-on-withheld");
    expect([...values].filter((value) => !named.has(value) && !named.has(`"${value}"`))).toEqual([]);
  });

  it("has a row for each cause and each withheld code, and for nothing else", () => {
    const firsts = (heading: string): readonly string[] =>
      rows(sectionOf(planPage, heading)).map(([first = ""]) => first.replaceAll("`", ""));
    const listWith = (member: string): readonly string[] =>
      listsOf(schema).find((list) => list.includes(member)) ?? [];
    expect(firsts("Causes").toSorted()).toEqual(listWith("unsettled").toSorted());
    expect(firsts("What is withheld").toSorted()).toEqual(listWith("not-reviewed").toSorted());
  });

  it("has no property in its tables that the schema does not have", () => {
    const known = new Set([...propertiesOf(schema), ...valuesOf(schema)]);
    const spansOfTables = rows(withoutBlocks(planPage)).flatMap(([first = ""]) =>
      [...first.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? ""),
    );
    expect(spansOfTables.length).toBeGreaterThan(50);
    const isKnown = (span: string): boolean =>
      known.has(span) || span.split(".").every((part) => known.has(part));
    expect(spansOfTables.filter((span) => !isKnown(span))).toEqual([]);
  });

  it("shows a plan that idc takes, digest and all", () => {
    const [, example = ""] = /```json\n([^]*?)```/.exec(planPage) ?? [];
    expect(readPlanFile(example)).toMatchObject({ ok: true });
  });
});

describe("the links of every page", () => {
  const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));
  it.each(["../README.md", ...pages])("lead somewhere from docs/%s", (page) => {
    const links = [...withoutBlocks(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
    expect(links.filter((link) => !leadsSomewhere(link, page))).toEqual([]);
    expect(links.length).toBeGreaterThan(0);
  });
});

type Help = {
  /** What each option is for, with its choices, by its long name; `idc` has those of every command. */
  readonly options: ReadonlyMap<string, string>;
  readonly subcommands: readonly string[];
};

/** The help of `idc` (under "") and of all its commands, by their names. */
async function allHelps(): Promise<ReadonlyMap<string, Help>> {
  const cwd = folderWith({});
  const helps = new Map<string, Help>();
  const names = [""];
  for (const name of names) {
    const { stdout } = await idc([...name.split(" ").filter(Boolean), "--help"], { cwd });
    const help = {
      options: new Map(
        entries(stdout, "Options").map((entry) => [/--[a-z-]+/.exec(entry)?.[0] ?? entry, entry] as const),
      ),
      subcommands: entries(stdout, "Commands")
        .map((entry) => /^[a-z]+/.exec(entry)?.[0] ?? entry)
        .filter((subcommand) => subcommand !== "help"),
    };
    helps.set(name, help);
    names.push(...help.subcommands.map((subcommand) => `${name} ${subcommand}`.trim()));
  }
  return helps;
}

/** The entries of a part of a help text, each on one line. */
function entries(help: string, part: string): readonly string[] {
  const [, block = ""] = new RegExp(`^${part}:\n((?: .*\n)+)`, "m").exec(help) ?? [];
  return block
    .replace(/\n {3,}/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function withoutBlocks(page: string): string {
  return page.replace(/^(`{3,}).*\n[^]*?^\1$/gm, "");
}

function headings(page: string, level: number): readonly string[] {
  return [...withoutBlocks(page).matchAll(/^(#+) (.*)$/gm)].flatMap(([, signs = "", text = ""]) =>
    signs.length === level ? [text] : [],
  );
}

function sectionOf(page: string, heading: string): string {
  const [, section = ""] =
    withoutBlocks(page)
      .split(/^(?=## )/m)
      .map((part) => [part.slice(3, part.indexOf("\n")), part] as const)
      .find(([text]) => text === heading) ?? [];
  return section;
}

/** The cells of every row of the tables, without their heads. */
function rows(text: string): readonly (readonly string[])[] {
  const body = text.replace(/^\|.*\n\|[-:|]+\|$/gm, "");
  return [...body.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));
}

/** Every key with its value, at any depth. */
function* within(value: unknown): Generator<readonly [string, unknown]> {
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    yield [key, inner];
    yield* within(inner);
  }
}

function propertiesOf(schema: unknown): ReadonlySet<string> {
  return new Set(
    [...within(schema)].flatMap(([key, value]) =>
      key === "properties" && value !== null && typeof value === "object" ? Object.keys(value) : [],
    ),
  );
}

/** Every list of the values that a property can have. */
function listsOf(schema: unknown): readonly (readonly string[])[] {
  return [...within(schema)].flatMap(([key, value]) => {
    if (key === "const") return [[String(value)]];
    return key === "enum" && Array.isArray(value) ? [value.map(String)] : [];
  });
}

function valuesOf(schema: unknown): ReadonlySet<string> {
  return new Set(listsOf(schema).flat());
}

function leadsSomewhere(link: string, page: string): boolean {
  const [path = "", anchor] = link.split("#");
  if (path.includes("://")) return true;
  const target = new URL(path === "" ? page : path, new URL(page, docs));
  if (!existsSync(target)) return false;
  return anchor === undefined || anchors(readFileSync(target, "utf8")).has(anchor);
}

/** What GitHub makes of the headings of a page. */
function anchors(page: string): ReadonlySet<string> {
  const all = [...withoutBlocks(page).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => text);
  const named = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  return new Set([
    ...named,
    ...all.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  ]);
}
