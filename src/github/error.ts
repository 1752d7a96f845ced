/**
 * A request to GitHub that did not do what it was asked, or a workflow run that does not say what it should, in words a
 * person can act on. There is no `cause`: what Octokit throws carries the whole request.
 * - `credentials`: no token, or one that GitHub does not accept;
 * - `denied`: the token may not (then `help` names the permission to grant);
 * - `not-found`: it is not there, or GitHub does not show it to this token;
 * - `locked`, `disabled`: the conversation is locked, or the repository has no issues;
 * - `too-long`, `invalid`: GitHub's word on what was sent;
 * - `rate-limit`: still so after all the waiting that is reasonable;
 * - `server`, `unreachable`: GitHub's trouble, or no whole answer, still so after every retry;
 * - `workflow`: what GitHub Actions gives to a run is missing or wrong;
 * - `unexpected`: anything else, e.g. an answer that is no answer of GitHub's.
 */
type GithubErrorKind =
  | "credentials"
  | "denied"
  | "not-found"
  | "locked"
  | "disabled"
  | "too-long"
  | "invalid"
  | "rate-limit"
  | "server"
  | "unreachable"
  | "workflow"
  | "unexpected";

/** Of a workflow's token, as it is written in the workflow. */
export type Permission = "contents: read" | "pull-requests: write" | "issues: write";

export class GithubError extends Error {
  override readonly name = "GithubError";
  readonly kind: GithubErrorKind;
  /** What to do about it. */
  readonly help: string;
  /** The HTTP status, or null when GitHub did not answer or was not asked. */
  readonly status: number | null;

  constructor(message: string, given: { kind: GithubErrorKind; help: string; status?: number | null }) {
    super(message);
    this.kind = given.kind;
    this.help = given.help;
    this.status = given.status ?? null;
  }
}
