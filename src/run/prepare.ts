import type { Reader } from "../apply/ports.js";
import type { Checkout } from "../declare/git.js";
import type { Revision } from "../declare/git-tree.js";
import { load } from "../declare/load.js";
import { directoryMissing, needsTags, resolve } from "../declare/resolve.js";
import { outsideBase } from "../declare/outside-base.js";
import { guardedBy } from "../declare/resolve-guardrails.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { Written } from "../declare/written.js";
import type { Settings } from "../model/declared.js";
import { diagnostic, hasErrors } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Directory } from "../model/directory.js";
import type { Plan } from "../model/plan.js";
import type { Instance } from "../model/snapshot.js";
import type { Consent } from "../plan/consent.js";
import { makePlan } from "../plan/plan.js";
import type { PlanInput } from "../plan/plan.js";
import { commitIn, limitsUnknown, markedBase, namedBase, nothingApplied, unreadableBase } from "./base.js";
import type { BaseFiles } from "./base.js";
import { aimAt, whole } from "./aim.js";
import { waitedBy } from "./late-principals.js";
import type { Waiting } from "./late-principals.js";

/** Identity Center, found, as a run that only looks gets to see it: there is nothing here to write with. */
export type Connected = { readonly instance: Instance; readonly reader: Reader };

export type Stage = "files" | "connecting" | "settling" | "accounts" | "identity-center" | "planning";

export type Preparation<C extends Connected> = {
  readonly tree: SourceTree;
  readonly checkout: () => Promise<Checkout | null>;
  /** The same files at another revision. */
  readonly revisionOf: (revision: string) => Promise<Revision>;
  /** The revision to tell causes against; null: what was applied last, as far as git has it. */
  readonly base: string | null;
  /** Whether to read only what these files change since the base. */
  readonly targeted: boolean;
  /** Whose files to plan: these, or those that were applied last, whatever these say. */
  readonly whose: "given" | "applied";
  /** Finds the instance that the settings (and the command line) mean; rejects with LiveError. */
  readonly connect: (settings: Settings) => Promise<C>;
  readonly purpose: PlanInput["purpose"];
  /** Whether to look as well for what no change puts right. Everything must be read then. */
  readonly deep?: boolean;
  readonly toolVersion: string;
  readonly consent: Consent;
  /** How to wait for users and groups that are not there yet; null: not at all. */
  readonly waiting: Waiting | null;
  /** Milliseconds since the epoch, those included for which the machine slept. */
  readonly wallClock: () => number;
  readonly signal: AbortSignal;
  readonly onStage: (stage: Stage) => void;
};

/** Everything told about the files, with their texts by path for showing the lines. */
export type Told = {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: ReadonlyMap<string, string>;
};

export type Prepared<C extends Connected> = Told &
  (
    | { readonly ok: false }
    | {
        readonly ok: true;
        readonly plan: Plan;
        readonly input: PlanInput;
        readonly connected: C;
        /** The commit that is checked out, with or without edits on top. */
        readonly head: string | null;
      }
  );

/**
 * From the files and Identity Center to a plan: what plan, drift and apply have in common. Faults of the files that can
 * be told without Identity Center are told before it is asked for anything. Rejects with LiveError when it cannot be read.
 */
export async function prepare<C extends Connected>(given: Preparation<C>): Promise<Prepared<C>> {
  const { signal, onStage, revisionOf } = given;
  onStage("files");
  const isGiven = given.whose === "given";
  const loaded = await load(given.tree);
  const files = isGiven ? loaded.files : new Map<string, string>();
  // Of files that do not count nothing is told, and their faults keep nobody's access open.
  const toldOfFiles = isGiven ? loaded.diagnostics : [];
  if (isGiven && !loaded.ok) return { ok: false, diagnostics: toldOfFiles, files };
  const written = loaded.ok ? loaded.value : null;
  const named = given.base === null ? null : await namedBase(given.base, revisionOf);
  if (named !== null && hasErrors(named.diagnostics))
    return { ok: false, diagnostics: [...toldOfFiles, ...named.diagnostics], files };

  onStage("connecting");
  const connected = await given.connect(loaded.settings);
  const { reader, instance } = connected;
  signal.throwIfAborted();
  const checkout = await given.checkout();
  const { base, diagnostics: toldOfBase } =
    named ?? (await markedBase(instance.mark, { written, checkout }, revisionOf));
  const planned = isGiven ? written : (base?.written ?? null);
  if (planned === null)
    return { ok: false, diagnostics: [...toldOfBase, nothingApplied(instance.mark)], files };
  const foreign = foreignFiles(planned.settings, instance);
  if (foreign !== null) return { ok: false, diagnostics: [...toldOfFiles, ...toldOfBase, foreign], files };

  onStage("settling");
  await reader.settle(signal);
  onStage("accounts");
  const tags = [planned, base?.asRead ?? null].some((one) => one !== null && needsTags(one));
  const directory = await reader.directory({ tags }, signal);
  signal.throwIfAborted();
  const missing = directoryMissing(planned, directory);
  if (missing !== null) throw missing;

  const moment = { partition: partitionOf(instance.arn), now: given.wallClock() };
  const resolved = resolve(planned, directory, {
    ...moment,
    commit: isGiven ? (checkout?.clean === true ? checkout.head : null) : commitIn(instance.mark),
  });
  const before = resolveBase(base, { written: planned, directory, resolved, ...moment });
  const beyond = isGiven && resolved.ok && base !== null ? outsideBase(planned, base, directory) : [];
  // Looking loosens nothing.
  const isHeld = isGiven && given.purpose === "plan";
  const unknown = isHeld ? limitsUnknown(base, instance.mark, checkout !== null) : [];
  const diagnostics = [
    ...toldOfFiles,
    ...toldOfBase,
    ...resolved.diagnostics,
    ...before.diagnostics,
    ...beyond,
    ...unknown,
  ];
  if (!resolved.ok || hasErrors(beyond)) return { ok: false, diagnostics, files };

  const aim = given.targeted ? aimAt(resolved.value, before.base) : whole(resolved.value);
  if (hasErrors(aim.diagnostics))
    return { ok: false, diagnostics: [...diagnostics, ...aim.diagnostics], files };
  onStage("identity-center");
  const read = await reader.snapshot(aim.scope, signal);
  signal.throwIfAborted();
  onStage("planning");
  const live = aim.complete(read);
  const { purpose, toolVersion, consent, deep = false } = given;
  const waited = waitedBy(given.waiting);
  const input: PlanInput = {
    declared: resolved.value,
    base: before.base,
    live,
    purpose,
    toolVersion,
    consent,
    deep,
    ...(waited !== null && { waited }),
  };
  const made = makePlan(input);
  const told = { diagnostics: [...diagnostics, ...aim.diagnostics, ...made.diagnostics], files };
  const head = checkout?.head ?? null;
  return made.ok ? { ok: true, plan: made.value, input, connected, head, ...told } : { ok: false, ...told };
}

/** Files that name their Identity Center are for no other: a folder that was mixed up would be made of it. */
export function foreignFiles({ instanceArn }: Settings, { arn }: Instance): Diagnostic | null {
  if (instanceArn === null || instanceArn === arn) return null;
  return diagnostic({
    code: "foreign-files",
    severity: "error",
    message: `These files are for ${instanceArn} (identityCenter.instanceArn), and ${arn} is asked for.`,
    help: "Give the folder that belongs to it with --dir, or correct one of the two.",
  });
}

/** The base as it would be resolved now; the files themselves are not resolved twice. */
function resolveBase(
  base: BaseFiles | null,
  given: {
    readonly written: Written;
    readonly directory: Directory;
    readonly resolved: ReturnType<typeof resolve>;
    readonly partition: string;
    readonly now: number;
  },
): { base: PlanInput["base"]; diagnostics: readonly Diagnostic[] } {
  if (base === null) return { base: null, diagnostics: [] };
  const { commit, written, asRead } = base;
  const { resolved, directory } = given;
  const unsound = () => {
    const guarded = asRead === null ? null : guardedBy(asRead, directory);
    return { commit, declared: null, ...(guarded !== null && { guarded }) };
  };
  if (written === null) return { base: unsound(), diagnostics: [] };
  // The base is asked what it wanted. Whether its files might is judged where they are planned.
  const free = { ...written, delegations: [] };
  const asked = written === given.written ? resolved : resolve(free, directory, { ...given, commit });
  if (asked.ok) return { base: { commit, declared: asked.value }, diagnostics: [] };
  return { base: unsound(), diagnostics: resolved.ok ? [unreadableBase(commit, asked.diagnostics)] : [] };
}

/** `aws`, `aws-us-gov` or `aws-cn`: the second part of any ARN. */
export function partitionOf(arn: string): string {
  return arn.split(":")[1] ?? "aws";
}
