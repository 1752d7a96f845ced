/**
 * The AWS organisation around the Identity Center: accounts, organisational units, and who calls with which access
 * key. It is given as a file (ORG.yaml) and kept in that same form in the sandbox's state.
 */
import { parseDocument } from "yaml";
import {
  type Decoder,
  DecodeError,
  integer,
  list,
  mapping,
  matching,
  object,
  oneOf,
  optional,
  text,
} from "./decode.js";

export type AccountState = "PENDING_ACTIVATION" | "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "CLOSED";

export type Account = {
  /** 12 digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Names of organisational units from the root down, joined by `/`; empty for an account at the root. */
  readonly ou: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly status: AccountState;
  /** Path and name of each (`/platform/DeveloperBase`); null when every policy that is asked for exists. */
  readonly customerManagedPolicies: readonly string[] | null;
  /** How many roles there may be; null for no limit. */
  readonly roleQuota: number | null;
};

export type OrganizationalUnit = {
  /** `ou-…`, the same for the same path in every organisation. */
  readonly id: string;
  readonly name: string;
  /** As `Account.ou`. */
  readonly path: string;
};

/** An application whose users Identity Center keeps. */
export type Application = {
  /** `apl-…`, the same for the same name and account in every organisation. */
  readonly id: string;
  readonly name: string;
  /** The account that it runs in. */
  readonly account: string;
};

/** What an access key id stands for when it is not the management account's. */
type KeyHolder = {
  readonly account: string;
  readonly as: "delegated-administrator" | "member";
};

export type Organization = {
  readonly region: string;
  readonly managementAccount: string;
  /** By id, the management account included. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** By path, parents before children. */
  readonly units: ReadonlyMap<string, OrganizationalUnit>;
  /** By access key id; every other key is the management account's. */
  readonly callers: ReadonlyMap<string, KeyHolder>;
  readonly applications: readonly Application[];
};

/** `o-…` and `r-…`: there is one organisation in a sandbox. */
export const organizationId = "o-sandbox0001";
export const rootId = "r-sbox";

export class OrganizationFileError extends Error {
  override readonly name = "OrganizationFileError";
}

/**
 * Reads ORG.yaml.
 * @throws OrganizationFileError with one sentence that names the place in the document.
 */
export function parseOrganization(yamlText: string): Organization {
  const document = parseDocument(yamlText, { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const [line] = fault.message.split("\n");
    throw new OrganizationFileError(`The organization file is not valid YAML: ${line}`);
  }
  try {
    return decodeOrganization(document.toJS({ maxAliasCount: 100 }), "");
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof ReferenceError)) throw error;
    throw new OrganizationFileError(`The organization file is not valid: ${error.message}.`);
  }
}

/** The organisation in the form of ORG.yaml, for the state file. */
export function organizationDocument(organization: Organization): unknown {
  const accounts = [...organization.accounts.values()].map((account) => ({
    ...account,
    tags: Object.fromEntries(account.tags),
    customerManagedPolicies: account.customerManagedPolicies ?? undefined,
    roleQuota: account.roleQuota ?? undefined,
  }));
  return {
    managementAccount: accounts.find((account) => account.id === organization.managementAccount),
    region: organization.region,
    accounts: accounts.filter((account) => account.id !== organization.managementAccount),
    callers: Object.fromEntries(organization.callers),
    applications: organization.applications.map(({ name, account }) => ({ name, account })),
  };
}

export function decodeOrganization(value: unknown, path: string): Organization {
  const { region, managementAccount, accounts, callers, applications } = decodeDocument(value, path);
  const all = new Map([[managementAccount.id, managementAccount]]);
  for (const [index, account] of accounts.entries()) {
    const place = `${path === "" ? "" : `${path}.`}accounts[${index}]`;
    if (all.has(account.id)) throw new DecodeError(`${place}.id`, `repeats the account ${account.id}`);
    all.set(account.id, account);
  }
  for (const [key, { account }] of callers) {
    const place = `${path === "" ? "" : `${path}.`}callers.${key}.account`;
    if (!all.has(account)) throw new DecodeError(place, `is no account of this organization: ${account}`);
    if (account === managementAccount.id) throw new DecodeError(place, "must not be the management account");
  }
  for (const [index, { id, account }] of applications.entries()) {
    const place = `${path === "" ? "" : `${path}.`}applications[${index}]`;
    if (!all.has(account))
      throw new DecodeError(`${place}.account`, `is no account of this organization: ${account}`);
    if (applications.findIndex((other) => other.id === id) < index)
      throw new DecodeError(place, "repeats an application of the same account");
  }
  return {
    region,
    managementAccount: managementAccount.id,
    accounts: all,
    units: unitsOf([...all.values()]),
    callers,
    applications,
  };
}

/** Every unit that an account lies in, and those above it. */
function unitsOf(accounts: readonly Account[]): ReadonlyMap<string, OrganizationalUnit> {
  const paths = new Set<string>();
  for (const { ou } of accounts) {
    const names = ou === "" ? [] : ou.split("/");
    for (const depth of names.keys()) paths.add(names.slice(0, depth + 1).join("/"));
  }
  return new Map(
    [...paths]
      .sort()
      .map((path) => [path, { id: `ou-sbox-${digest(path)}`, name: path.split("/").at(-1) ?? path, path }]),
  );
}

/** 16 hexadecimal digits that follow from the text, so that an id stays when others come and go. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) % 2n ** 64n;
  return hash.toString(16).padStart(16, "0");
}

const accountId = matching(/^\d{12}$/, "an account id of 12 digits");

const atLeastOne: Decoder<number> = (value, path) => {
  const count = integer(value, path);
  if (count < 1) throw new DecodeError(path, "must be at least 1");
  return count;
};

const accountFields = {
  id: accountId,
  name: matching(/^[\s\S]{1,128}$/, "a name of 1 to 128 characters"),
  email: optional(matching(/^[^\s@]+@[^\s@]+$/, "an e-mail address"), null),
  ou: optional(matching(/^([^/]{1,128}(\/[^/]{1,128})*)?$/, "names of organizational units joined by /"), ""),
  tags: optional(mapping(text), new Map<string, string>()),
  status: optional<AccountState, AccountState>(
    oneOf("PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"),
    "ACTIVE",
  ),
  customerManagedPolicies: optional(
    list(matching(/^\/([\w.,+@=-]+\/)*[\w+=,.@-]+$/, "a path and name such as /platform/DeveloperBase")),
    null,
  ),
  roleQuota: optional(atLeastOne, null),
} as const;

const decodeAccountFields = object<Omit<Account, "email"> & { email: string | null }>(accountFields);

function decodeAccount(value: unknown, path: string): Account {
  const account = decodeAccountFields(value, path);
  return { ...account, email: account.email ?? `aws+${account.id}@example.com` };
}

const decodeApplicationFields = object<Omit<Application, "id">>({
  name: matching(/^[\s\S]{1,100}$/, "a name of 1 to 100 characters"),
  account: accountId,
});

function decodeApplication(value: unknown, path: string): Application {
  const { name, account } = decodeApplicationFields(value, path);
  return { id: `apl-${digest(`${account}/${name}`)}`, name, account };
}

type OrganizationDocument = {
  readonly managementAccount: Account;
  readonly region: string;
  readonly accounts: readonly Account[];
  readonly callers: ReadonlyMap<string, KeyHolder>;
  readonly applications: readonly Application[];
};

const decodeDocument: Decoder<OrganizationDocument> = object<OrganizationDocument>({
  managementAccount: decodeAccount,
  region: matching(/^([a-z]+-){2,3}\d$/, "an AWS region such as eu-west-1"),
  accounts: optional(list(decodeAccount), []),
  callers: optional(
    mapping(object<KeyHolder>({ account: accountId, as: oneOf("delegated-administrator", "member") })),
    new Map<string, KeyHolder>(),
  ),
  applications: optional(list(decodeApplication), []),
});

/** What a sandbox holds when no ORG.yaml is given. */
export const exampleOrganization: Organization = decodeOrganization(
  {
    managementAccount: { id: "999900001111", name: "management", email: "management@example.com" },
    region: "eu-west-1",
    accounts: [
      example("222200001111", "log-archive", "Security", { env: "security", team: "platform" }),
      example("222200002222", "security-tooling", "Security", { env: "security", team: "platform" }),
      example("111122223333", "sandbox", "Workloads/Dev", { env: "dev", team: "platform" }),
      example("333300001111", "payments-dev", "Workloads/Dev", { env: "dev", team: "payments" }),
      example("444455556666", "payments-prod", "Workloads/Prod", { env: "prod", team: "payments" }),
      example("555500001111", "web-prod", "Workloads/Prod", { env: "prod", team: "web" }),
    ],
    applications: [
      { name: "wiki", account: "111122223333" },
      { name: "dashboards", account: "222200002222" },
      { name: "payments-console", account: "444455556666" },
    ],
  },
  "",
);

function example(id: string, name: string, ou: string, tags: Readonly<Record<string, string>>): unknown {
  return { id, name, email: `${name}@example.com`, ou, tags };
}
