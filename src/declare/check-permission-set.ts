import type { Declaration } from "../model/declared.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import { maximumSession, minimumSession, secondsOf } from "../model/session-duration.js";
import { characterFaults } from "../policy/fault.js";
import { mfaFindings, mfaHelp } from "../policy/mfa.js";
import { normalize, policySize, policyText } from "../policy/normal-form.js";
import { error, quoted, warning } from "./fault.js";
import { effectivePolicy } from "./inline-policy.js";
import { placeText } from "./lines.js";
import { childOf, locate } from "./node.js";
import type { Entry, Located, Node } from "./node.js";
import type { PolicyPlace } from "./policies.js";
import type { MfaDemand, WrittenPermissionSet } from "./written.js";

/** AWS managed and customer managed policies of one permission set together (IAM Identity Center quotas). */
const mostPolicies = 20;
/** Characters of an inline policy that are not white space (IAM Identity Center quotas). */
const largestPolicy = 10_240;
/** Characters of an inline policy, white space and all (the pattern of PutInlinePolicyToPermissionSet). */
const longestPolicy = 32_768;

/** What the service would refuse about one permission set, and what would not do what it seems to. */
export function checkPermissionSet(
  name: string,
  { key, node }: Entry,
  set: Declaration<WrittenPermissionSet>,
  policy: PolicyPlace | null,
): readonly Diagnostic[] {
  const { managedPolicies, customerManagedPolicies, sessionDuration, inlinePolicy } = set.value;
  const placeOf = (path: string): Source => set.fields.get(path) ?? key;
  const valueOf = (path: string): Source => childOf(node, path)?.source ?? key;
  const told: Diagnostic[] = [];

  const seconds = sessionDuration === null ? null : secondsOf(sessionDuration);
  if (seconds !== null && (seconds < minimumSession || seconds > maximumSession))
    told.push(
      error(
        "session-duration",
        valueOf("sessionDuration"),
        `A session of ${sessionDuration} is not possible: Identity Center takes PT1H to PT12H.`,
      ),
    );

  const managed = managedPolicies.map(({ value, source }) => ({ value: value.policy, source }));
  const customer = customerManagedPolicies.map(({ value, source }) => ({
    value: `${value.path}${value.name}`,
    source,
  }));
  told.push(...listedTwice(managed), ...listedTwice(customer));
  const count = managed.length + customer.length;
  if (count > mostPolicies)
    told.push(
      error(
        "too-many-policies",
        placeOf(managed.length > 0 ? "managedPolicies" : "customerManagedPolicies"),
        `${quoted(name)} has ${count} managed policies; a permission set takes ${mostPolicies}, AWS managed and customer managed together.`,
      ),
    );

  const tooLarge = oversize(set.value);
  if (tooLarge !== null)
    told.push(
      error(
        "inline-policy-size",
        valueOf("inlinePolicy"),
        `The inline policy has ${tooLarge}.`,
        "Move statements to a customer managed policy, or split the permission set.",
      ),
    );
  if (set.value.requireMfa?.kind === "session-tag")
    told.push(...tagFaults(set.value.requireMfa, childOf(childOf(node, "requireMfa"), "sessionTag")));
  if (policy !== null && inlinePolicy !== null)
    for (const finding of mfaFindings(inlinePolicy))
      told.push(warning(finding.code, locate(policy.node, finding.path).key, finding.message, finding.help));
  told.push(
    ...mfaDemandFaults(
      name,
      node === undefined ? false : childOf(node, "inlinePolicy") !== undefined,
      set.value,
      placeOf,
      valueOf,
    ),
  );
  return told;
}

/** How the policy that is sent, MFA demanded and all, is too large; null when it fits. */
function oversize(set: WrittenPermissionSet): string | null {
  const effective = effectivePolicy(set);
  if (effective === null) return null;
  const sent = normalize(effective);
  const size = policySize(sent);
  if (size > largestPolicy)
    return `${size} characters, white space not counted; the limit is ${largestPolicy}`;
  const { length } = policyText(sent);
  return length > longestPolicy
    ? `${length} characters, white space counted; the limit is ${longestPolicy}`
    : null;
}

/** A tag may be of any script, and the policy that demands it must not. */
function tagFaults(
  { key, value }: Extract<MfaDemand, { kind: "session-tag" }>,
  tag: Node | undefined,
): readonly Diagnostic[] {
  return [
    { name: "key", text: key },
    { name: "value", text: value },
  ].flatMap(({ name, text }) =>
    characterFaults(text, [name]).map(({ code, message }) =>
      error(code, childOf(tag, name)?.source ?? null, message, "Send a tag in Latin-1 letters instead."),
    ),
  );
}

function mfaDemandFaults(
  name: string,
  hasPolicy: boolean,
  { requireMfa, managedPolicies, customerManagedPolicies }: WrittenPermissionSet,
  placeOf: (path: string) => Source,
  valueOf: (path: string) => Source,
): readonly Diagnostic[] {
  if (requireMfa?.kind !== "condition") return [];
  const at = valueOf("requireMfa");
  if (!hasPolicy)
    return [
      error(
        "mfa-without-policy",
        at,
        `${quoted(name)} has no inline policy that requireMfa: true could write its condition into.`,
        mfaHelp,
      ),
    ];
  const told = [
    warning(
      "mfa-key-absent",
      at,
      `Sessions of permission sets carry no aws:MultiFactorAuthPresent, so with requireMfa: true the inline policy of ${quoted(name)} never allows anything, whether people used MFA or not.`,
      mfaHelp,
    ),
  ];
  const beside = managedPolicies.length > 0 ? "managedPolicies" : "customerManagedPolicies";
  if (managedPolicies.length + customerManagedPolicies.length > 0)
    told.push(
      warning(
        "mfa-no-effect",
        placeOf(beside),
        `requireMfa: true does not reach the managed policies of ${quoted(name)}: they hold without MFA.`,
        mfaHelp,
      ),
    );
  return told;
}

/**
 * The second and every later place where a list names the same, one by one: a list of millions may name one thing, and no
 * memory holds as many faults.
 */
export function* listedTwice(listed: readonly Located<string>[]): Iterable<Diagnostic> {
  const first = new Map<string, Source>();
  for (const { value, source } of listed) {
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, source);
    else
      yield error(
        "listed-twice",
        source,
        `${quoted(value)} is in this list already, at ${placeText(earlier)}.`,
        "Keep one of the two.",
      );
  }
}
