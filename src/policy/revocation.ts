import { instant } from "../model/instant.js";
import type { JsonObject, JsonValue, PolicyDocument } from "../model/policy-document.js";
import { isObject, listOf, member } from "./json.js";
import { normalize, policySize, policyText, samePolicy } from "./normal-form.js";

// A role session that somebody has opened lives on when they lose the permission set; what ends it is a Deny in the set's
// own policy. `identitystore:UserId` is the key by which such a session says whose it is (user guide, "Revoke access for
// deleted users"). The statement says in its Sid until when it is needed, so that whoever meets it later can tell.

/** One person denied everything until all sessions of theirs have run out. */
export type RevocationStatement = {
  /** The person's id in the identity store. */
  readonly userId: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly until: number;
};

/** The longest that a statement can be needed: twelve hours of a session that was opened an hour later, and an hour of grace. */
export const longestRevocation = 14 * 3_600_000;

/** Whether it is an id as the identity store gives them to users. */
export function isUserId(text: string): boolean {
  return /^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/.test(text);
}

/** The statement as it is written into a permission set's inline policy. */
export function revocationStatement({ userId, until }: RevocationStatement): JsonObject {
  return {
    Sid: `IdcRevoked${stampOf(until)}${userId.replaceAll("-", "")}`,
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: { StringEquals: { "identitystore:UserId": userId } },
  };
}

/** What a statement revokes; null for one that is different in anything, be it one more condition. */
export function revocationIn(statement: JsonValue): RevocationStatement | null {
  if (!isObject(statement)) return null;
  const userId = userIdOf(member(statement, "Condition"));
  const until = untilOf(member(statement, "Sid"));
  if (userId === null || until === null) return null;
  const revocation = { userId, until };
  return normalText(statement) === normalText(revocationStatement(revocation)) ? revocation : null;
}

/** Whether the statement is in force at `now` and does not claim to be for longer than any can be needed. */
export function isStanding({ until }: RevocationStatement, now: number): boolean {
  return until > now && until <= now + longestRevocation;
}

/** The revocations that a policy holds. */
export function revocationsIn(policy: PolicyDocument | null): readonly RevocationStatement[] {
  return statementsOf(policy).flatMap((statement) => revocationIn(statement) ?? []);
}

/** Tells revocations that none of `known` holds: somebody has written them since. */
export function isNewTo(known: readonly (PolicyDocument | null)[]): (one: RevocationStatement) => boolean {
  const keyOf = ({ userId, until }: RevocationStatement): string => `${until} ${userId}`;
  const old = new Set(known.flatMap(revocationsIn).map(keyOf));
  return (one) => !old.has(keyOf(one));
}

/** The policy without the revocations of which `isMeant`; null when nothing else is in it. */
export function withoutRevocations(
  policy: PolicyDocument | null,
  isMeant: (revocation: RevocationStatement) => boolean,
): PolicyDocument | null {
  const statements = statementsOf(policy);
  const others = statements.filter((statement) => {
    const revocation = revocationIn(statement);
    return revocation === null || !isMeant(revocation);
  });
  if (policy === null || others.length === statements.length) return policy;
  return others.length === 0 ? null : normalize({ ...policy, Statement: others });
}

/**
 * The policy with a revocation beside all it has; one that it has already stays as it is. The service takes a Sid once: where
 * another statement has it, the revocation ends a second later rather than give way.
 */
export function withRevocation(
  policy: PolicyDocument | null,
  { userId, until }: RevocationStatement,
): PolicyDocument {
  const isSame = (one: RevocationStatement): boolean => one.userId === userId && one.until === until;
  if (policy !== null && revocationsIn(policy).some(isSame)) return policy;
  const statements = statementsOf(policy);
  const added = revocationStatement({ userId, until });
  const isTaken = statements.some(
    (statement) => isObject(statement) && member(statement, "Sid") === added["Sid"],
  );
  if (isTaken) return withRevocation(policy, { userId, until: until + 1000 });
  return normalize({ ...(policy ?? documentOf([])), Statement: [...statements, added] });
}

/** Whether a set that had `before` and shall have `after` only loses revocations whose time is over at `now`. */
export function isRunOut(before: PolicyDocument | null, after: PolicyDocument | null, now: number): boolean {
  const rest = withoutRevocations(before, ({ until }) => until <= now);
  return rest !== before && samePolicy(rest, after);
}

/** Whether the service would take the policy: its quota counts what is not white space, its model everything. */
export function fitsInline(policy: PolicyDocument): boolean {
  return policySize(policy) <= 10_240 && policyText(policy).length <= 32_768;
}

function statementsOf(policy: PolicyDocument | null): readonly JsonValue[] {
  const written = policy === null ? undefined : member(policy, "Statement");
  return written === undefined ? [] : listOf(written);
}

/** Letters' case included: in this one form it is written, and no other. */
function normalText(statement: JsonValue): string {
  return JSON.stringify(normalize(documentOf([statement])));
}

function documentOf(statements: readonly JsonValue[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** `20261126T093000Z`: a Sid takes letters and digits alone. */
function stampOf(until: number): string {
  return instant(until).replace(/[-:]/g, "");
}

function untilOf(sid: JsonValue | undefined): number | null {
  if (typeof sid !== "string") return null;
  const [, year, month, day, hour, minute, second] =
    /^IdcRevoked(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z[0-9A-Fa-f]+$/.exec(sid) ?? [];
  if (year === undefined) return null;
  const until = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(until) ? null : until;
}

function userIdOf(condition: JsonValue | undefined): string | null {
  const test = isObject(condition) ? member(condition, "StringEquals") : undefined;
  const value = isObject(test) ? member(test, "identitystore:UserId") : undefined;
  const [userId, ...others] = value === undefined ? [] : listOf(value);
  return typeof userId === "string" && others.length === 0 && isUserId(userId) ? userId : null;
}
