import type { Checkout } from "../declare/git.js";
import type { Revision } from "../declare/git-tree.js";
import { load } from "../declare/load.js";
import { areSettingsBroken } from "../declare/resolve-guardrails.js";
import { SourceTreeError } from "../declare/source-tree.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { AsRead, Written } from "../declare/written.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";

/** What the files said before; null where there were none, or none that can be read. */
export type BaseFiles = {
  readonly commit: string;
  readonly written: Written | null;
  /** The same of files that are not sound, as far as they can be read: what they delegate and guard holds all the same. */
  readonly asRead: AsRead | null;
};

export type FoundBase = { readonly base: BaseFiles | null; readonly diagnostics: readonly Diagnostic[] };

/** The files of a revision that somebody named. An error when git does not have it. */
export async function namedBase(
  revision: string,
  revisionOf: (revision: string) => Promise<Revision>,
): Promise<FoundBase> {
  const found = await revisionOf(revision);
  return found.ok ? readBase(found) : { base: null, diagnostics: [unknownBase(revision, found.why)] };
}

/**
 * The files that were applied last, as the mark on the instance names them: these very ones, or those of a commit. No base
 * where there is no mark, or git does not have what it names.
 */
export async function markedBase(
  mark: string | null,
  { written, checkout }: { readonly written: Written | null; readonly checkout: Checkout | null },
  revisionOf: (revision: string) => Promise<Revision>,
): Promise<FoundBase> {
  const none: FoundBase = { base: null, diagnostics: [] };
  if (mark === null) return none;
  if (written !== null && (mark === written.digest || (checkout?.clean === true && mark === checkout.head)))
    return { base: { commit: mark, written, asRead: written }, diagnostics: [] };
  const commit = commitIn(mark);
  if (commit === null) return none;
  const found = await revisionOf(commit);
  return found.ok ? readBase(found) : none;
}

/** The commit that the mark names; null where it is a digest, or anything else. */
export function commitIn(mark: string | null): string | null {
  return mark !== null && /^[0-9a-f]{40}$/.test(mark) ? mark : null;
}

/** That there are no files to go by: nothing was ever applied, or what was cannot be had, which is an error. */
export function nothingApplied(mark: string | null): Diagnostic {
  return mark === null
    ? diagnostic({
        code: "never-applied",
        severity: "warning",
        message:
          "idc has never been applied to this Identity Center, so there is nothing to compare it with.",
        help: "Apply the files first.",
      })
    : diagnostic({
        code: "applied-unknown",
        severity: "error",
        message: `What was applied last (${mark}) is not to be had from git here, so nobody can say what differs from it.`,
        help: "Run this in a clone with the whole history (in GitHub Actions: fetch-depth: 0), or apply committed files anew.",
      });
}

/**
 * That nobody can tell what was in force before these files: guardrails may be loosened and delegations widened unseen, even
 * by taking all of them out. Nothing to tell where nothing was ever applied, or the base can be asked. Whoever keeps no
 * history, outside git, has chosen that.
 */
export function limitsUnknown(
  base: BaseFiles | null,
  mark: string | null,
  isInGit: boolean,
): readonly Diagnostic[] {
  const why = mark === null ? null : whyUnlimited(base, mark);
  if (why === null) return [];
  const { what, help } = why;
  return [
    diagnostic({
      code: "base-limits-unknown",
      severity: commitIn(mark) !== null || isInGit ? "warning" : "info",
      message: `${what}, so nobody can say whether these files loosen guardrails or widen delegations: only what they say themselves holds.`,
      help,
    }),
  ];
}

function whyUnlimited(
  base: BaseFiles | null,
  mark: string,
): { readonly what: string; readonly help: string } | null {
  if (base === null)
    return commitIn(mark) === null
      ? {
          what: `What was applied last (${mark}) is in no commit`,
          help: "Apply committed files: those that come later are held to what they say.",
        }
      : {
          what: `What was applied last (${mark}) is not to be had from git here`,
          help: "Run this in a clone with the whole history (in GitHub Actions: fetch-depth: 0).",
        };
  if (base.asRead === null)
    return {
      what: `The base ${base.commit} has no files in this folder`,
      help: "If the folder was moved, look at what settings.yaml said where it was.",
    };
  return areSettingsBroken(base.asRead)
    ? {
        what: `The settings of the base ${base.commit} cannot be read`,
        help: "Look at what they were meant to say.",
      }
    : null;
}

async function readBase({ commit, tree }: Extract<Revision, { ok: true }>): Promise<FoundBase> {
  if (await isEmpty(tree)) return { base: { commit, written: null, asRead: null }, diagnostics: [] };
  const loaded = await load(tree);
  const { asRead } = loaded;
  return loaded.ok
    ? { base: { commit, written: loaded.value, asRead }, diagnostics: [] }
    : { base: { commit, written: null, asRead }, diagnostics: [unreadableBase(commit, loaded.diagnostics)] };
}

/** What cannot be listed is not empty: reading it tells what is wrong. */
async function isEmpty(tree: SourceTree): Promise<boolean> {
  try {
    for await (const _path of tree.list()) return false;
    return true;
  } catch (error) {
    if (error instanceof SourceTreeError) return false;
    throw error;
  }
}

/** That the base cannot be asked, and what follows; `faults` are its errors. */
export function unreadableBase(commit: string, faults: readonly Diagnostic[]): Diagnostic {
  const first = faults.find(({ severity }) => severity === "error");
  const source = first?.source ?? null;
  const place = source === null ? "" : ` (${source.file}:${source.line})`;
  return diagnostic({
    code: "base-unreadable",
    severity: "warning",
    message: `The files of the base ${commit} are not sound${first === undefined ? "" : `: ${first.message}${place}`} What was changed by hand cannot be told from what these files change, so all of it counts as theirs. What the base guards and delegates holds as far as it can be read.`,
  });
}

function unknownBase(revision: string, why: Extract<Revision, { ok: false }>["why"]): Diagnostic {
  const told = {
    "outside-git": ["--base needs git, and these files are in no repository that git can read here.", null],
    shallow: [
      `git does not have ${JSON.stringify(revision)}: this clone is shallow.`,
      "Fetch its history (in GitHub Actions: actions/checkout with fetch-depth: 0), then try again.",
    ],
    unreadable: [
      `git has ${JSON.stringify(revision)} and cannot give its files: this clone is not whole.`,
      "Clone the repository anew (in GitHub Actions: actions/checkout without filter).",
    ],
    unknown: [
      `git has no revision ${JSON.stringify(revision)} here.`,
      "Fetch it first, or correct the name.",
    ],
  } as const;
  const [message, help] = told[why];
  return diagnostic({ code: "base-unknown", severity: "error", message, help });
}
