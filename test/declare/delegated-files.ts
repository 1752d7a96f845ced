import { load } from "../../src/declare/load.js";
import { resolve } from "../../src/declare/resolve.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import type { Account, Directory } from "../../src/model/directory.js";
import { memoryTree } from "./memory-tree.js";

const account = (id: string, name: string, ou: string, tier: string, state = "ACTIVE"): Account => ({
  id: id.padEnd(12, "0"),
  name,
  ou,
  tags: { tier },
  state,
});

/** `Workloads/Payments` holds 1, 2 and, suspended, 3; 4 and 5 are elsewhere. */
export const organization = {
  kind: "organization",
  managementAccount: "900000000000",
  accounts: [
    account("9", "management", "Workloads/Payments", "root"),
    account("1", "payments-dev", "Workloads/Payments", "dev"),
    account("2", "payments-prod", "Workloads/Payments/Prod", "prod"),
    account("3", "payments-old", "Workloads/Payments", "dev", "SUSPENDED"),
    account("4", "web-dev", "Workloads/Web", "dev"),
    account("5", "audit", "Security", "prod"),
  ],
} as const satisfies Directory;

const declaredAll =
  "identityCenter: {manage: {users: declared, groups: declared, permissionSets: declared, assignments: declared}}\n";

/** Two users, a group, and four permission sets that nobody's files but central ones declare. */
export const central = `users:
  ann: {givenName: A, familyName: N}
  bob: {givenName: B, familyName: O}
groups: {admins: {}, payments-central: {}}
permissionSets:
  ReadOnly: {}
  Admin: {}
  PaymentsDeploy: {}
  Audit: {}
`;

export const usual = `- {files: "teams/payments/**", groups: ["payments-*"], permissionSets: [ReadOnly, PaymentsDeploy], accounts: [{ou: Workloads/Payments}]}`;

export type Given = {
  /** The items of the list `delegations`, one a line. */
  readonly delegations?: string | readonly string[];
  /** The file teams/payments/a.yaml. */
  readonly team?: string;
  /** Further files, or others in the place of central.yaml. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether undeclared names may be used and things be removed. */
  readonly manage?: "all" | "declared";
};

const teamFile = "teams/payments/a.yaml";

export function filesOf({ delegations = usual, team = "", files = {}, manage = "all" }: Given) {
  const items = typeof delegations === "string" ? [delegations] : delegations;
  const listed = items.length === 0 ? "" : `delegations:\n${items.map((item) => `  ${item}\n`).join("")}`;
  return {
    "settings.yaml": `${manage === "declared" ? declaredAll : "# All is managed.\n"}${listed}`,
    "central.yaml": central,
    [teamFile]: team,
    ...files,
  };
}

/** Everything that is told by loading, and by resolving where that went well. */
export async function toldOf(
  given: Given,
  directory: Directory = organization,
): Promise<readonly Diagnostic[]> {
  const loaded = await load(memoryTree(filesOf(given)));
  if (!loaded.ok) return loaded.diagnostics;
  const resolved = resolve(loaded.value, directory, { partition: "aws", commit: null, now: 0 });
  return [...loaded.diagnostics, ...resolved.diagnostics];
}

/** What is told by loading alone. */
export async function toldByFiles(given: Given): Promise<readonly Diagnostic[]> {
  return (await load(memoryTree(filesOf(given)))).diagnostics;
}

/**
 * What is told and of which words, as `error outside-delegation of Admin`; of another file than the team's with its name
 * behind. An error outside-delegation is shortened to `outside`.
 */
export function inShort(told: readonly Diagnostic[], given: Given): readonly string[] {
  const files = new Map<string, string>(Object.entries(filesOf(given)));
  return told.map(({ source, severity, code }) => {
    const what = code === "outside-delegation" && severity === "error" ? "outside" : `${severity} ${code}`;
    if (source === null) return what;
    const file = source.file.replace("access/", "");
    const line = files.get(file)?.split("\n")[source.line - 1] ?? "";
    const [words = ""] = /^(\{.*?\}+|"[^"]*"|[^,:\]}]*)/.exec(line.slice(source.column - 1)) ?? [];
    return `${what} of ${words.trim()}${file === teamFile ? "" : ` in ${file}`}`;
  });
}
