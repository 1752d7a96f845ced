import { diagnostic } from "../../model/diagnostic.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { Guardrails } from "../../model/guardrails.js";
import { count, listed } from "../../model/plural.js";
import { isBeyondCaller } from "../delegated.js";
import { signedInAs } from "../signed-in-as.js";
import type { Finding, Judged } from "./judged.js";
import { severityOf } from "./level.js";
import { changeOf, takenWords } from "./taken.js";
import type { Takings } from "./taken.js";
import { unseenIn } from "./unseen.js";
import { kindWords } from "./words.js";

/**
 * Whether the plan takes away what idc itself or those who approve its changes stand on: what the settings name, and what
 * the caller is signed in with; or asks for what a delegated administrator is refused.
 */
export function selfLockout(
  judged: Judged,
  takings: Takings,
  { groups, permissionSets, managementAccount }: Guardrails["selfLockout"],
): readonly Finding[] {
  const named = [
    ...groups.map((setting) => ({ kind: "groups" as const, ...setting })),
    ...permissionSets.map((setting) => ({ kind: "permissionSets" as const, ...setting })),
  ];
  return [
    ...named.flatMap(({ kind, value, source }) => {
      const taken = takings[kind].get(value);
      if (taken === undefined) return [];
      return finding(`${kind} ${value}`, {
        severity: "error",
        message: `idc or its approvers stand on the ${kindWords[kind].one} ${JSON.stringify(value)}, and with this plan it ${takenWords(taken, judged.declared.accountNames)}.`,
        help: "Put back what this takes away. If others shall run or approve changes, name them in guardrails.selfLockout first and apply that by itself.",
        source,
        change: changeOf(taken),
      });
    }),
    ...ofCaller(judged, takings),
    ...ofManagementAccount(judged, managementAccount),
  ];
}

/** Somebody who runs idc with a permission set of this Identity Center. */
function ofCaller(judged: Judged, takings: Takings): readonly Finding[] {
  const { live, access } = judged;
  const caller = signedInAs(live.caller);
  if (caller === null) return [];
  const { permissionSet, user } = caller;
  const account = live.caller.accountId;
  // Two user names never differ in case alone, and nobody says in which one the session bears it.
  const isCaller = (name: string): boolean => name.toLowerCase() === user.toLowerCase();
  const isLost = access.lost.some(
    (row) => isCaller(row.user) && row.permissionSet === permissionSet && row.accounts.includes(account),
  );
  const weakened = takings.permissionSets
    .get(permissionSet)
    ?.find(({ change }) => change?.kind === "permissionSet");
  const who = `You run idc as ${user} with the permission set ${permissionSet} in ${account}`;
  if (isLost)
    return finding("caller", {
      severity: "error",
      message: `${who}, and this plan takes it from you.`,
      help: "Let somebody else apply this, who keeps their access, or an automation.",
    });
  if (weakened !== undefined && judged.bare.has(permissionSet))
    return finding("caller", {
      severity: "error",
      message: `${who}, and with this plan it comes to allow nothing.`,
      help: "Leave it what it takes to run idc.",
      change: weakened.change?.id ?? null,
    });
  const grant = { permissionSet, account };
  const isKept = [user, ...live.state.users.keys()].some(
    (name) => isCaller(name) && judged.after.reaches(name, grant),
  );
  if (!isKept && unseenIn(judged).isTaken(grant))
    return finding("caller", {
      severity: "error",
      message: `${who}, and whether this plan takes it from you cannot be told: not all who hold it could be read.`,
      help: "Try again when everything can be read.",
    });
  if (weakened !== undefined)
    return finding("caller", {
      severity: "warning",
      message: `${who}, and with this plan it ${weakened.what}: make sure that idc can still be run.`,
      change: weakened.change?.id ?? null,
    });
  return [];
}

/** Changes that only the management account itself can make, where the files have come to ask for them. */
function ofManagementAccount(
  { withheld, live }: Judged,
  { value: level, source }: Guardrails["selfLockout"]["managementAccount"],
): readonly Finding[] {
  const severity = severityOf(level);
  const refused = withheld
    .filter(({ code, change }) => code === "out-of-reach" && change.cause === "config")
    .map(({ change }) => change);
  const [first] = refused;
  if (severity === null || first === undefined || !isBeyondCaller(live.instance.ownerAccountId, live))
    return [];
  const ids = listed(
    refused.map(({ id }) => id),
    3,
  );
  return finding("management account", {
    severity,
    message: `idc runs from ${live.caller.accountId}, a delegated administrator, and these files ask for ${count(refused.length, "change")} in the management account ${live.instance.ownerAccountId} or to permission sets that are provisioned there (${ids}). AWS lets only the management account itself make them.`,
    help: `Apply this from the management account, or keep its access in files of their own that are applied from there. ${severity === "error" ? "With guardrails.selfLockout.managementAccount: warn" : "guardrails.selfLockout.managementAccount is warn:"} the rest goes on without them.`,
    source: first.source ?? source,
    change: first.id,
  });
}

function finding(
  subject: string,
  given: Pick<Diagnostic, "severity" | "message"> & Partial<Diagnostic>,
): readonly Finding[] {
  return [{ subject, diagnostic: diagnostic({ code: "self-lockout", ...given }) }];
}
