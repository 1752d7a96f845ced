import { GithubError, type Permission } from "./error.js";

/** What a request was for, as error messages say it. */
export type Purpose = {
  /** `read the comments of acme/access#7` */
  readonly doing: string;
  /** What the token takes. */
  readonly needs: Permission;
};

/** What is used of Octokit's RequestError: without a response, GitHub was not reached. */
export type Failed = {
  readonly message: string;
  readonly status: number;
  readonly response?: { readonly headers: Readonly<Record<string, unknown>> };
};

export function isFailed(error: unknown): error is Failed {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

type Words = Pick<GithubError, "kind" | "help"> & { readonly why: string };

/** The GithubError for a request that failed for good. `hide` takes the token out of what GitHub or the network said. */
export function explain(error: unknown, purpose: Purpose, hide: (text: string) => string): GithubError {
  if (error instanceof GithubError) return error;
  const said = sentence(hide(error instanceof Error ? error.message : String(error)));
  const { kind, why, help } = isFailed(error)
    ? words(error, said, purpose)
    : { kind: "unexpected" as const, why: said, help: proxyHelp };
  const status = isFailed(error) && error.response !== undefined ? error.status : null;
  return new GithubError(`idc could not ${purpose.doing}: ${why}`, { kind, help, status });
}

function words(error: Failed, said: string, { needs }: Purpose): Words {
  const { status, response } = error;
  if (response === undefined)
    return {
      kind: "unreachable",
      why: said,
      help: "Check the network, a proxy in between, and that the API's URL is right; then run the job again.",
    };
  if (isRateLimited(error))
    return {
      kind: "rate-limit",
      why: "GitHub's rate limit is used up, and waiting for it would take too long.",
      help: "Run the job again later; if it happens often, give idc a token that other jobs do not use.",
    };
  if (status === 401)
    return {
      kind: "credentials",
      why: "GitHub does not accept the token.",
      help: "Pass a token that has not expired or been revoked; in a workflow, ${{ github.token }} is one.",
    };
  if (/\blocked\b/i.test(said))
    return { kind: "locked", why: said, help: "Unlock the conversation, then run the job again." };
  if (status === 410 || /\bdisabled\b/i.test(said))
    return {
      kind: "disabled",
      why: said,
      help: "Enable issues in the repository's settings, or do without this report.",
    };
  if (status === 403)
    return {
      kind: "denied",
      why: said,
      help: `Grant the token "${needs}": in a workflow, under permissions of the job. A pull request from a fork gets a token that only reads.`,
    };
  if (status === 404)
    return {
      kind: "not-found",
      why: "it does not exist, or GitHub does not show it to this token.",
      help: `Check the repository and the number, and that the token has "${needs}".`,
    };
  if (status === 413 || (status === 422 && /too[ _]long/i.test(said)))
    return {
      kind: "too-long",
      why: said,
      help: "A text on GitHub holds at most 65,536 characters: send less.",
    };
  if (status >= 500)
    return {
      kind: "server",
      why: `GitHub answered ${status}: ${said}`,
      help: "Run the job again later; https://www.githubstatus.com tells of known trouble.",
    };
  if (status >= 400) return { kind: "invalid", why: `GitHub answered ${status}: ${said}`, help: bugHelp };
  return { kind: "unexpected", why: said, help: proxyHelp };
}

const proxyHelp = "Check that the API's URL is right and that no proxy answers in GitHub's place.";
const bugHelp = "This may be a bug in idc: please report it with this message.";

/** The primary limit says that nothing remains; the secondary one is told by its words alone. */
function isRateLimited({ status, message, response }: Failed): boolean {
  if (status !== 403 && status !== 429) return false;
  return (
    status === 429 ||
    /\bsecondary rate\b/i.test(message) ||
    response?.headers["x-ratelimit-remaining"] === "0"
  );
}

/** GitHub's words in one line with one full stop, and without the address of its documentation that Octokit adds. */
function sentence(said: string): string {
  const line = said
    .replace(/ - https:\/\/\S*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  const short = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  if (short === "") return "there was no reason given.";
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
