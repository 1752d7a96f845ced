import { isRemoval, type Change } from "../model/change.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { isMeant } from "./consent.js";
import type { Agreement } from "./consent.js";
import type { Kind } from "../model/keys.js";

const words = {
  user: ["user", "users"],
  group: ["group", "groups"],
  membership: ["membership", "memberships"],
  permissionSet: ["permission set", "permission sets"],
  assignment: ["assignment", "assignments"],
  applicationAssignment: ["application assignment", "application assignments"],
  provisioning: ["provisioning", "provisionings"],
} satisfies Record<Kind, readonly [string, string]>;

/**
 * An Identity Center that idc never applied to may be somebody's whole working set-up: a plan that would remove
 * anything from it is refused until a person says, by the plan's digest, that just this is meant. A permission set that
 * comes to allow nothing is as good as removed.
 */
export function firstContact(input: {
  readonly mark: string | null;
  readonly changes: readonly Change[];
  /** Permission sets that come to allow nothing. */
  readonly bare: ReadonlySet<string>;
  readonly agreement: Agreement;
}): readonly Diagnostic[] {
  if (input.mark !== null) return [];
  const { bare } = input;
  const removals = input.changes.filter(
    (change) =>
      isRemoval(change) ||
      (change.kind === "permissionSet" && change.action === "update" && bare.has(change.key.name)),
  );
  if (removals.length === 0) return [];
  const told = summed(removals);
  const { agreement } = input;
  const { adopt } = agreement.consent;
  if (isMeant(adopt, agreement))
    return [
      diagnostic({
        code: "adopted",
        severity: "info",
        message: `First contact with this Identity Center: its removals (${told}) are meant, as --adopt says.`,
      }),
    ];
  const given =
    adopt === null ? "" : ` --adopt names another plan (${adopt}); what there is to do has changed since.`;
  return [
    diagnostic({
      code: "first-contact",
      severity: "error",
      message: `idc has never been applied to this Identity Center, and this plan would remove ${told}.${given}`,
      help:
        "To keep what exists, write it into the files, or own only what they declare (identityCenter.manage). " +
        `To mean just these removals: idc apply --adopt=${agreement.digest}.`,
    }),
  ];
}

function summed(removals: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { kind, action } of removals) {
    const key = action === "disable" || action === "update" ? action : kind;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, count]) => {
      if (key === "disable") return `the access of ${count} ${count === 1 ? "user" : "users"}`;
      if (key === "update")
        return `all that ${count} permission ${count === 1 ? "set allows" : "sets allow"}`;
      const [one, many] = words[key as Kind];
      return `${count} ${count === 1 ? one : many}`;
    })
    .join(", ");
}
