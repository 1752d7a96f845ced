/** One trial of the whole engine: files, a run, a sandbox that may be nasty, and what is true afterwards. */
import { LiveError } from "../../src/model/live-error.js";
import type { Settings } from "../../src/model/declared.js";
import type { State } from "../../src/model/state.js";
import type { ApplyOrder, ApplyRun } from "../../src/run/apply.js";
import { runApply } from "../../src/run/apply.js";
import type { ExitCode } from "../../src/run/exit-code.js";
import { noConsent } from "../../src/plan/consent.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runPlan } from "../../src/run/plan.js";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { deserialize, newState, type SandboxState, serialize } from "../../src/sandbox/state.js";
import { createRunWorld, type RunWorld } from "../run/run-world.js";
import { accessFiles } from "./access-files.js";

export type Removal = Pick<Settings, "onUserRemoval">;

/** How a run ended, as the command would tell: its exit code, and what it says was done, or why not. */
export type Ended = {
  readonly code: ExitCode;
  readonly run: ApplyRun | null;
  readonly error: LiveError | null;
};

export async function applyFiles(world: RunWorld, given: Partial<ApplyOrder> = {}): Promise<Ended> {
  try {
    const run = await agreed(world.order(given));
    return { code: exitCode(run.verdicts), run, error: null };
  } catch (error) {
    if (!(error instanceof LiveError)) throw error;
    return { code: 1, run: null, error };
  } finally {
    world.close();
  }
}

/**
 * Whoever makes a trial means it: what empties a whole kind is refused, and then agreed to as a person would. Consent
 * names one plan; where trouble lets the next reading see more or less, that is another plan, and agreed to anew.
 */
async function agreed(order: ApplyOrder): Promise<ApplyRun> {
  const run = await runApply(order);
  const refusals = run.plan?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
  if (run.plan === null || refusals.length === 0) return run;
  if (refusals.some(({ code }) => code !== "empty-declaration")) return run;
  const allow = new Map([["empty-declaration", run.plan.digest] as const]);
  return agreed({ ...order, consent: { ...noConsent, allow } });
}

/**
 * The same by a process that is gone when it makes its `request`th request (counted from 1; null: it lives). Whether that
 * one still arrives is `arrives`.
 */
export async function applyUntil(
  world: RunWorld,
  request: number | null,
  arrives = true,
  given: Partial<ApplyOrder> = {},
): Promise<Ended | "killed"> {
  let count = 0;
  return new Promise((resolve, reject) => {
    world.faults = () => {
      count += 1;
      if (request === null || count < request) return null;
      resolve("killed");
      return { silence: count === request && arrives ? "after" : "before" };
    };
    applyFiles(world, given).then(resolve, reject);
  });
}

/** A world on `state` in which the files say `wanted`; what `options` bring upon it is the sandbox's business. */
export function worldOn(
  state: SandboxState,
  wanted: State,
  removal: Removal,
  options: Partial<SandboxOptions> = {},
): RunWorld {
  return createRunWorld(accessFiles(wanted, removal), { ...options, state });
}

export function copyOf(state: SandboxState): SandboxState {
  return deserialize(serialize(state));
}

/** An Identity Center that was made equal to `first` by an apply without any trouble. */
export async function establishedAs(first: State, removal: Removal): Promise<SandboxState> {
  const state = newState(exampleOrganization);
  await mustApply(worldOn(state, first, removal));
  return state;
}

/** What `state` becomes when `wanted` is applied without any trouble. */
export async function untroubled(
  state: SandboxState,
  wanted: State,
  removal: Removal,
): Promise<SandboxState> {
  const copy = copyOf(state);
  await mustApply(worldOn(copy, wanted, removal));
  return copy;
}

async function mustApply(world: RunWorld): Promise<void> {
  const ended = await applyFiles(world);
  if (ended.code !== 0)
    throw new Error(`an apply without trouble ended with ${ended.code}: ${troubles(ended).join("; ")}`);
}

/** What is still to be done, as `create group:red`. */
export async function pending(world: RunWorld): Promise<readonly string[]> {
  const { plan, diagnostics } = await runPlan(world.order());
  if (plan === null) throw new Error(`the files are at fault: ${JSON.stringify(diagnostics)}`);
  return [...plan.changes, ...plan.withheld.map(({ change }) => change)].map(
    ({ action, id }) => `${action} ${id}`,
  );
}

/** What a run tells of things that did not go well. */
export function troubles({ run, error }: Ended): readonly string[] {
  return [
    ...(error === null ? [] : [error.message]),
    ...(run?.result?.errors.map(({ message }) => message) ?? []),
    ...(run?.result?.outcomes.flatMap(({ change, outcome }) =>
      outcome.status === "done"
        ? []
        : [
            `${outcome.status} ${change.action} ${change.id} ${"error" in outcome ? outcome.error.message : ""}`,
          ],
    ) ?? []),
    ...(run?.plan?.withheld.map(({ change, code }) => `withheld ${change.action} ${change.id} (${code})`) ??
      []),
    ...(run?.plan?.diagnostics.flatMap(({ severity, message }) => (severity === "info" ? [] : [message])) ??
      []),
  ];
}

/** What a run says that is not so, where `left` is what is still to be done after it. */
export function lies(ended: Ended, left: readonly string[]): readonly string[] {
  const told = troubles(ended);
  return [
    ...(ended.code === 0 || ended.code === 1 ? [] : [`it ends with ${ended.code}`]),
    ...(ended.code === 0 ? [...told, ...left].map((what) => `it ends with 0 in spite of: ${what}`) : []),
    ...(ended.code === 1 && told.length === 0 ? ["it ends with 1 and does not say why"] : []),
    ...doneBy(ended)
      .filter((change) => left.includes(change))
      .map((change) => `it did not ${change}`),
  ];
}

/** What a run says it did, as `create group:red`. */
export function doneBy({ run }: Ended): readonly string[] {
  return (run?.result?.outcomes ?? [])
    .filter(({ outcome }) => outcome.status === "done")
    .map(({ change }) => `${change.action} ${change.id}`);
}
