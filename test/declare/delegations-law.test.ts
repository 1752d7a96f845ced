import fc from "fast-check";
import { expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { resolve } from "../../src/declare/resolve.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import { organization } from "./delegated-files.js";
import { memoryTree } from "./memory-tree.js";

/**
 * For any files and any delegations: what is accepted is allowed by one delegation of its file, and what is refused as
 * outside is not. Judged by a model that shares nothing with the engine but the organization.
 */

type Selector =
  | string
  | { readonly all: true }
  | { readonly name: string }
  | { readonly ou: string }
  | { readonly tags: { readonly tier: string } };
type Rule = {
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly permissionSets: readonly string[];
  readonly accounts: readonly Selector[];
  readonly except: readonly Selector[];
};
type Kind = "users" | "groups" | "permissionSets";
type Delegation = { readonly files: string; readonly accounts: readonly Selector[] } & Readonly<
  Record<Kind, readonly string[]>
>;
type File = {
  readonly declared: Readonly<Record<Kind, readonly string[]>>;
  readonly removed: Readonly<Record<Kind, readonly string[]>>;
  readonly rules: readonly Rule[];
  readonly removedRules: readonly Rule[];
};
type World = { readonly files: ReadonlyMap<string, File>; readonly delegations: readonly Delegation[] };

const paths = ["a.yaml", "teams/b.yaml", "teams/pay/c.yaml", "teams/pay/deep/d.yml", "teams/web/e.yaml"];
const names = {
  users: ["pay-bot", "ann", "bob"],
  groups: ["pay-a", "pay-b", "web-a", "admins"],
  permissionSets: ["PayRead", "PayDeploy", "Admin"],
} as const satisfies Record<Kind, readonly string[]>;
const globs = {
  users: ["*", "pay-*", "a*n", "bob"],
  groups: ["*", "pay-*", "*-a", "admins", "pay-a"],
  permissionSets: ["*", "Pay*", "PayRead", "*d*"],
} as const satisfies Record<Kind, readonly string[]>;
const kinds = ["users", "groups", "permissionSets"] as const satisfies readonly Kind[];

const selector: fc.Arbitrary<Selector> = fc.constantFrom<Selector>(
  { all: true },
  { name: "payments-*" },
  { ou: "Workloads" },
  { ou: "Workloads/Payments" },
  { tags: { tier: "dev" } },
  "payments-dev",
  "200000000000",
  "web-dev",
  "management",
  "payments-old",
);
const some = <T>(all: readonly T[], minLength = 0): fc.Arbitrary<T[]> => fc.subarray([...all], { minLength });
const rule: fc.Arbitrary<Rule> = fc
  .record({
    groups: some(names.groups),
    users: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, some(names.users)),
    permissionSets: some(names.permissionSets, 1),
    accounts: fc.uniqueArray(selector, { minLength: 1, maxLength: 2, selector: JSON.stringify }),
    except: fc.uniqueArray(selector, { maxLength: 2, selector: JSON.stringify }),
  })
  .filter(({ groups, users }) => groups.length + users.length > 0);
const delegation: fc.Arbitrary<Delegation> = fc.record({
  files: fc.constantFrom(
    "teams/pay/**",
    "teams/**",
    "teams/**/*",
    "**/c.yaml",
    "teams/pay/c.yaml",
    "teams/*/e*",
  ),
  users: some(globs.users),
  groups: some(globs.groups),
  permissionSets: some(globs.permissionSets),
  accounts: fc.uniqueArray(selector, { maxLength: 4, selector: JSON.stringify }),
});

/** Every name is declared, removed or only used; each in one file. */
const world: fc.Arbitrary<World> = fc
  .record({
    places: fc.array(fc.constantFrom(...paths, "", ""), { minLength: 10, maxLength: 10 }),
    isRemoved: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
    rules: fc.array(fc.record({ path: fc.constantFrom(...paths), rule, isRemoval: fc.boolean() }), {
      maxLength: 3,
    }),
    delegations: fc.array(delegation, { minLength: 1, maxLength: 3 }),
  })
  .map(({ places, isRemoved, rules, delegations }) => {
    const all = kinds.flatMap((kind) => names[kind].map((name) => ({ kind, name })));
    const used = new Set(rules.flatMap((one) => kinds.flatMap((kind) => one.rule[kind])));
    const namesAt = (path: string, removed: boolean) => {
      const at = (wanted: Kind) =>
        all.flatMap(({ kind, name }, index) => {
          const isGone = isRemoved[index] === true && !used.has(name);
          return kind === wanted && places[index] === path && isGone === removed ? [name] : [];
        });
      return { users: at("users"), groups: at("groups"), permissionSets: at("permissionSets") };
    };
    const rulesAt = (path: string, removal: boolean) =>
      rules.flatMap((one) => (one.path === path && one.isRemoval === removal ? [one.rule] : []));
    const files = new Map(
      paths.map((path) => [
        path,
        {
          declared: namesAt(path, false),
          removed: namesAt(path, true),
          rules: rulesAt(path, false),
          removedRules: rulesAt(path, true),
        },
      ]),
    );
    return { files, delegations };
  });

// As files

function treeOf({ files, delegations }: World) {
  const manage = Object.fromEntries([...kinds, "assignments"].map((kind) => [kind, "declared"]));
  const optional = (one: Selector) => (typeof one === "string" ? one : { ...one, optional: true });
  const written = (one: Rule) => ({
    ...(one.groups.length > 0 && { groups: one.groups }),
    ...(one.users.length > 0 && { users: one.users }),
    permissionSets: one.permissionSets,
    accounts: one.accounts.map(optional),
    ...(one.except.length > 0 && { except: one.except.map(optional) }),
  });
  const settings = {
    identityCenter: { manage },
    delegations: delegations.map((one) => ({ ...one, accounts: one.accounts.map(optional) })),
  };
  const person = { givenName: "A", familyName: "B" };
  const texts = [...files].map(([path, { declared, removed, rules, removedRules }]) => [
    path,
    JSON.stringify({
      users: Object.fromEntries(declared.users.map((name) => [name, person])),
      groups: Object.fromEntries(declared.groups.map((name) => [name, {}])),
      permissionSets: Object.fromEntries(declared.permissionSets.map((name) => [name, {}])),
      assignments: rules.map(written),
      removed: { ...removed, assignments: removedRules.map(written) },
    }),
  ]);
  return memoryTree({ "settings.yaml": JSON.stringify(settings), ...Object.fromEntries(texts) });
}

// The model

function fits(glob: string, text: string): boolean {
  return new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(text);
}

const filePatterns: Readonly<Record<string, readonly string[]>> = {
  "teams/pay/**": ["teams/pay/c.yaml", "teams/pay/deep/d.yml"],
  "teams/**": paths.slice(1),
  "teams/**/*": paths.slice(1),
  "**/c.yaml": ["teams/pay/c.yaml"],
  "teams/pay/c.yaml": ["teams/pay/c.yaml"],
  "teams/*/e*": ["teams/web/e.yaml"],
};

function selected(selectors: readonly Selector[]): ReadonlySet<string> {
  const { accounts, managementAccount } = organization;
  return new Set(
    accounts.flatMap(({ id, name, ou, tags, state }) => {
      const isMeant = selectors.some((one) => {
        if (typeof one === "string") return one === id || one === name;
        if (id === managementAccount || state !== "ACTIVE") return false;
        if ("all" in one) return true;
        if ("name" in one) return fits(one.name, name);
        if ("ou" in one) return `${ou}/`.startsWith(`${one.ou}/`);
        return tags?.["tier"] === one.tags.tier;
      });
      return isMeant ? [id] : [];
    }),
  );
}

/** What files declare that no delegation of theirs allows. */
function violations({ files, delegations }: World): readonly string[] {
  return [...files].flatMap(([path, { declared, removed, rules, removedRules }]) => {
    const mine = delegations.filter(({ files: pattern }) => filePatterns[pattern]?.includes(path));
    if (mine.length === 0) return [];
    const may = (one: Delegation, kind: Kind, name: string) => one[kind].some((glob) => fits(glob, name));
    const objects = kinds.flatMap((kind) =>
      [...declared[kind], ...removed[kind]].filter((name) => !mine.some((one) => may(one, kind, name))),
    );
    const grants = [...rules, ...removedRules].flatMap((one) => {
      const left = [...selected(one.accounts)].filter((id) => !selected(one.except).has(id));
      const principals = (["groups", "users"] as const).flatMap((kind) =>
        one[kind].map((name) => ({ kind, name })),
      );
      return principals.flatMap(({ kind, name }) =>
        one.permissionSets.flatMap((set) => {
          const allowing = mine.filter(
            (each) => each.accounts.length > 0 && may(each, kind, name) && may(each, "permissionSets", set),
          );
          if (allowing.length === 0) return [`${set} of ${name}`];
          return left
            .filter((id) => !allowing.some((each) => selected(each.accounts).has(id)))
            .map((id) => `${set} of ${name} in ${id}`);
        }),
      );
    });
    return [...objects, ...grants].map((what) => `${path}: ${what}`);
  });
}

/** What the engine makes of the files: everything told, and who gets what by which file where nothing is wrong. */
async function judged(
  given: World,
): Promise<{ told: readonly Diagnostic[]; grants: readonly string[] | null }> {
  const loaded = await load(treeOf(given));
  if (!loaded.ok) return { told: loaded.diagnostics, grants: null };
  const resolved = resolve(loaded.value, organization, { partition: "aws", commit: null, now: 0 });
  const told = [...loaded.diagnostics, ...resolved.diagnostics];
  if (!resolved.ok) return { told, grants: null };
  const grants = [...resolved.value.assignments].map(([id, { source }]) => `${source.file} ${id}`);
  return { told, grants };
}

/** What speaks against the law: something wrong that was accepted or not told, or something told that is not wrong. */
function broken(
  wrong: readonly string[],
  { told, grants }: Awaited<ReturnType<typeof judged>>,
): readonly string[] {
  const isOutside = told.some(({ code }) => code === "outside-delegation");
  const isFaultyOtherwise = told.some(
    ({ code, severity }) => severity === "error" && code !== "outside-delegation",
  );
  if (wrong.length === 0) return isOutside ? told.map(({ message }) => `told without cause: ${message}`) : [];
  // With another fault, not everything may have been looked at; nothing is granted then either.
  return grants !== null || (!isOutside && !isFaultyOtherwise) ? wrong : [];
}

test("what is accepted is allowed by a delegation of its file, and nothing else is refused as outside", async () => {
  let accepted = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const judgement = await judged(given);
      const wrong = violations(given);
      expect(broken(wrong, judgement)).toEqual([]);
      if (judgement.grants?.some((grant) => grant.startsWith("access/teams/"))) accepted += 1;
      if (wrong.length > 0) refused += 1;
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(25);
  expect(refused).toBeGreaterThan(300);
});
