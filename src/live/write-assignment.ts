import type { Writer } from "../apply/ports.js";
import { principalRef, type AssignmentKey } from "../model/keys.js";
import { LiveError } from "../model/live-error.js";
import type { Follow } from "./follow.js";
import { mustFind } from "./found.js";
import { isKind, unlessGone } from "./gaps.js";
import { listGrants, listProvisionedAccounts } from "./grants.js";
import { principalId, type Identities } from "./identities.js";
import { isPermissionSetListed } from "./permission-set.js";
import { statusOf } from "./request-status.js";
import type { Site } from "./site.js";
import type { Slots } from "./slots.js";

/** What writes that the service does asynchronously need. `slots`: how many of them may be open at once. */
export type Asynchronous = {
  readonly site: Site;
  readonly identities: Identities;
  readonly follow: Follow;
  readonly slots: Slots;
};

export function assignmentWriter({ site, identities, follow, slots }: Asynchronous): Writer["assignment"] {
  const { api, instance } = site;
  const input = (key: AssignmentKey, arn: string, id: string) => ({
    InstanceArn: instance.arn,
    TargetType: "AWS_ACCOUNT" as const,
    TargetId: key.account,
    PermissionSetArn: arn,
    PrincipalType: key.principalType === "user" ? ("USER" as const) : ("GROUP" as const),
    PrincipalId: id,
  });
  const isThere = async (key: AssignmentKey, arn: string, id: string): Promise<boolean> => {
    const rows = await unlessGone(
      () => listGrants(site, arn, key.account),
      () => isPermissionSetListed(site, arn),
    );
    return rows?.some((row) => row.type === key.principalType && row.principalId === id) === true;
  };
  return {
    create: (key) =>
      slots.use(async () => {
        const arn = await mustFind(site, identities.permissionSets, "permission set", key.permissionSet);
        const id = await principalId(site, identities, key);
        if (id === null) throw missing(key);
        const operation = "sso-admin CreateAccountAssignment";
        try {
          await api.begin(operation, input(key, arn, id), async (answer) => {
            const status = statusOf(operation, answer.AccountAssignmentCreationStatus);
            await follow({ kind: "creation", operation, status, what: `Assigning ${words(key, "to")}` });
          });
        } catch (error) {
          if (!isKind(error, "conflict") || !(await isThere(key, arn, id))) throw error;
        }
      }),
    delete: (key) =>
      slots.use(async () => {
        const arn = await identities.permissionSets.find(site, key.permissionSet);
        const id = await principalId(site, identities, key);
        if (arn === null || id === null) return;
        const operation = "sso-admin DeleteAccountAssignment";
        try {
          await api.begin(operation, input(key, arn, id), async (answer) => {
            const status = statusOf(operation, answer.AccountAssignmentDeletionStatus);
            await follow({ kind: "deletion", operation, status, what: `Taking ${words(key, "from")}` });
          });
        } catch (error) {
          if (!isKind(error, "not-found") || (await isThere(key, arn, id))) throw error;
        }
      }),
  };
}

export function provisioner({ site, identities, follow, slots }: Asynchronous): Writer["provision"] {
  const { api, instance } = site;
  const operation = "sso-admin ProvisionPermissionSet";

  async function provision(
    name: string,
    arn: string,
    target: { TargetType: "ALL_PROVISIONED_ACCOUNTS" } | { TargetType: "AWS_ACCOUNT"; TargetId: string },
  ): Promise<void> {
    const input = { InstanceArn: instance.arn, PermissionSetArn: arn, ...target };
    const where = "TargetId" in target ? `in ${target.TargetId}` : "wherever it is provisioned";
    await slots.use(async () =>
      api.begin(operation, input, async (answer) => {
        const status = statusOf(operation, answer.PermissionSetProvisioningStatus);
        await follow({ kind: "provisioning", operation, status, what: `Provisioning ${name} ${where}` });
      }),
    );
  }

  return async (name, accounts) => {
    const arn = await mustFind(site, identities.permissionSets, "permission set", name);
    // Provisioned where nobody holds it any more, a set would get a new role there.
    const provisioned = await listProvisionedAccounts(site, arn, "all");
    if (accounts === "everywhere") {
      if (provisioned.length > 0) await provision(name, arn, { TargetType: "ALL_PROVISIONED_ACCOUNTS" });
      return;
    }
    const outcomes = await Promise.allSettled(
      accounts
        .filter((account) => provisioned.includes(account))
        .map((account) => provision(name, arn, { TargetType: "AWS_ACCOUNT", TargetId: account })),
    );
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    // Of a provisioning that was cut short, what has failed says more than what was not begun.
    if (reasons.length > 0) throw reasons.find((reason) => reason instanceof LiveError) ?? reasons[0];
  };
}

function words(key: AssignmentKey, preposition: "to" | "from"): string {
  const principal = principalRef(key.principalType, key.principal);
  return `${key.permissionSet} ${preposition} ${principal} in ${key.account}`;
}

function missing({ principalType, principal }: AssignmentKey): LiveError {
  return new LiveError(`There is no ${principalType} "${principal}" in Identity Center.`, {
    kind: "not-found",
    help: "It has gone since the plan was made. Run idc plan again.",
  });
}
