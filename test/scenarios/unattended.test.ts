import fc from "fast-check";
import { expect, test } from "vitest";
import { boundsBetween } from "../support/bounds.js";
import { organizations } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import {
  applyFiles,
  copyOf,
  establishedAs,
  pending,
  troubles,
  untroubled,
  worldOn,
} from "../support/trial.js";

const removal = { onUserRemoval: "disable" } as const;
const applied = "1".repeat(40);

test("a run that repairs unwatched brings back what was applied, whatever the files say, and nobody strays on the way", async () => {
  await fc.assert(
    fc.asyncProperty(organizations(), organizations(), organizations(), async (base, byHand, files) => {
      const then = await establishedAs(base, removal);
      const state = await untroubled(then, byHand, removal);
      const marked = worldOn(state, byHand, removal);
      marked.commit = applied;
      expect(troubles(await applyFiles(marked))).toEqual([]);
      const approved = worldOn(copyOf(then), base, removal);
      const bounds = boundsBetween(state, await untroubled(state, base, removal), { strict: false });

      const breaches: string[] = [];
      const world = worldOn(copyOf(state), files, removal, {
        onChange: () => breaches.push(...bounds.breaches(world.sandbox.state)),
      });
      world.commit = "2".repeat(40);
      const { tree } = approved.order();
      const ended = await applyFiles(world, {
        unattended: "repairs",
        revisionOf: async () => ({ ok: true, commit: applied, tree }),
        ancestryOf: async () => "ancestor",
      });
      expect(troubles(ended)).toEqual([]);
      expect(breaches).toEqual([]);
      expect(ended.run?.plan?.changes.filter(({ cause }) => cause === "config")).toEqual([]);
      expect(await pending(worldOn(world.sandbox.state, base, removal))).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});
