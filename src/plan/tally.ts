import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { grouped } from "../model/grouped.js";

/** What is left alone: objects of a kind by name, memberships and assignments by id. */
export type LeftAlone = Readonly<Record<OwnedKind, ReadonlySet<string>>>;

export type OwnedKind = "users" | "groups" | "memberships" | "permissionSets" | "assignments";

const words = {
  users: "users",
  groups: "groups",
  memberships: "memberships",
  permissionSets: "permission sets",
  assignments: "assignments",
} as const satisfies Record<OwnedKind, string>;

const namesShown = 10;

/** Counts what ownership leaves alone, and tells of it in one note a reason rather than one an object. */
export class Tally {
  readonly leftAlone = {
    users: new Set<string>(),
    groups: new Set<string>(),
    memberships: new Set<string>(),
    permissionSets: new Set<string>(),
    assignments: new Set<string>(),
  } satisfies LeftAlone;
  private count = 0;
  private readonly ignored = new Map<OwnedKind, string[]>();
  private readonly carried = new Map<string, { code: string; ids: string[] }>();
  private readonly postponed: string[] = [];
  private readonly outlived: { readonly reason: string; readonly id: string }[] = [];

  get unmanaged(): number {
    return this.count;
  }

  leaveAlone(what: OwnedKind, name: string, ignored: boolean): void {
    this.leftAlone[what].add(name);
    // Whose members they are is told by leaving the group alone.
    if (what === "memberships") return;
    this.count += 1;
    if (!ignored) return;
    const names = this.ignored.get(what);
    if (names === undefined) this.ignored.set(what, [name]);
    else names.push(name);
  }

  carryOver(code: string, reason: string, id: string): void {
    this.leftAlone.assignments.add(id);
    const entry = this.carried.get(reason) ?? { code, ids: [] };
    entry.ids.push(id);
    this.carried.set(reason, entry);
  }

  /** A grant past its end that cannot be taken away. */
  outlive(reason: string, id: string): void {
    this.leftAlone.assignments.add(id);
    this.outlived.push({ reason, id });
  }

  /** A user who is to be deleted, and is kept for a grant that cannot be taken away. */
  postpone(user: string): void {
    this.postponed.push(user);
  }

  warnings(): readonly Diagnostic[] {
    return grouped(this.outlived, ({ reason }) => reason).map((alike) =>
      diagnostic({
        code: "expired-in-force",
        severity: "warning",
        message: `${counted(alike.length, "assignments")} past the end that the files give, and still in force ${alike[0].reason}: ${shortened(alike.map(({ id }) => id))}.`,
        help: "Take away from where that can be done what nobody is to have any longer.",
      }),
    );
  }

  notes(): readonly Diagnostic[] {
    return [
      ...(this.postponed.length === 0
        ? []
        : [
            diagnostic({
              code: "deletion-waits",
              severity: "info",
              message: `To be deleted, and kept for now, since something of theirs cannot be taken away (it is withheld): ${shortened(this.postponed)}.`,
              help: "The first apply that can take it away deletes them.",
            }),
          ]),
      ...[...this.ignored].map(([what, names]) =>
        diagnostic({
          code: "ignored",
          severity: "info",
          message: `${counted(names.length, words[what])} ignored as the settings ask: ${shortened(names)}.`,
        }),
      ),
      ...[...this.carried].map(([reason, { code, ids }]) =>
        diagnostic({
          code,
          severity: "info",
          message: `${counted(ids.length, "assignments")} not in the files left as they are ${reason}: ${shortened(ids)}.`,
        }),
      ),
    ];
  }
}

function counted(count: number, plural: string): string {
  return `${count} ${count === 1 ? plural.slice(0, -1) : plural}`;
}

/** The first names of a list that may be long. */
export function shortened(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).join(", ");
  return names.length > namesShown ? `${shown} and ${names.length - namesShown} more` : shown;
}
