import type { Change } from "../../model/change.js";
import type { Declared } from "../../model/declared.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { Plan, Withheld } from "../../model/plan.js";
import type { Reach } from "../../model/reach.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { State } from "../../model/state.js";
import type { KeptGrant } from "../kept-grants.js";
import type { Owned } from "../own.js";

/** What the guards look at: the changes as they would be made, and the world before and after them. */
export type Judged = {
  readonly changes: readonly Change[];
  readonly withheld: readonly Withheld[];
  readonly declared: Declared;
  /** What the files asked for before; null where that is not known. */
  readonly base: Declared | null;
  readonly live: Snapshot;
  readonly owned: Owned;
  readonly before: Reach;
  readonly after: Reach;
  /** Memberships and assignments as they will be. */
  readonly held: Pick<State, "memberships" | "assignments">;
  readonly access: Plan["access"];
  /** Permission sets that come to allow nothing. */
  readonly bare: ReadonlySet<string>;
  /** Grants of which too few people would be left with on the way, however the changes are put in order. */
  readonly unkept: readonly KeptGrant[];
};

/** What a guard has to say, and of what: of two findings on one subject the stricter one is told. */
export type Finding = { readonly subject: string; readonly diagnostic: Diagnostic };
