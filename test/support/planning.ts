import type { Declared } from "../../src/model/declared.js";
import type { Plan } from "../../src/model/plan.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import { noConsent } from "../../src/plan/consent.js";
import { makePlan } from "../../src/plan/plan.js";
import type { PlanInput } from "../../src/plan/plan.js";

export function planInput(declared: Declared, live: Snapshot, given: Partial<PlanInput> = {}): PlanInput {
  return { declared, base: null, live, purpose: "plan", toolVersion: "0.0.0", consent: noConsent, ...given };
}

/** The plan; throws when the files contradict live. */
export function planned(declared: Declared, live: Snapshot, given: Partial<PlanInput> = {}): Plan {
  const result = makePlan(planInput(declared, live, given));
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

/** The changes as `create group:dev`, sorted. */
export function told({ changes }: Pick<Plan, "changes">): readonly string[] {
  return changes.map(({ action, id }) => `${action} ${id}`).sort();
}

/** What is withheld as `in-use: delete group:dev`, sorted. */
export function held({ withheld }: Plan): readonly string[] {
  return withheld.map(({ change, code }) => `${code}: ${change.action} ${change.id}`).sort();
}
