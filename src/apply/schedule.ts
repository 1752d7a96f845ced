import type { Change } from "../model/change.js";
import type { AccountId, ChangeId } from "../model/keys.js";

/**
 * Hands out changes as they become free to start: everything a change depends on is made, no other permission-set
 * operation is going on in its accounts (the service does one at a time in an account), and no more than
 * `operationsInFlight` such operations are going on altogether. Among the free ones the plan's order holds, and a
 * change that waits for its accounts keeps later ones from overtaking it there.
 */
export class Schedule {
  private readonly waiting: Map<ChangeId, Change>;
  private readonly open = new Set<ChangeId>();
  private readonly busy = new Set<AccountId>();
  private readonly operationsInFlight: number;
  private inFlight = 0;

  constructor(changes: readonly Change[], operationsInFlight: number) {
    this.operationsInFlight = operationsInFlight;
    this.waiting = new Map(changes.map((change) => [change.id, change]));
    for (const { id } of changes) this.open.add(id);
  }

  /** Changes to start now; each must be given back by `finish`. */
  start(): readonly Change[] {
    const started: Change[] = [];
    const reserved = new Set(this.busy);
    for (const change of this.waiting.values()) {
      if (change.dependsOn.some((id) => this.open.has(id))) continue;
      const accounts = accountsOf(change);
      if (accounts.length > 0) {
        const isFree =
          this.inFlight < this.operationsInFlight && accounts.every((account) => !reserved.has(account));
        for (const account of accounts) reserved.add(account);
        if (!isFree) continue;
        for (const account of accounts) this.busy.add(account);
        this.inFlight += 1;
      }
      this.waiting.delete(change.id);
      started.push(change);
    }
    return started;
  }

  /** Ends a started change. Unless it was `made`, everything that depends on it, over any number of steps, is given up and returned. */
  finish(change: Change, made: boolean): readonly { readonly change: Change; readonly because: ChangeId }[] {
    const accounts = accountsOf(change);
    for (const account of accounts) this.busy.delete(account);
    if (accounts.length > 0) this.inFlight -= 1;
    if (made) {
      this.open.delete(change.id);
      return [];
    }
    const given = new Map<ChangeId, { change: Change; because: ChangeId }>();
    // The plan's order has every change after what it depends on, so one pass reaches them all.
    for (const candidate of this.waiting.values()) {
      const because = candidate.dependsOn.find((id) => id === change.id || given.has(id));
      if (because !== undefined) given.set(candidate.id, { change: candidate, because });
    }
    for (const id of given.keys()) this.waiting.delete(id);
    return [...given.values()];
  }

  /** What has not been started; nothing more will be. */
  abandon(): readonly Change[] {
    const rest = [...this.waiting.values()];
    this.waiting.clear();
    return rest;
  }
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
      return [];
  }
}
