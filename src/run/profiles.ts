import { load } from "../declare/load.js";
import { directoryMissing, needsDirectory, needsTags, resolve } from "../declare/resolve.js";
import type { Declared, Settings } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Directory } from "../model/directory.js";
import type { AccountId } from "../model/keys.js";
import type { AccessRow } from "../model/plan.js";
import { accessRows } from "../model/reach.js";
import type { Instance } from "../model/snapshot.js";
import { byText } from "../model/text.js";
import { nearest } from "../model/nearest.js";
import type { Verdict } from "./exit-code.js";
import { partitionOf } from "./prepare.js";
import type { Connected, Preparation, Told } from "./prepare.js";

export type ProfilesOrder = Pick<
  Preparation<Connected>,
  "tree" | "connect" | "wallClock" | "signal" | "onStage"
> & {
  /** Whose access; null for everybody's. */
  readonly user: string | null;
  /** Whether Identity Center is to be found although the files could be resolved without it. */
  readonly instance: "needed" | "unneeded";
};

/** What somebody can reach by the files, and where it was looked up. */
export type Reached = {
  readonly rows: readonly AccessRow[];
  readonly accountNames: Readonly<Record<AccountId, string>>;
  readonly settings: Settings;
  /** Null when it did not have to be asked for. */
  readonly instance: Instance | null;
};

export type ProfilesRun = Told & { readonly verdicts: readonly Verdict[]; readonly reached: Reached | null };

/** Who reaches what by the files alone. AWS is only asked when the files say accounts by unit, tag or foreign name. */
export async function runProfiles(order: ProfilesOrder): Promise<ProfilesRun> {
  order.onStage("files");
  const loaded = await load(order.tree);
  const { files } = loaded;
  if (!loaded.ok) return invalid(loaded.diagnostics, files);
  const written = loaded.value;
  const asksAws = order.instance === "needed" || needsDirectory(written);
  if (asksAws) order.onStage("connecting");
  const connected = asksAws ? await order.connect(written.settings) : null;
  order.signal.throwIfAborted();
  if (connected !== null) order.onStage("accounts");
  const directory: Directory =
    connected === null
      ? { kind: "local", managementAccount: null, unread: null }
      : await connected.reader.directory({ tags: needsTags(written) }, order.signal);
  const missing = directoryMissing(written, directory);
  if (missing !== null) throw missing;
  const partition = connected === null ? "aws" : partitionOf(connected.instance.arn);
  const resolved = resolve(written, directory, { partition, commit: null, now: order.wallClock() });
  const diagnostics = [...loaded.diagnostics, ...resolved.diagnostics];
  if (!resolved.ok) return invalid(diagnostics, files);

  const declared = resolved.value;
  const unknown = order.user === null ? null : unknownUser(order.user, declared);
  if (unknown !== null) return invalid([...diagnostics, unknown], files);
  const rows = rowsOf(declared).filter(({ user }) => order.user === null || user === order.user);
  return {
    verdicts: [],
    diagnostics,
    files,
    reached: {
      rows,
      accountNames: Object.fromEntries(declared.accountNames),
      settings: declared.settings,
      instance: connected?.instance ?? null,
    },
  };
}

function rowsOf({ memberships, assignments }: Declared): readonly AccessRow[] {
  return accessRows({
    memberships: new Map([...memberships].map(([id, { value }]) => [id, value])),
    assignments: new Map([...assignments].map(([id, { value }]) => [id, value.key])),
  });
}

/** Users may stand in groups and rules without being declared, where users are not managed here. */
function unknownUser(name: string, { users, memberships, assignments }: Declared): Diagnostic | null {
  const known = new Set(users.keys());
  for (const { value } of memberships.values()) known.add(value.user);
  for (const { value } of assignments.values())
    if (value.key.principalType === "user") known.add(value.key.principal);
  if (known.has(name)) return null;
  const near = nearest(name, [...known].sort(byText));
  return diagnostic({
    code: "unknown-user",
    severity: "error",
    message: `"${name}" is no user of these files.`,
    help: near === null ? null : `Did you mean ${near}?`,
  });
}

function invalid(diagnostics: readonly Diagnostic[], files: ReadonlyMap<string, string>): ProfilesRun {
  return { verdicts: ["invalid"], diagnostics, files, reached: null };
}
