import type { Change } from "../../model/change.js";
import type { Plan } from "../../model/plan.js";
import { count } from "../../model/plural.js";
import { actionCatalogue } from "../../policy/action-catalogue.js";
import { changedActions } from "../../policy/allowed-actions.js";
import type { ChangedActions } from "../../policy/allowed-actions.js";
import { earlierSentence, earlierShares, earlierTitle, ofFiles, sharesByCause } from "../shares.js";
import type { Share } from "../shares.js";
import { incompleteSentence, targetedSentence, unmanagedSentence } from "../summary.js";
import { driftText, planText } from "../text.js";
import { folded, section } from "./blocks.js";
import { changeBlocks, untold } from "./changes.js";
import { detailLevels } from "./detail.js";
import type { Detail } from "./detail.js";
import { code, cut, fence, link, text } from "./escape.js";
import { peopleBlocks } from "./people.js";
import { permissionSetBlocks } from "./permission-sets.js";
import { remarkBlocks, withheldBlocks } from "./remarks.js";
import { termsBlocks } from "./terms.js";
import { driftManner, permissionSetChanges, planManner } from "./telling.js";
import type { Manner, PermissionSetChange, Telling } from "./telling.js";
import { driftVerdict, planCounts, planVerdict } from "./verdict.js";

export type MarkdownOptions = {
  /** How long the text may be, in UTF-16 units; GitHub takes 65,536. The shortest form needs some four thousand. */
  readonly limit: number;
  /** Where the full report is: the run's summary and artifact. */
  readonly run: { readonly url: string } | null;
  /** The folder of access files, as the user named it. */
  readonly dir: string;
  /** The commit that people know, where the one that was planned was made for the occasion: a pull request merged into its base. */
  readonly head?: string;
};

/** A plan as the comment on a pull request: what happens to people first, what happens to resources folded away. */
export function planMarkdown(plan: Plan, options: MarkdownOptions): Promise<string> {
  const raw = (): string => planText(plan, { color: false, width: 100, dir: options.dir, full: true });
  return fitted(plan, { manner: planManner, raw, body: planBody }, options);
}

/** The same plan as the body of a drift issue: what Identity Center has that the files do not say, and what it lacks. */
export function driftMarkdown(plan: Plan, options: MarkdownOptions): Promise<string> {
  const raw = (): string => driftText(plan, { color: false, width: 100, dir: options.dir, full: true });
  return fitted(plan, { manner: driftManner, raw, body: driftBody }, options);
}

type Form = {
  readonly manner: Manner;
  readonly raw: () => string;
  readonly body: (telling: Telling, options: MarkdownOptions) => readonly string[];
};

/** The most detailed form that is not too long. */
async function fitted(plan: Plan, form: Form, options: MarkdownOptions): Promise<string> {
  const actions = await actionsOfAll(plan, form.manner);
  const actionsOf: Telling["actionsOf"] = (change) => actions.get(change) ?? [];
  let markdown = "";
  for (const detail of detailLevels) {
    markdown = rendered({ plan, manner: form.manner, detail, actionsOf }, form, options);
    if (markdown.length <= options.limit) break;
  }
  return markdown;
}

/** Worked out once for all forms, and the catalogue loaded only when there is an inline policy to look at. */
async function actionsOfAll(
  plan: Plan,
  { sides }: Manner,
): Promise<ReadonlyMap<PermissionSetChange, readonly ChangedActions[]>> {
  const changes = permissionSetChanges(plan.changes).flatMap((change) => {
    const [before, after] = sides(change).map((side) => side?.inlinePolicy ?? null);
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ change, before, after }];
  });
  if (changes.length === 0) return new Map();
  const catalogue = await actionCatalogue();
  return new Map(
    changes.map(({ change, before = null, after = null }) => [
      change,
      changedActions(before, after, catalogue),
    ]),
  );
}

function rendered(telling: Telling, { raw, body }: Form, options: MarkdownOptions): string {
  const { plan, detail } = telling;
  const rawBlocks =
    detail.raw && plan.changes.length + plan.withheld.length > 0
      ? folded(telling.manner.whole, [fence(raw().trimEnd().split("\n"), "diff")])
      : [];
  const blocks = [...body(telling, options), ...rawBlocks, footer(plan, detail, options)];
  return `${blocks.join("\n\n")}\n`;
}

function planBody(telling: Telling, options: MarkdownOptions): readonly string[] {
  const { plan } = telling;
  const ours = ofFiles(plan);
  const others = untold(ours.changes, Object.values(ours.access).flat());
  return [
    `**${text(planVerdict(telling, options.dir))}**`,
    ...circumstances(telling, options, planCounts(plan)),
    ...section("People", [
      ...peopleBlocks(ours.access, telling),
      ...changeBlocks(others.filter(isOfUser), telling),
    ]),
    ...section("Until when, and why", termsBlocks(ours.changes, telling)),
    ...section("Permission sets", permissionSetBlocks(permissionSetChanges(ours.changes), "####", telling)),
    ...section(
      "Also changed",
      changeBlocks(
        others.filter((change) => !isOfUser(change)),
        telling,
      ),
    ),
    ...remarkSections(telling),
    ...section(earlierTitle, earlierBlocks(telling)),
    ...withheldSection(telling),
  ];
}

function isOfUser({ kind }: Change): boolean {
  return kind === "user";
}

function driftBody(telling: Telling, options: MarkdownOptions): readonly string[] {
  return [
    `**${text(driftVerdict(telling, options.dir))}**`,
    ...circumstances(telling, options, ""),
    ...sharesByCause(telling.plan).flatMap((share) =>
      section(share.title, shareBlocks(share, "####", telling)),
    ),
    ...remarkSections(telling),
    ...withheldSection(telling),
  ];
}

function withheldSection(telling: Telling): readonly string[] {
  const { plan, manner } = telling;
  return section(manner.voice.withheldTitle, withheldBlocks(plan.withheld, telling));
}

function remarkSections(telling: Telling): readonly string[] {
  const { plan } = telling;
  return [
    ...section("Errors and warnings", remarkBlocks(plan.diagnostics, telling)),
    ...section("Notes", remarkBlocks(plan.notes, telling)),
  ];
}

/** What a reader has to know before the rest: whether it is refused, whole, and how much it is. */
function circumstances(telling: Telling, { run }: MarkdownOptions, counts: string): readonly string[] {
  const { plan, detail } = telling;
  const isRefused = plan.diagnostics.some(({ severity }) => severity === "error");
  const counted = [counts, unmanagedSentence(plan.summary)].filter(Boolean).join(" ");
  return [
    ...(isRefused ? ["> [!CAUTION]\n> Refused: nothing of this plan is applied."] : []),
    ...(plan.live.complete ? [] : [`> [!WARNING]\n> ${incompleteSentence}`]),
    ...(counted === "" ? [] : [text(counted)]),
    ...(plan.live.targeted ? [targetedSentence] : []),
    ...(detail.raw ? [] : [shortened(telling, run)]),
  ];
}

function shortened({ detail, manner }: Telling, run: MarkdownOptions["run"]): string {
  const what =
    detail.rows === Infinity
      ? `${manner.whole} is too long to stand here`
      : "Shortened, since all of it is too long to stand here";
  const where =
    run === null
      ? `${code(`${manner.command} --verbose`)} shows it`
      : `it is in ${link("the run's summary and artifact", run.url)}`;
  return `*${what}: ${where}.*`;
}

function earlierBlocks(telling: Telling): readonly string[] {
  const shares = earlierShares(telling.plan);
  if (shares.length === 0) return [];
  return [
    earlierSentence,
    ...shares.flatMap((share) => [`#### ${share.title}`, ...shareBlocks(share, "#####", telling)]),
  ];
}

function shareBlocks(
  { changes, access }: Share,
  level: "####" | "#####",
  telling: Telling,
): readonly string[] {
  return [
    ...peopleBlocks(access, telling),
    ...permissionSetBlocks(permissionSetChanges(changes), level, telling),
    ...changeBlocks(untold(changes, Object.values(access).flat()), telling),
  ];
}

function footer(
  { digest, declared, base, live, instance, toolVersion }: Plan,
  { signs }: Detail,
  { head }: MarkdownOptions,
): string {
  const { ssoAdmin, identityStore, organizations, sts } = live.requests;
  const shown = (word: string): string => code(cut(word, Math.max(signs, 80)));
  const parts = [
    `Plan ${shown(digest)} for ${shown(instance.identityStoreId)}`,
    ...(head === undefined ? [] : [`commit ${shown(head)}`]),
    ...(declared.commit === null
      ? []
      : [`${head === undefined ? "commit" : "merged as"} ${shown(declared.commit)}`]),
    ...(base === null ? [] : [`base ${shown(base.commit)}`]),
    `read ${text(cut(live.readAt, Math.max(signs, 80)))} with ${count(ssoAdmin + identityStore + organizations + sts, "request")}`,
    `idc ${text(cut(toolVersion, Math.max(signs, 80)))}`,
  ];
  return `<sub>${parts.join(" · ")}</sub>`;
}
