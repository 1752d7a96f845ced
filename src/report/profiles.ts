import type { AccountId } from "../model/keys.js";
import type { AccessRow } from "../model/plan.js";
import { byText } from "../model/text.js";
import { ProfilesError } from "./aws-config.js";
import { profileNames, type Reachable } from "./profile-names.js";

/**
 * The text of an AWS configuration file: one `[sso-session]` and a `[profile]` for every account and permission set
 * that `rows` reach, whoever reaches it; commands that are told no other region go to the session's. Everything is
 * untrusted text: a value that could open a line or a section of its own throws a ProfilesError.
 */
export function renderProfiles(input: {
  readonly session: { readonly name: string; readonly startUrl: string; readonly region: string };
  readonly rows: readonly AccessRow[];
  readonly accountNames: Readonly<Record<AccountId, string>>;
}): string {
  const { session } = input;
  const name = checked("The session's name", session.name, /^[A-Za-z0-9_.@%+:/-]+$/);
  const region = checkedRegion(session.region);
  const reachable = reachableIn(input.rows);
  const names = profileNames(reachable, input.accountNames);
  const profiles = reachable
    .map(({ account, permissionSet }, index) => ({ name: names[index] ?? account, account, permissionSet }))
    .sort((left, right) => byText(left.name, right.name))
    .map((profile) =>
      section(`profile ${profile.name}`, {
        sso_session: name,
        sso_account_id: profile.account,
        sso_role_name: profile.permissionSet,
        region,
      }),
    );
  const head = section(`sso-session ${name}`, {
    sso_start_url: checked("The start URL", session.startUrl, /^https:\/\/[!-~]+$/),
    sso_region: region,
    sso_registration_scopes: "sso:account:access",
  });
  return [head, ...profiles].join("\n");
}

/**
 * Where people sign in, unless the organization has chosen a name of its own for it, which no API tells. Throws a
 * ProfilesError for an id of the older form, whose URL AWS does not document.
 */
export function startUrlOf(identityStoreId: string): string {
  if (/^d-[0-9a-f]{10}$/.test(identityStoreId)) return `https://${identityStoreId}.awsapps.com/start`;
  throw new ProfilesError(
    "profile-value",
    `The start URL cannot be told from the identity store id ${JSON.stringify(identityStoreId)}.`,
    "Give the AWS access portal URL that the Identity Center console shows under Settings.",
  );
}

/** Each account and permission set once. */
function reachableIn(rows: readonly AccessRow[]): readonly Reachable[] {
  const found = new Map<string, Reachable>();
  for (const row of rows) {
    const permissionSet = checked("The permission set's name", row.permissionSet, /^[\w+=,.@-]{1,32}$/);
    for (const one of row.accounts) {
      const account = checked("The account's id", one, /^\d{12}$/);
      found.set(`${account} ${permissionSet}`, { account, permissionSet });
    }
  }
  return [...found.values()];
}

function section(title: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  return `[${title}]\n${lines.join("")}`;
}

function checkedRegion(region: string): string {
  return checked("The region", region, /^[a-z]{2,}(?:-[a-z]+)+-\d+$/);
}

function checked(what: string, value: string, pattern: RegExp): string {
  if (pattern.test(value)) return value;
  throw new ProfilesError(
    "profile-value",
    `${what} ${JSON.stringify(value)} cannot stand in an AWS configuration file.`,
    "Correct it where it comes from: the command line, the access files, or Identity Center.",
  );
}
