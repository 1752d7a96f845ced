import type { Account as ApiAccount } from "@aws-sdk/client-organizations";
import type { Account, Directory } from "../model/directory.js";
import type { AccountId } from "../model/keys.js";
import type { LiveError } from "../model/live-error.js";
import { byText } from "../model/text.js";
import { unreadable, type Api } from "./api.js";
import { whyOutOfReach, type Organization } from "./organization.js";
import type { ReadProgress } from "./progress.js";

type Question = {
  readonly api: Api;
  readonly organization: Organization;
  /** What stands for the management account where Organizations cannot be read. */
  readonly instanceOwner: AccountId;
  readonly tags: boolean;
  readonly onProgress: (event: ReadProgress) => void;
};

/** Organizational units by id, each with the names from the root down; the roots have none. */
type Units = ReadonlyMap<string, readonly string[]>;

/** The accounts there are, by Organizations; `local` when this caller may not read it or there is none. */
export async function readDirectory(question: Question): Promise<Directory> {
  const { api, organization, instanceOwner, tags } = question;
  const local = (unread: LiveError): Directory => ({
    kind: "local",
    managementAccount: instanceOwner,
    unread,
  });
  if (organization.managementAccount === null) return local(organization.unread);
  let rows: readonly ApiAccount[];
  let tree: Units;
  try {
    [rows, tree] = await Promise.all([
      api.list("organizations ListAccounts", { MaxResults: 20 }, (page) => page.Accounts),
      readUnits(api),
    ]);
  } catch (error) {
    return local(whyOutOfReach(error));
  }
  // Two pages list the same account when others came between.
  const listed = [...new Map(rows.map((row) => [row.Id, row])).values()];
  const placement = await placeAccounts(api, listed, tree);
  let done = 0;
  const accounts = await Promise.all(
    listed.map(async (one): Promise<Account> => {
      const { Id: id, Name: name, State: state, Status: status } = one;
      if (id === undefined) throw unreadable("organizations ListAccounts", "an account lacks its id");
      const known = state ?? status ?? "UNKNOWN";
      const units = placement.get(id);
      // Taken to be at the root, an account that was moved meanwhile would lose what rules give its unit.
      if (units === undefined && known === "ACTIVE")
        throw unreadable(
          "organizations ListAccountsForParent",
          `no organizational unit lists the account ${id}, which may just have been moved`,
        );
      const account = {
        id,
        name: name ?? id,
        ou: (units ?? []).join("/"),
        tags: tags ? await readTags(api, id) : null,
        state: known,
      };
      question.onProgress({ type: "reading", what: "accounts", done: (done += 1), total: listed.length });
      return account;
    }),
  );
  return {
    kind: "organization",
    managementAccount: organization.managementAccount,
    accounts: accounts.sort((left, right) => byText(left.id, right.id)),
  };
}

async function readUnits(api: Api): Promise<Units> {
  const units = new Map<string, readonly string[]>();
  const roots = await api.list("organizations ListRoots", { MaxResults: 20 }, (page) => page.Roots);
  async function visit(id: string | undefined, names: readonly string[]): Promise<void> {
    if (id === undefined) throw unreadable("organizations ListRoots", "a root or unit lacks its id");
    units.set(id, names);
    const children = await api.list(
      "organizations ListOrganizationalUnitsForParent",
      { ParentId: id, MaxResults: 20 },
      (page) => page.OrganizationalUnits,
    );
    await Promise.all(children.map((child) => visit(child.Id, [...names, child.Name ?? child.Id ?? ""])));
  }
  await Promise.all(roots.map((root) => visit(root.Id, [])));
  return units;
}

/** `Paths` (`o-…/r-…/ou-…/<account>/`) came to the API in 2026; without it each unit is asked for its accounts. */
async function placeAccounts(
  api: Api,
  listed: readonly ApiAccount[],
  units: Units,
): Promise<ReadonlyMap<AccountId, readonly string[]>> {
  const placement = new Map<AccountId, readonly string[]>();
  for (const { Id, Paths } of listed) {
    const parent = Paths?.[0]
      ?.split("/")
      .filter((part) => part !== "")
      .at(-2);
    const names = parent === undefined ? undefined : units.get(parent);
    if (Id !== undefined && names !== undefined) placement.set(Id, names);
  }
  if (placement.size === listed.length) return placement;
  await Promise.all(
    [...units].map(async ([unit, names]) => {
      const children = await api.list(
        "organizations ListAccountsForParent",
        { ParentId: unit, MaxResults: 20 },
        (page) => page.Accounts,
      );
      for (const { Id } of children) if (Id !== undefined) placement.set(Id, names);
    }),
  );
  return placement;
}

async function readTags(api: Api, account: AccountId): Promise<Readonly<Record<string, string>>> {
  const tags = await api.list(
    "organizations ListTagsForResource",
    { ResourceId: account },
    (page) => page.Tags,
  );
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
