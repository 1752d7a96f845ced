import { applyPlan } from "../apply/apply.js";
import type { ApplyPorts } from "../apply/apply.js";
import type { Outcome } from "../model/apply-result.js";
import type { Change } from "../model/change.js";
import { changeId } from "../model/keys.js";
import { asLiveError, isOfSignal } from "../model/live-error.js";
import type { LiveError } from "../model/live-error.js";
import type { PolicyDocument } from "../model/policy-document.js";
import type { SetLeft, SetOutcome } from "../model/revoke-result.js";
import type { GapScope, Snapshot } from "../model/snapshot.js";
import type { PermissionSet } from "../model/state.js";
import { isSetBeyondCaller } from "../plan/delegated.js";
import { samePolicy } from "../policy/normal-form.js";

/** What a set's inline policy shall be, or why it is left as it is; null when nothing need be done about it. */
export type Wanted =
  | { readonly policy: PolicyDocument | null }
  | { readonly why: SetLeft; readonly reason: string }
  | null;

export type WantedOf = (name: string, set: PermissionSet, live: Snapshot) => Wanted;

/** How often it is tried: somebody else may be editing the same policy, and the service keeps what was written last. */
const mostAttempts = 3;

/**
 * Makes the inline policies of the sets as they are wanted, all else untouched, and puts them in force wherever the sets
 * are. A set is done when it was seen to be: its policy, and no account that is behind. Never rejects.
 */
export async function editSets(
  names: readonly string[],
  wanted: WantedOf,
  ports: ApplyPorts,
): Promise<readonly SetOutcome[]> {
  const ended = new Map<string, SetOutcome | null>();
  const troubles = new Map<string, string>();
  let error: LiveError | null = null;
  try {
    await work();
  } catch (thrown) {
    error = isOfSignal(thrown, ports.signal) ? null : asLiveError(thrown);
  }
  return names.flatMap((name) => {
    const outcome = ended.get(name);
    if (outcome !== undefined) return outcome ?? [];
    if (ports.signal.aborted && error === null) return left(name, "interrupted", "the run was interrupted");
    return left(name, "failed", error?.message ?? troubles.get(name) ?? "it is not seen as it was written");
  });

  async function work(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const open = names.filter((name) => !ended.has(name));
      if (open.length === 0) return;
      const live = await readSets(open, ports);
      const edits: { readonly name: string; readonly changes: readonly Change[] }[] = [];
      for (const name of open) {
        const verdict = judge(name, live, wanted);
        if ("changes" in verdict) edits.push({ name, ...verdict });
        else ended.set(name, verdict.outcome);
      }
      if (edits.length === 0 || attempt === mostAttempts) return;
      const { outcomes } = await applyPlan({ changes: edits.flatMap(({ changes }) => changes) }, ports);
      const byId = new Map(outcomes.map(({ change, outcome }) => [change.id, outcome]));
      for (const { name, changes } of edits) {
        const ends = changes.flatMap(({ id }) => byId.get(id) ?? []);
        const trouble = ends.flatMap((outcome) => troubleOf(outcome) ?? [])[0];
        if (trouble !== undefined) troubles.set(name, trouble);
        // Nothing more is looked at then; what was made was read back all the same.
        else if (ports.signal.aborted && ends.every(({ status }) => status === "done"))
          ended.set(name, { permissionSet: name, status: "done" });
      }
    }
  }
}

function readSets(names: readonly string[], { reader, signal }: ApplyPorts): Promise<Snapshot> {
  const keys = names.flatMap((name) => [changeId.permissionSet(name), changeId.provisioning(name)]);
  return reader.snapshot({ kind: "only", keys }, signal);
}

type Verdict = { readonly outcome: SetOutcome | null } | { readonly changes: readonly Change[] };

function judge(name: string, live: Snapshot, wanted: WantedOf): Verdict {
  const gap = live.gaps.find(({ covers }) => covers.some((scope) => isAbout(scope, name)));
  if (gap !== undefined) return { outcome: left(name, "failed", gap.error.message) };
  const set = live.state.permissionSets.get(name);
  const accounts = live.provisioned.get(name);
  if (set === undefined || accounts === undefined) return { outcome: null };
  const want = wanted(name, set, live);
  if (want === null) return { outcome: null };
  if ("why" in want) return { outcome: left(name, want.why, want.reason) };
  const lagging = live.lagging.get(name) ?? [];
  const isEdited = !samePolicy(set.inlinePolicy, want.policy);
  if (!isEdited && lagging.length === 0) return { outcome: { permissionSet: name, status: "done" } };
  if (isSetBeyondCaller(name, live))
    return {
      outcome: left(
        name,
        "out-of-reach",
        `it is provisioned in the management account ${live.instance.ownerAccountId}, where a delegated administrator can change nothing`,
      ),
    };
  // One request serves all accounts; where it left some behind, such as suspended ones, they are taken one by one.
  const provision = { accounts: isEdited ? accounts : lagging, everywhere: isEdited };
  return {
    changes: [
      ...(isEdited ? [editOf(name, set, want.policy)] : []),
      ...(accounts.length > 0 ? [provisioningOf(name, provision)] : []),
    ],
  };
}

const common = { cause: "config", source: null } as const;

function editOf(name: string, before: PermissionSet, inlinePolicy: PolicyDocument | null): Change {
  return {
    ...common,
    kind: "permissionSet",
    id: changeId.permissionSet(name),
    key: { name },
    action: "update",
    before,
    after: { ...before, inlinePolicy },
    fields: [{ path: "inlinePolicy", before: before.inlinePolicy, after: inlinePolicy }],
    dependsOn: [],
  };
}

function provisioningOf(
  name: string,
  where: { readonly accounts: readonly string[]; readonly everywhere: boolean },
): Change {
  return {
    ...common,
    kind: "provisioning",
    id: changeId.provisioning(name),
    key: { permissionSet: name },
    action: "provision",
    ...where,
    dependsOn: [changeId.permissionSet(name)],
  };
}

function isAbout(scope: GapScope, name: string): boolean {
  if (scope.kind !== "permissionSet" && scope.kind !== "provisioning") return false;
  return !("permissionSet" in scope) || scope.permissionSet === name;
}

function troubleOf(outcome: Outcome): string | null {
  switch (outcome.status) {
    case "failed":
      return outcome.error.message;
    case "unconfirmed":
      return outcome.reason;
    case "done":
    case "skipped":
    case "interrupted":
      return null;
  }
}

function left(permissionSet: string, why: SetLeft, reason: string): SetOutcome {
  return { permissionSet, status: "left", why, reason };
}
