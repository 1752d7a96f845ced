import { LiveError } from "../model/live-error.js";
import { classify, type Verdict } from "./classify.js";
import { actionOf, type OperationName } from "./operations.js";

/** What of the options shows in advice. */
export type Setting = {
  readonly profile: string | null;
  readonly endpoint: string | null;
};

type Words = { readonly message: string; readonly help: string | null };

/** The LiveError for a request that failed for good: one plain sentence, and what to do about it. */
export function explain(error: unknown, operation: OperationName, setting: Setting): LiveError {
  const verdict = classify(error);
  const action = verdict.kind === "denied" ? deniedAction(verdict, operation) : actionOf(operation);
  const { message, help } = words(verdict, operation, action, setting);
  const { kind, code, requestId } = verdict;
  return new LiveError(message, { kind, code, operation, action, help, requestId, cause: error });
}

function words(verdict: Verdict, operation: OperationName, action: string, setting: Setting): Words {
  const said = sentence(verdict.said);
  switch (verdict.kind) {
    case "denied":
      return { message: `The caller may not use ${operation}: ${said}`, help: deniedHelp(verdict, action) };
    case "credentials":
      return credentialWords(verdict, setting);
    case "unreachable":
      return unreachableWords(verdict, operation, setting);
    case "not-found":
      return { message: `${operation} did not find what it was asked for: ${said}`, help: againHelp };
    case "conflict":
      return { message: `${operation} met a conflict: ${said}`, help: againHelp };
    case "quota":
      return {
        message: `${operation} would pass a quota: ${said}`,
        help: "Remove what is no longer needed, or ask for a higher quota in the Service Quotas console.",
      };
    case "invalid":
      return { message: `${operation} was refused as invalid: ${said}`, help: null };
    case "throttled":
      return {
        message: `${operation} was still throttled after every retry: ${said}`,
        help: "Something else uses up the account's request rate. Wait for it to end, or lower identityCenter.limits.requestsPerSecond.",
      };
    case "internal":
      return {
        message: `${operation} kept failing inside the service: ${said}`,
        help: againLater,
      };
    case "failed":
    case "unclear":
    case "unrecorded":
    case "unexpected":
      if (verdict.code !== null)
        return { message: `${operation} failed with ${verdict.code}: ${said}`, help: againLater };
      return {
        message: `${operation} got an answer that idc cannot read: ${said}`,
        help:
          setting.endpoint === null
            ? "Check that no proxy answers in the service's place, and that AWS_ENDPOINT_URL… variables name the right endpoint."
            : `Check that ${setting.endpoint} is what it should be.`,
      };
  }
}

export const againLater = "Try again later; the AWS Health Dashboard tells of known trouble.";
const againHelp = "Something changed meanwhile. Run idc plan again.";

/** AWS names the action that was refused when it is not the operation's own, e.g. sts:AssumeRole or kms:Decrypt. */
function deniedAction(verdict: Verdict, operation: OperationName): string {
  return /not authorized to perform:? ([a-z-]+:[A-Za-z]+)/.exec(verdict.said)?.[1] ?? actionOf(operation);
}

function deniedHelp(verdict: Verdict, action: string): string {
  if (/explicit deny/i.test(verdict.said))
    return `A policy denies ${action} explicitly (a service control policy, a permissions boundary or the caller's own): change that policy or use another role.`;
  if (/management account/i.test(verdict.said))
    return "A delegated administrator may not change what concerns the management account. Run idc with a role of the management account.";
  return `Grant the IAM action ${action} to the role or user that runs idc. Identity Center answers only the management account and its delegated administrator.`;
}

function credentialWords(verdict: Verdict, { profile }: Setting): Words {
  const said = sentence(verdict.said);
  const login = `Sign in with: aws sso login${profile === null ? "" : ` --profile ${profile}`}`;
  if (/expired|sso session|session token/i.test(verdict.said))
    return { message: `The AWS credentials have expired: ${said}`, help: login };
  if (verdict.code !== null)
    return {
      message: `AWS does not accept the credentials: ${said}`,
      help: `${login}\nand check that no stale AWS_ACCESS_KEY_ID or AWS_SESSION_TOKEN is set, and that this machine's clock is right.`,
    };
  if (profile !== null)
    return {
      message: `The profile ${profile} gives no AWS credentials: ${said}`,
      help: `Check its spelling with: aws configure list-profiles\n${login}`,
    };
  return {
    message: `There are no AWS credentials: ${said}`,
    help: `${login} --profile NAME\nand name the profile with --profile or AWS_PROFILE. To try idc without an AWS account, add --sandbox.`,
  };
}

function unreachableWords(verdict: Verdict, operation: OperationName, setting: Setting): Words {
  return {
    message: `${operation} could not reach ${setting.endpoint ?? "AWS"}: ${sentence(verdict.said)}`,
    help:
      setting.endpoint === null
        ? "Check the network, the region's spelling, a proxy in between, and that AWS_ENDPOINT_URL… variables name an endpoint that is up."
        : `Check that something listens at ${setting.endpoint}.`,
  };
}

/** The service's words with one full stop; they are often empty or without. */
function sentence(said: string): string {
  const trimmed = said.trim();
  if (trimmed === "" || trimmed === "UnknownError") return "the service gave no reason.";
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
