import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditLine } from "../../src/run/audit.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import type { Faults } from "../../src/sandbox/trouble.js";
import { byWrite, differences, memoryTrail } from "../support/audit.js";
import { reorganizations } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import { applyFiles, applyUntil, copyOf, establishedAs, worldOn } from "../support/trial.js";
import type { Removal } from "../support/trial.js";

const removals = fc.constantFrom<Removal>({ onUserRemoval: "disable" }, { onUserRemoval: "delete" });

/** Whatever can come between a request and its answer, and late failures besides. */
const nasty: Faults = {
  throttle: 0.2,
  conflict: 0.15,
  error500: 0.15,
  drop: 0.15,
  slow: 0.05,
  "fail-async": 0.3,
};

const weathers = fc.constantFrom<Faults>({}, nasty, nasty);

/** How writes ended in all the cases, without which they would show nothing. */
function endings(): { readonly met: Set<string>; readonly meet: (lines: readonly AuditLine[]) => void } {
  const met = new Set<string>();
  const meet = (lines: readonly AuditLine[]): void => {
    for (const write of byWrite(lines)) met.add(write.at(-1)?.outcome ?? "");
  };
  return { met, meet };
}

function isWriteOf(sent: string): boolean {
  return isWrite({ operation: sent.split(" ")[1] ?? "" });
}

describe("the record of an apply and the sandbox's own log of it", () => {
  test("say the same of every write, whatever the service does", async () => {
    const { met, meet } = endings();
    await fc.assert(
      fc.asyncProperty(
        reorganizations(),
        removals,
        weathers,
        fc.nat(2 ** 31),
        fc.nat(3000),
        async ({ from, to }, removal, faults, seed, settleMs) => {
          const state = copyOf(await establishedAs(from, removal));
          const world = worldOn(state, to, removal, { faults, seed, settleMs, inFlight: 10 });
          const trail = memoryTrail();
          await applyFiles(world, { audit: trail });
          meet(trail.lines);
          expect(differences(trail.lines, world.log)).toEqual([]);
        },
      ),
      { numRuns: runs(40) },
    );
    expect(met).toEqual(new Set(["accepted", "succeeded", "refused", "unclear", "failed"]));
  });

  test("leave no write out of the record that may have had an effect, when the process is gone", async () => {
    const { met, meet } = endings();
    await fc.assert(
      fc.asyncProperty(
        reorganizations(),
        removals,
        weathers,
        fc.nat(2 ** 31),
        fc.nat(),
        fc.boolean(),
        async ({ from, to }, removal, faults, seed, which, arrives) => {
          const options = { faults, seed, settleMs: 500, inFlight: 10 };
          const state = copyOf(await establishedAs(from, removal));
          const whole = worldOn(copyOf(state), to, removal, options);
          await applyFiles(whole, { audit: memoryTrail() });
          // The same requests come again, and meet the same.
          const writes = whole.sent.flatMap((sent, index) => (isWriteOf(sent) ? [index + 1] : []));
          fc.pre(writes.length > 0);

          const world = worldOn(state, to, removal, options);
          const trail = memoryTrail();
          const killedAt = writes[which % writes.length] ?? 0;
          expect(await applyUntil(world, killedAt, arrives, { audit: trail })).toBe("killed");
          const [lines, log] = [[...trail.lines], [...world.log]];
          meet(lines);
          expect(differences(lines, log, { cut: true })).toEqual([]);
          expect(isWriteOf(world.sent[killedAt - 1] ?? "")).toBe(true);

          const next = worldOn(state, to, removal);
          next.clock.time = world.clock.time;
          const second = memoryTrail();
          await applyFiles(next, { audit: second });
          expect(differences(second.lines, next.log)).toEqual([]);
        },
      ),
      { numRuns: runs(40) },
    );
    expect(met).toContain("sending");
  });
});
