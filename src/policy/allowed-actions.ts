import type { PolicyDocument } from "../model/policy-document.js";
import { byText } from "../model/text.js";
import type { AccessLevel, ActionCatalogue } from "./action-catalogue.js";
import {
  clausesOf,
  extentOf,
  foldedAction,
  isUnlimited,
  reachesBeyond,
  serviceOf,
  writtenActions,
} from "./clause.js";
import type { Clause, Extent } from "./clause.js";
import { foldCase } from "./json.js";
import { covers, isPattern } from "./wildcard.js";

/**
 * What became of an action: allowed only now (`new`) or no longer (`gone`); on more resources or under fewer conditions
 * than before (`wider`), on less (`narrower`); or `other`, where what it was and what it is cannot be put in order.
 */
type ActionChange = "new" | "wider" | "other" | "narrower" | "gone";

export type ChangedActions = {
  readonly change: ActionChange;
  /** The service's prefix; null for what the catalogue does not know, which stands as it is written. */
  readonly service: string | null;
  readonly level: AccessLevel | null;
  /** Names without the service (`GetObject`), or where that is null patterns (`newservice:Do*`, `*` for everything). */
  readonly actions: readonly string[];
  /** Whether it is (for `gone`: was) allowed on some resources or under conditions alone. */
  readonly limited: boolean;
};

/**
 * Which actions an inline policy allows that the one before it did not, and the other way round, action by action.
 * `*` on everything is told as `*`, not as the twenty thousand actions that it stands for. What a policy forbids
 * everywhere is not allowed; what it forbids somewhere is limited.
 *
 * Where two statements cannot be compared (resources that overlap, conditions that differ), an action is said to reach
 * beyond: nothing new is ever kept quiet.
 */
export function changedActions(
  before: PolicyDocument | null,
  after: PolicyDocument | null,
  catalogue: ActionCatalogue,
): readonly ChangedActions[] {
  const compare = comparison(clausesOf(before), clausesOf(after));
  const found = actionsToCompare([before, after], catalogue).flatMap((action) => {
    const verdict = compare(action.folded);
    return verdict === null ? [] : [{ ...action, ...verdict }];
  });
  const whole = found.find(({ folded }) => folded === "*");
  const isToldByWhole = ({ change, limited }: Verdict): boolean =>
    change === whole?.change && limited === whole.limited;
  return grouped(found.filter((one) => one === whole || !isToldByWhole(one)));
}

/** Whether something is allowed that was not, or in more places. */
export function isBroader({ change }: Pick<ChangedActions, "change">): boolean {
  return change === "new" || change === "wider" || change === "other";
}

/** What became of one action, such as `iam:PassRole`; null when nothing did. */
export function changeOfAction(
  action: string,
  before: PolicyDocument | null,
  after: PolicyDocument | null,
): ActionChange | null {
  return comparison(clausesOf(before), clausesOf(after))(foldedAction(action))?.change ?? null;
}

type Action = {
  /** `s3:getobject`: in small letters, as actions are compared. */
  readonly folded: string;
  readonly service: string | null;
  readonly name: string;
  readonly level: AccessLevel | null;
};

type Verdict = Pick<ChangedActions, "change" | "limited">;

/** The known actions of every service that a policy is about, and the patterns that match none of them. */
function actionsToCompare(
  policies: readonly (PolicyDocument | null)[],
  catalogue: ActionCatalogue,
): readonly Action[] {
  const written = policies.map(writtenActions);
  const patterns = new Map(
    written.flatMap((one) => one.patterns.map((pattern) => [foldedAction(pattern), pattern])),
  );
  const services = [...patterns.keys()].map(serviceOf);
  const isAboutAll = written.some(({ hasInverse }) => hasInverse) || services.some(isPattern);
  const byService = new Map(
    (isAboutAll ? catalogue.services : services).map((service) => [
      service,
      knownActions(service, catalogue),
    ]),
  );
  const known = [...byService.values()].flat();
  const unknown = [...patterns].flatMap(([folded, name]): Action[] => {
    if (folded === "*") return [{ folded, service: null, name: "*", level: null }];
    const candidates = isPattern(serviceOf(folded)) ? known : (byService.get(serviceOf(folded)) ?? []);
    const isKnown = candidates.some((action) => covers(folded, action.folded));
    return isKnown ? [] : [{ folded, service: null, name, level: null }];
  });
  return [...known, ...unknown];
}

function knownActions(service: string, catalogue: ActionCatalogue): readonly Action[] {
  return catalogue
    .actionsOf(service)
    .map(({ name, level }) => ({ folded: foldCase(`${service}:${name}`), service, name, level }));
}

/** Many actions are in the same statements: what those come to is worked out once. */
function comparison(before: readonly Clause[], after: readonly Clause[]): (action: string) => Verdict | null {
  const known = new Map<string, Verdict | null>();
  return (action) => {
    const [then, now] = [before, after].map((clauses) => clauses.map((one) => one.isAbout(action)));
    const key = JSON.stringify([then, now]);
    const verdict = known.get(key);
    if (verdict !== undefined) return verdict;
    const worked = compared(
      extentOf(before.filter((_, index) => then?.[index] === true)),
      extentOf(after.filter((_, index) => now?.[index] === true)),
    );
    known.set(key, worked);
    return worked;
  };
}

function compared(then: Extent | null, now: Extent | null): Verdict | null {
  if (then === null) return now === null ? null : { change: "new", limited: !isUnlimited(now) };
  if (now === null) return { change: "gone", limited: !isUnlimited(then) };
  const limited = !isUnlimited(now);
  const isWider = reachesBeyond(now, then);
  const isNarrower = reachesBeyond(then, now);
  if (isWider) return { change: isNarrower ? "other" : "wider", limited };
  return isNarrower ? { change: "narrower", limited } : null;
}

const changes = ["new", "wider", "other", "narrower", "gone"] as const satisfies readonly ActionChange[];

/** The weightiest first. */
const levels = [
  "Permissions management",
  "Write",
  "Tagging",
  "Read",
  "List",
] as const satisfies readonly AccessLevel[];

/** What the same happened to, by service and level: everything and the unknown first, then the weightiest. */
function grouped(found: readonly (Action & Verdict)[]): readonly ChangedActions[] {
  const groups = new Map<string, ChangedActions & { actions: string[] }>();
  for (const { change, limited, service, level, name } of found) {
    const key = JSON.stringify([change, limited, service, level]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { change, limited, service, level, actions: [name] });
    else group.actions.push(name);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, actions: group.actions.toSorted(byText) }))
    .sort(
      (left, right) =>
        changes.indexOf(left.change) - changes.indexOf(right.change) ||
        weight(left) - weight(right) ||
        byText(left.service ?? "", right.service ?? "") ||
        Number(left.limited) - Number(right.limited),
    );
}

function weight({ level }: ChangedActions): number {
  return level === null ? -1 : levels.indexOf(level);
}
