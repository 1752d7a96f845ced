import type { Change } from "../../src/model/change.js";
import type { AssignmentKey, Keys } from "../../src/model/keys.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { PermissionSet, State } from "../../src/model/state.js";

/** What a person reaches, as texts `user set account content`: content is what the role in the account carries. */
export type Access = ReadonlySet<string>;

/**
 * A bare model of what changes do to access, written without the engine's own idea of it: groups, grants, and roles that
 * carry the content a permission set had when it was last provisioned there.
 */
export class Simulation {
  private readonly memberships: Map<string, Keys["membership"]>;
  private readonly assignments: Map<string, AssignmentKey>;
  private readonly content: Map<string, string>;
  private readonly roles = new Map<string, string>();

  constructor(live: Pick<Snapshot, "state" | "provisioned" | "lagging">) {
    this.memberships = new Map(live.state.memberships);
    this.assignments = new Map(live.state.assignments);
    this.content = new Map([...live.state.permissionSets].map(([name, set]) => [name, contentOf(set)]));
    for (const [set, accounts] of live.provisioned)
      for (const account of accounts) {
        const isBehind = live.lagging.get(set)?.includes(account) === true;
        this.roles.set(`${set} ${account}`, isBehind ? "an earlier content" : (this.content.get(set) ?? ""));
      }
  }

  make(change: Change): void {
    switch (change.kind) {
      case "membership":
        if (change.action === "create") this.memberships.set(change.id, change.key);
        else this.memberships.delete(change.id);
        return;
      case "assignment": {
        const role = `${change.key.permissionSet} ${change.key.account}`;
        if (change.action === "create") {
          this.assignments.set(change.id, change.key);
          if (!this.roles.has(role))
            this.roles.set(role, this.content.get(change.key.permissionSet) ?? "missing set");
          return;
        }
        this.assignments.delete(change.id);
        if (![...this.assignments.values()].some((key) => `${key.permissionSet} ${key.account}` === role))
          this.roles.delete(role);
        return;
      }
      case "permissionSet":
        if (change.action === "delete") this.content.delete(change.key.name);
        else this.content.set(change.key.name, contentOf(change.after));
        return;
      case "provisioning":
        for (const account of change.accounts) {
          const role = `${change.key.permissionSet} ${account}`;
          if (this.roles.has(role))
            this.roles.set(role, this.content.get(change.key.permissionSet) ?? "missing set");
        }
        return;
      case "user":
      case "group":
      case "applicationAssignment":
        return;
    }
  }

  access(): Access {
    const access = new Set<string>();
    for (const { principalType, principal, permissionSet, account } of this.assignments.values()) {
      const content = this.roles.get(`${permissionSet} ${account}`) ?? "no role";
      const holders =
        principalType === "user"
          ? [principal]
          : [...this.memberships.values()].filter(({ group }) => group === principal).map(({ user }) => user);
      for (const user of holders) access.add(`${user} ${permissionSet} ${account} ${content}`);
    }
    return access;
  }
}

/** What everybody will reach in `state` once every role carries its set's content. */
export function settledAccess(state: State): Access {
  const simulation = new Simulation({
    state,
    provisioned: new Map(
      [...state.permissionSets.keys()].map((set) => [
        set,
        [...state.assignments.values()]
          .filter((key) => key.permissionSet === set)
          .map(({ account }) => account),
      ]),
    ),
    lagging: new Map(),
  });
  return simulation.access();
}

function contentOf({ tags: _tags, ...content }: PermissionSet): string {
  return JSON.stringify(content).replaceAll(" ", "");
}
