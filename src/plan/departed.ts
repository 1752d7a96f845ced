import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { AccountId } from "../model/keys.js";
import { listed } from "../model/plural.js";
import type { Gap, Snapshot } from "../model/snapshot.js";

/**
 * The reading without its gaps in accounts that have left the organization. Identity Center may go on listing a permission
 * set as provisioned there and not find the account when asked who holds it. AWS Organizations, read whole, does not list
 * the account either, so nobody reaches anything in it and nothing in it can be changed: no plan rests on what the gap
 * hides, and withholding whatever it might touch would keep every leaver's access open for good. It is told, never taken
 * for empty: a set that is provisioned there is not deleted.
 */
export function withoutDeparted(
  live: Snapshot,
  { accountIds }: Pick<Declared, "accountIds">,
): { readonly live: Snapshot; readonly notes: readonly Diagnostic[] } {
  const hidden = new Map<AccountId, string[]>();
  const gaps = live.gaps.filter((gap) => {
    const pair = pairNotFound(gap);
    if (pair === null || accountIds === null || accountIds.has(pair.account)) return true;
    hidden.set(pair.account, [...(hidden.get(pair.account) ?? []), pair.permissionSet]);
    return false;
  });
  const notes = [...hidden].map(([account, sets]) =>
    diagnostic({
      code: "account-inactive",
      severity: "info",
      message: `Identity Center does not tell who holds ${listed(sets)} in ${account}, which is not in the organization. Nothing is done there.`,
    }),
  );
  return { live: hidden.size === 0 ? live : { ...live, gaps }, notes };
}

/** The permission set and the account of which all that is unknown is who holds the one in the other, as nothing was found. */
function pairNotFound({ covers, error }: Gap): { permissionSet: string; account: AccountId } | null {
  const [scope, ...more] = covers;
  if (error.kind !== "not-found" || scope === undefined || more.length > 0) return null;
  if (scope.kind !== "assignment" || !("account" in scope) || scope.account === null) return null;
  return { permissionSet: scope.permissionSet, account: scope.account };
}
