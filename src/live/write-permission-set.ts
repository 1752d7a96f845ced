import equal from "fast-deep-equal";
import type { Writer } from "../apply/ports.js";
import type { Clock } from "../model/clock.js";
import { LiveError } from "../model/live-error.js";
import type { PermissionSet } from "../model/state.js";
import { samePolicy } from "../policy/normal-form.js";
import { isNewTo, revocationsIn, withRevocation } from "../policy/revocation.js";
import { editPermissionSet } from "./edit-permission-set.js";
import { patience } from "./follow.js";
import { createNamed, mustFind } from "./found.js";
import { isKind, orNull } from "./gaps.js";
import { listGrants, listProvisionedAccounts } from "./grants.js";
import type { Identities } from "./identities.js";
import { describePermissionSet, readInlinePolicy, readPermissionSet } from "./permission-set.js";
import type { Site } from "./site.js";

export function permissionSetWriter(
  site: Site,
  { permissionSets }: Identities,
  clock: Clock,
): Writer["permissionSet"] {
  const { api, instance } = site;
  const find = (name: string): Promise<string> => mustFind(site, permissionSets, "permission set", name);
  return {
    async create(name, value) {
      const input = {
        InstanceArn: instance.arn,
        Name: name,
        Description: value.description,
        SessionDuration: value.sessionDuration,
        RelayState: value.relayState,
        Tags: Object.entries(value.tags).map(([Key, Value]) => ({ Key, Value })),
      };
      await createNamed(
        site,
        permissionSets,
        name,
        async () => (await api.call("sso-admin CreatePermissionSet", input)).PermissionSet?.PermissionSetArn,
        // Only a set with nothing attached can be the echo of our own request.
        async (arn) => equal(await current(site, arn), bare(value)),
      );
      await editPermissionSet(site, await find(name), bare(value), value);
    },
    async update(name, before, after) {
      const arn = await find(name);
      await editPermissionSet(
        site,
        arn,
        before,
        await withNewRevocations(site, { name, arn, before, after }),
      );
    },
    async delete(name) {
      const arn = await permissionSets.find(site, name);
      if (arn !== null) await remove(site, clock, name, arn);
      permissionSets.forget(name);
    },
  };
}

/**
 * What a set shall be, and what cuts off somebody's sessions there since `before` was read: the service keeps the inline
 * policy that was written last, and a run that was planned an hour ago must not end what `idc revoke` wrote a minute ago.
 */
async function withNewRevocations(
  site: Site,
  { name, arn, before, after }: Record<"before" | "after", PermissionSet> & Record<"name" | "arn", string>,
): Promise<PermissionSet> {
  if (samePolicy(before.inlinePolicy, after.inlinePolicy)) return after;
  const now = await readInlinePolicy(site, arn, name);
  const news = revocationsIn(now).filter(isNewTo([before.inlinePolicy, after.inlinePolicy]));
  return { ...after, inlinePolicy: news.reduce(withRevocation, after.inlinePolicy) };
}

/** A set as CreatePermissionSet makes it: with settings and tags, and nothing attached. */
function bare(set: PermissionSet): PermissionSet {
  return {
    ...set,
    managedPolicies: [],
    customerManagedPolicies: [],
    inlinePolicy: null,
    permissionsBoundary: null,
  };
}

async function current(site: Site, arn: string): Promise<PermissionSet> {
  return readPermissionSet(site, arn, await describePermissionSet(site, arn));
}

/**
 * After its last assignment a set stays provisioned for a while (minutes over dozens of accounts) and cannot be deleted;
 * the service tells that and a set still in use by the same ConflictException.
 */
async function remove(site: Site, clock: Clock, name: string, arn: string): Promise<void> {
  const { api, instance } = site;
  const since = clock.now();
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
    try {
      await api.call("sso-admin DeletePermissionSet", { InstanceArn: instance.arn, PermissionSetArn: arn });
      return;
    } catch (error) {
      if (isKind(error, "not-found")) return;
      if (!isKind(error, "conflict") || clock.now() - since > patience) throw error;
      // When it has gone meanwhile, the next attempt is told so.
      await orNull(mustBeUnassigned(site, name, arn, error));
    }
    await clock.sleep(pause);
  }
}

async function mustBeUnassigned(site: Site, name: string, arn: string, cause: LiveError): Promise<void> {
  const accounts = await listProvisionedAccounts(site, arn, "all");
  const grants = await Promise.all(accounts.map((account) => listGrants(site, arn, account)));
  const held = grants.flat().map(({ account }) => account);
  if (held.length === 0) return;
  throw new LiveError(
    `The permission set ${name} cannot be deleted: it is still assigned in ${[...new Set(held)].join(", ")}.`,
    {
      kind: "conflict",
      code: cause.code,
      operation: cause.operation,
      action: cause.action,
      help: "Remove its assignments first, or declare them. Run idc plan again to see them.",
      requestId: cause.requestId,
      cause,
    },
  );
}
