import { load } from "../declare/load.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { Written } from "../declare/written.js";
import type { Settings } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { matchesAnyGlob } from "../model/glob.js";
import { count } from "../model/plural.js";
import type { Writable } from "./apply.js";
import { foreignFiles } from "./prepare.js";
import type { Told } from "./prepare.js";

/** Access files for who cannot wait until they are sound. */
export type FilesAsRead = Told & {
  /** As far as they could be read. */
  readonly settings: Settings;
  /** Null when they are not sound, or there are none. */
  readonly written: Written | null;
};

/** However slowly the files ask idc to go, so that others are not held up: here nobody can wait for that. */
const usualLimits: Settings["limits"] = { requestsPerSecond: null, operationsInFlight: null };

/** Finds the Identity Center that the files mean. `foreign`: that they are for another one than is asked for. */
export async function connectAsRead({
  tree,
  connect,
  signal,
  onStage,
}: {
  readonly tree: SourceTree;
  readonly connect: (settings: Settings) => Promise<Writable>;
  readonly signal: AbortSignal;
  readonly onStage: (stage: "files" | "connecting" | "looking") => void;
}): Promise<{
  readonly files: FilesAsRead;
  readonly connected: Writable;
  readonly foreign: Diagnostic | null;
}> {
  onStage("files");
  const files = await filesAsRead(tree);
  onStage("connecting");
  const connected = await connect({ ...files.settings, limits: usualLimits });
  signal.throwIfAborted();
  onStage("looking");
  return { files, connected, foreign: foreignFiles(files.settings, connected.instance) };
}

/** What is wrong with the files is one warning, and no reason to stop. */
async function filesAsRead(tree: SourceTree): Promise<FilesAsRead> {
  const { settings, files, ...loaded } = await load(tree);
  if (loaded.ok) return { settings, files, written: loaded.value, diagnostics: [] };
  return { settings, files, written: null, diagnostics: [unsound(loaded.diagnostics, settings)] };
}

function unsound(faults: readonly Diagnostic[], { instanceArn, region, manage }: Settings): Diagnostic {
  const errors = faults.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const place = first?.source ?? null;
  const where = place === null ? "" : ` (${place.file}:${place.line})`;
  return diagnostic({
    code: "files-unsound",
    severity: "warning",
    message: `The access files cannot be relied on (${count(errors.length, "error")}): ${first?.message ?? ""}${where} Their settings are taken as far as they could be read: instance ${instanceArn ?? "not named"}, region ${region ?? "not named"}, permission sets managed as ${manage.permissionSets}.`,
    help: "This goes on without them. idc validate shows what is wrong.",
  });
}

/** Why the permission set is none of these files' to change; null when it is. */
export function whyNotOwned(name: string, { settings, written }: FilesAsRead): string | null {
  const { manage, ignore } = settings;
  if (matchesAnyGlob(ignore.permissionSets, name)) return "identityCenter.ignore leaves it alone";
  switch (manage.permissionSets) {
    case "all":
      return null;
    case "declared":
      if (written === null)
        return "permission sets are managed as declared, and what is declared could not be read";
      return written.permissionSets.has(name) ? null : "the files do not declare it";
    case "none":
      return "permission sets are not managed by these files";
  }
}

/** The permission sets that the files give to the user, in whatever account, whether that is over or not. */
export function setsGivenTo(user: string, { written }: FilesAsRead): ReadonlySet<string> {
  if (written === null) return new Set();
  const groups = new Set(
    [...written.groups].flatMap(([name, { members }]) =>
      members.some(({ value }) => value === user) ? [name] : [],
    ),
  );
  return new Set(
    written.assignments.flatMap((rule) =>
      rule.users.some(({ value }) => value === user) || rule.groups.some(({ value }) => groups.has(value))
        ? rule.permissionSets.map(({ value }) => value)
        : [],
    ),
  );
}
