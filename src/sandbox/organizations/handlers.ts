/** The reading half of AWS Organizations. */
import type { Context, Handlers } from "../context.js";
import { ServiceError } from "../errors.js";
import {
  type Account,
  type AccountState,
  organizationId,
  type OrganizationalUnit,
  rootId,
} from "../organization.js";
import { page } from "../page.js";

/** The service principal of IAM Identity Center. */
const identityCenter = "sso.amazonaws.com";

export const organizations: Handlers<"organizations"> = {
  DescribeOrganization: ({ state: { organization } }) => {
    const id = organization.managementAccount;
    return {
      Organization: {
        Id: organizationId,
        Arn: `arn:aws:organizations::${id}:organization/${organizationId}`,
        FeatureSet: "ALL",
        MasterAccountArn: accountArn(id, id),
        MasterAccountId: id,
        MasterAccountEmail: organization.accounts.get(id)?.email,
        AvailablePolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
      },
    };
  },

  ListRoots: (context, input) => {
    const { managementAccount } = context.state.organization;
    const root = {
      Id: rootId,
      Arn: `arn:aws:organizations::${managementAccount}:root/${organizationId}/${rootId}`,
      Name: "Root",
      PolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
    };
    const { rows, next } = page(context, input, [root], ({ Id }) => Id);
    return { Roots: rows, ...next };
  },

  ListOrganizationalUnitsForParent: (context, input) => {
    const parent = parentPath(context, input.ParentId);
    const children = [...context.state.organization.units.values()].filter(
      (unit) => above(unit.path) === parent,
    );
    const { rows, next } = page(context, input, children, (unit) => unit.id);
    return { OrganizationalUnits: rows.map((unit) => unitOutput(context, unit)), ...next };
  },

  DescribeOrganizationalUnit: (context, input) => {
    const unit = unitById(context, input.OrganizationalUnitId);
    if (unit === null)
      throw new ServiceError(
        "OrganizationalUnitNotFoundException",
        "You specified an OU that doesn't exist.",
      );
    return { OrganizationalUnit: unitOutput(context, unit) };
  },

  ListChildren: (context, input) => {
    const { accounts, units } = context.state.organization;
    const parent = parentPath(context, input.ParentId);
    const children =
      input.ChildType === "ACCOUNT"
        ? [...accounts.values()].filter(({ ou }) => ou === parent).map(({ id }) => id)
        : [...units.values()].filter(({ path }) => above(path) === parent).map(({ id }) => id);
    const { rows, next } = page(context, input, children, (id) => id);
    return { Children: rows.map((id) => ({ Id: id, Type: input.ChildType })), ...next };
  },

  /** Those of Identity Center are the only ones that are known here. */
  ListDelegatedAdministrators: (context, input) => {
    const { accounts, callers } = context.state.organization;
    const asked = (input.ServicePrincipal ?? identityCenter) === identityCenter;
    const delegated = [...callers.values()].filter(({ as }) => asked && as === "delegated-administrator");
    const ids = new Set(delegated.map(({ account }) => account));
    const found = [...accounts.values()].filter(({ id }) => ids.has(id));
    const { rows, next } = page(context, input, found, ({ id }) => id);
    return { DelegatedAdministrators: rows.map((account) => administratorOutput(context, account)), ...next };
  },

  ListAccounts: (context, input) => {
    const { rows, next } = page(
      context,
      input,
      [...context.state.organization.accounts.values()],
      ({ id }) => id,
    );
    return { Accounts: rows.map((account) => accountOutput(context, account)), ...next };
  },

  ListAccountsForParent: (context, input) => {
    const parent = parentPath(context, input.ParentId);
    const children = [...context.state.organization.accounts.values()].filter(({ ou }) => ou === parent);
    const { rows, next } = page(context, input, children, ({ id }) => id);
    return { Accounts: rows.map((account) => accountOutput(context, account)), ...next };
  },

  ListParents: (context, input) => {
    const parent = parentOf(context, input.ChildId);
    const { rows, next } = page(context, input, [parent], ({ Id }) => Id);
    return { Parents: rows, ...next };
  },

  ListTagsForResource: (context, input) => {
    const tags = [...tagsOf(context, input.ResourceId)].map(([Key, Value]) => ({ Key, Value }));
    const { rows, next } = page(context, input, tags, ({ Key }) => Key);
    return { Tags: rows, ...next };
  },

  DescribeAccount: (context, { AccountId }) => {
    const account = context.state.organization.accounts.get(AccountId);
    if (account === undefined)
      throw new ServiceError("AccountNotFoundException", "You specified an account that doesn't exist.");
    return { Account: accountOutput(context, account) };
  },
};

function accountOutput(context: Context, account: Account): object {
  const units = unitIds(context, account.ou).map((id) => `${id}/`);
  return {
    ...accountFields(context, account),
    Paths: [`${organizationId}/${rootId}/${units.join("")}${account.id}/`],
  };
}

function administratorOutput(context: Context, account: Account): object {
  return {
    ...accountFields(context, account),
    DelegationEnabledDate: context.state.instance.createdAt / 1000,
  };
}

/** What is told of an account in any case. */
function accountFields(context: Context, account: Account): object {
  const { managementAccount } = context.state.organization;
  return {
    Id: account.id,
    Arn: accountArn(managementAccount, account.id),
    Email: account.email,
    Name: account.name,
    Status: statusOf[account.status],
    State: account.status,
    JoinedMethod: account.id === managementAccount ? "INVITED" : "CREATED",
    JoinedTimestamp: context.state.instance.createdAt / 1000,
  };
}

/** The older field knows three states only. */
const statusOf = {
  PENDING_ACTIVATION: "ACTIVE",
  ACTIVE: "ACTIVE",
  PENDING_CLOSURE: "PENDING_CLOSURE",
  SUSPENDED: "SUSPENDED",
  CLOSED: "SUSPENDED",
} as const satisfies Record<AccountState, string>;

function unitOutput(context: Context, unit: OrganizationalUnit): object {
  const { managementAccount } = context.state.organization;
  const ids = unitIds(context, unit.path).map((id) => `${id}/`);
  return {
    Id: unit.id,
    Arn: `arn:aws:organizations::${managementAccount}:ou/${organizationId}/${unit.id}`,
    Name: unit.name,
    Path: `${organizationId}/${rootId}/${ids.join("")}`,
  };
}

/** The ids of the units from the root down to `path`. */
function unitIds(context: Context, path: string): readonly string[] {
  const names = path === "" ? [] : path.split("/");
  return names.map((_, depth) => {
    const unit = context.state.organization.units.get(names.slice(0, depth + 1).join("/"));
    if (unit === undefined) throw new Error(`the organization has no unit ${path}`);
    return unit.id;
  });
}

function above(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function unitById(context: Context, id: string): OrganizationalUnit | null {
  return [...context.state.organization.units.values()].find((unit) => unit.id === id) ?? null;
}

/** The path of a unit, or the empty path of the root. */
function parentPath(context: Context, id: string): string {
  if (id === rootId) return "";
  const unit = unitById(context, id);
  if (unit === null)
    throw new ServiceError(
      "ParentNotFoundException",
      "You specified parent that doesn't exist in your organization.",
    );
  return unit.path;
}

function parentOf(context: Context, childId: string): { Id: string; Type: string } {
  const account = context.state.organization.accounts.get(childId);
  const unit = unitById(context, childId);
  if (account === undefined && unit === null)
    throw new ServiceError("ChildNotFoundException", "You specified a child that doesn't exist.");
  const parent = account === undefined ? above(unit?.path ?? "") : account.ou;
  const id = unitIds(context, parent).at(-1);
  return id === undefined ? { Id: rootId, Type: "ROOT" } : { Id: id, Type: "ORGANIZATIONAL_UNIT" };
}

/** Only accounts carry tags here; roots and units have none. */
function tagsOf(context: Context, resourceId: string): ReadonlyMap<string, string> {
  const account = context.state.organization.accounts.get(resourceId);
  if (account !== undefined) return account.tags;
  if (resourceId === rootId || unitById(context, resourceId) !== null) return new Map();
  throw new ServiceError("TargetNotFoundException", "You specified a target that doesn't exist.");
}

function accountArn(managementAccount: string, id: string): string {
  return `arn:aws:organizations::${managementAccount}:account/${organizationId}/${id}`;
}
