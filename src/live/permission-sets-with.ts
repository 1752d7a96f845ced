import { unlessGone } from "./gaps.js";
import type { Identities } from "./identities.js";
import { listedAgain } from "./listed-again.js";
import { describePermissionSet, listPermissionSets, readInlineText } from "./permission-set.js";
import type { Site } from "./site.js";

/**
 * The names of all permission sets, or of those whose inline policy has `text` in it: a request for each set, and another
 * for each of those that are meant. Rejects when one of them cannot be read.
 */
export async function permissionSetsWith(
  site: Site,
  { permissionSets }: Identities,
  text: string | null,
): Promise<readonly string[]> {
  const again = listedAgain(site);
  const arns = await listPermissionSets(site);
  const names = await Promise.all(
    arns.map((arn) =>
      unlessGone(
        async () => {
          if (text !== null && !(await readInlineText(site, arn)).includes(text)) return null;
          const { name } = await describePermissionSet(site, arn);
          permissionSets.learn(name, arn);
          return name;
        },
        async () => (await again.sets()).has(arn),
      ),
    ),
  );
  return names.filter((name) => name !== null);
}
