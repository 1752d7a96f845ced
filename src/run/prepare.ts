import type { Reader } from "../apply/ports.js";
import type { Checkout } from "../declare/git.js";
import { load } from "../declare/load.js";
import { directoryMissing, needsTags, resolve } from "../declare/resolve.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { Settings } from "../model/declared.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Plan } from "../model/plan.js";
import type { Instance } from "../model/snapshot.js";
import { makePlan } from "../plan/plan.js";
import type { PlanInput } from "../plan/plan.js";

/** Identity Center, found, as a run that only looks gets to see it: there is nothing here to write with. */
export type Connected = { readonly instance: Instance; readonly reader: Reader };

export type Stage = "files" | "connecting" | "settling" | "accounts" | "identity-center" | "planning";

export type Preparation<C extends Connected> = {
  readonly tree: SourceTree;
  readonly checkout: () => Promise<Checkout | null>;
  /** Finds the instance that the settings (and the command line) mean; rejects with LiveError. */
  readonly connect: (settings: Settings) => Promise<C>;
  readonly purpose: PlanInput["purpose"];
  readonly toolVersion: string;
  readonly adopt: string | null;
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
  const { signal, onStage } = given;
  onStage("files");
  const loaded = await load(given.tree);
  const { files } = loaded;
  if (!loaded.ok) return { ok: false, diagnostics: loaded.diagnostics, files };
  const written = loaded.value;

  onStage("connecting");
  const connected = await given.connect(written.settings);
  const { reader, instance } = connected;
  signal.throwIfAborted();
  onStage("settling");
  await reader.settle(signal);
  onStage("accounts");
  const directory = await reader.directory({ tags: needsTags(written) }, signal);
  signal.throwIfAborted();
  const missing = directoryMissing(written, directory);
  if (missing !== null) throw missing;

  const checkout = await given.checkout();
  const resolved = resolve(written, directory, {
    partition: partitionOf(instance.arn),
    commit: checkout?.clean === true ? checkout.head : null,
  });
  const diagnostics = [...loaded.diagnostics, ...resolved.diagnostics];
  if (!resolved.ok) return { ok: false, diagnostics, files };

  onStage("identity-center");
  const live = await reader.snapshot({ kind: "all" }, signal);
  signal.throwIfAborted();
  onStage("planning");
  const { purpose, toolVersion, adopt } = given;
  const input: PlanInput = { declared: resolved.value, live, purpose, toolVersion, adopt };
  const planned = makePlan(input);
  const told = { diagnostics: [...diagnostics, ...planned.diagnostics], files };
  const head = checkout?.head ?? null;
  return planned.ok
    ? { ok: true, plan: planned.value, input, connected, head, ...told }
    : { ok: false, ...told };
}

/** `aws`, `aws-us-gov` or `aws-cn`: the second part of any ARN. */
export function partitionOf(arn: string): string {
  return arn.split(":")[1] ?? "aws";
}
