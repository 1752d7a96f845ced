import { isRemoval } from "../model/change.js";
import type { Change } from "../model/change.js";
import type { AccountId, ChangeId } from "../model/keys.js";

/**
 * Changes without a permission-set operation that may be under way at once. The request budget lets no more through
 * anyway, and whatever is under way has to be waited for when the run is interrupted.
 */
const writesInFlight = 32;

/**
 * Hands out changes as they become free to start: everything a change depends on is made, no other permission-set
 * operation is going on in its accounts (the service does one at a time in an account), and no more than
 * `operationsInFlight` such operations are going on altogether. Among the free ones the plan's order holds, and a
 * change that waits for its accounts keeps later ones from overtaking it there.
 *
 * What people lose who leave goes first of everything: until the service has answered for each of those removals, whatever
 * the answer, nothing else is begun.
 */
export class Schedule {
  private readonly waiting: Map<ChangeId, Change>;
  private readonly position: ReadonlyMap<ChangeId, number>;
  /** By change, how many of those it depends on are not made yet. */
  private readonly blockers = new Map<ChangeId, number>();
  private readonly dependents = new Map<ChangeId, Change[]>();
  /** Free to start, in the plan's order. */
  private readonly writes: Change[] = [];
  private operations: Change[] = [];
  private readonly urgent: Set<ChangeId>;
  /** Free to start once nothing is urgent any more. */
  private held: Change[] = [];
  private readonly busy = new Set<AccountId>();
  private readonly operationsInFlight: number;
  private inFlight = { writes: 0, operations: 0 };

  /** `withheld`: changes that are not made. Whoever cannot be disabled or deleted now loses the rest first all the same. */
  constructor(changes: readonly Change[], operationsInFlight: number, withheld: readonly Change[] = []) {
    this.operationsInFlight = operationsInFlight;
    this.waiting = new Map(changes.map((change) => [change.id, change]));
    this.urgent = new Set(changes.filter(isUrgent([...changes, ...withheld])).map(({ id }) => id));
    this.position = new Map(changes.map(({ id }, index) => [id, index]));
    for (const change of changes) {
      const blockers = change.dependsOn.filter((id) => this.waiting.has(id));
      this.blockers.set(change.id, blockers.length);
      for (const id of blockers) {
        const dependents = this.dependents.get(id);
        if (dependents === undefined) this.dependents.set(id, [change]);
        else dependents.push(change);
      }
      if (blockers.length === 0) this.free(change);
    }
  }

  /** Changes to start now; each must be given back by `finish`. */
  start(): readonly Change[] {
    const started = this.writes.splice(0, writesInFlight - this.inFlight.writes);
    this.inFlight.writes += started.length;
    if (this.inFlight.operations < this.operationsInFlight) started.push(...this.startOperations());
    for (const { id } of started) this.waiting.delete(id);
    return started.sort((left, right) => this.place(left) - this.place(right));
  }

  /** Ends a started change. Unless it was `made`, everything that depends on it, over any number of steps, is given up and returned. */
  finish(change: Change, made: boolean): readonly { readonly change: Change; readonly because: ChangeId }[] {
    const accounts = accountsOf(change);
    for (const account of accounts) this.busy.delete(account);
    this.inFlight[accounts.length > 0 ? "operations" : "writes"] -= 1;
    const given = made ? [] : this.giveUp(change);
    if (made) this.release(change);
    if (this.urgent.delete(change.id) && this.urgent.size === 0)
      for (const waiting of this.held.splice(0)) if (this.waiting.has(waiting.id)) this.free(waiting);
    return given;
  }

  private release(change: Change): void {
    for (const dependent of this.dependents.get(change.id) ?? []) {
      const blockers = (this.blockers.get(dependent.id) ?? 0) - 1;
      this.blockers.set(dependent.id, blockers);
      if (blockers === 0 && this.waiting.has(dependent.id)) this.free(dependent);
    }
  }

  /** What has not been started; nothing more will be. */
  abandon(): readonly Change[] {
    const rest = [...this.waiting.values()];
    this.waiting.clear();
    this.writes.length = 0;
    this.operations = [];
    this.held = [];
    return rest;
  }

  private startOperations(): readonly Change[] {
    const started: Change[] = [];
    const waiting: Change[] = [];
    const reserved = new Set(this.busy);
    for (const [index, change] of this.operations.entries()) {
      if (this.inFlight.operations >= this.operationsInFlight) {
        this.operations = [...waiting, ...this.operations.slice(index)];
        return started;
      }
      const accounts = accountsOf(change);
      const isFree = accounts.every((account) => !reserved.has(account));
      for (const account of accounts) reserved.add(account);
      if (isFree) {
        for (const account of accounts) this.busy.add(account);
        this.inFlight.operations += 1;
      }
      (isFree ? started : waiting).push(change);
    }
    this.operations = waiting;
    return started;
  }

  /** Puts a change among those free to start, at the place that the plan's order gives it. */
  private free(change: Change): void {
    if (this.urgent.size > 0 && !this.urgent.has(change.id)) {
      this.held.push(change);
      return;
    }
    const list = accountsOf(change).length > 0 ? this.operations : this.writes;
    const place = this.place(change);
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = list[middle];
      if (other !== undefined && this.place(other) < place) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, change);
  }

  private giveUp(change: Change): readonly { readonly change: Change; readonly because: ChangeId }[] {
    const given = new Map<ChangeId, Change>();
    const open = [change];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const dependent of this.dependents.get(next.id) ?? [])
        if (this.waiting.delete(dependent.id)) {
          given.set(dependent.id, dependent);
          open.push(dependent);
        }
    return [...given.values()]
      .sort((left, right) => this.place(left) - this.place(right))
      .map((one) => ({
        change: one,
        because: one.dependsOn.find((id) => id === change.id || given.has(id)) ?? change.id,
      }));
  }

  private place({ id }: Change): number {
    return this.position.get(id) ?? 0;
  }
}

/** Whether a change is part of what somebody's disabling or removal waits for, and waits for nothing itself. */
function isUrgent(changes: readonly Change[]): (change: Change) => boolean {
  const parts = new Set(
    changes.flatMap((change) => (change.kind === "user" && isRemoval(change) ? change.dependsOn : [])),
  );
  return ({ id, dependsOn }) => parts.has(id) && dependsOn.length === 0;
}

function accountsOf(change: Change): readonly AccountId[] {
  switch (change.kind) {
    case "assignment":
      return [change.key.account];
    case "provisioning":
      return change.accounts;
    case "user":
    case "group":
    case "membership":
    case "permissionSet":
    case "applicationAssignment":
      return [];
  }
}
