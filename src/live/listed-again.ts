import { listPermissionSets } from "./permission-set.js";
import { listGroups } from "./principals.js";
import type { Site } from "./site.js";

/** Lists taken once more when something that was listed is not found: once for a whole reading, however much is missing. */
export type ListedAgain = { groups(): Promise<ReadonlySet<string>>; sets(): Promise<ReadonlySet<string>> };

export function listedAgain(site: Site): ListedAgain {
  let groups: Promise<ReadonlySet<string>> | null = null;
  let sets: Promise<ReadonlySet<string>> | null = null;
  return {
    groups: () => (groups ??= listGroups(site).then((rows) => new Set(rows.map(({ id }) => id)))),
    sets: () => (sets ??= listPermissionSets(site).then((arns) => new Set(arns))),
  };
}
