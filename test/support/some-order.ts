import fc from "fast-check";
import type { Change } from "../../src/model/change.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { State } from "../../src/model/state.js";
import { accountPool, snapshotOf } from "./organizations.js";

export const draws = fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 });

/** One of the orders in which independent changes may end when they run side by side. */
export function someOrder(changes: readonly Change[], drawn: readonly number[]): readonly Change[] {
  const made = new Set<string>();
  const waiting = [...changes];
  const order: Change[] = [];
  for (let step = 0; waiting.length > 0; step += 1) {
    const free = waiting.filter(({ dependsOn }) => dependsOn.every((id) => made.has(id)));
    const next = free[(drawn[step % drawn.length] ?? 0) % free.length];
    if (next === undefined) throw new Error("nothing is free to start: the dependencies form a circle");
    waiting.splice(waiting.indexOf(next), 1);
    made.add(next.id);
    order.push(next);
  }
  return order;
}

export const lagging = fc.array(fc.subarray([...accountPool]), { minLength: 3, maxLength: 3 });

/** `state` with roles that are behind their sets, some for each set. */
export function snapshotBehind(state: State, behind: readonly (readonly string[])[]): Snapshot {
  const live = snapshotOf(state);
  return {
    ...live,
    lagging: new Map(
      [...live.provisioned].map(([set, accounts], index) => [
        set,
        accounts.filter((account) => behind[index % behind.length]?.includes(account) === true),
      ]),
    ),
  };
}
