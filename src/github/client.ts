import { randomUUID } from "node:crypto";
import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling, type ThrottlingOptions } from "@octokit/plugin-throttling";
import type { Clock } from "../model/clock.js";
import { GithubError, type Permission } from "./error.js";
import { explain, isFailed, type Purpose } from "./explain.js";
import { createPatience, serverRetries, type Patience } from "./patience.js";

export type Repository = { readonly owner: string; readonly name: string };

export type Connection = {
  /** `https://api.github.com`, or what an enterprise server has. */
  readonly apiUrl: string;
  readonly token: string;
  readonly repository: Repository;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told before a wait of so many seconds, for a rate limit or a server in trouble. */
  readonly onWait?: (seconds: number, why: string) => void;
};

/** Something that is written and changed on GitHub, with who wrote it: null for an account that is gone. */
type Authored = { readonly author: { readonly login: string; readonly type: string } | null };

export type Comment = Authored & { readonly id: number; readonly url: string; readonly body: string };

export type Issue = Authored & {
  /** What people see, and what it is addressed by. */
  readonly id: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
};

type IssueEdit = {
  readonly title?: string;
  readonly body?: string;
  readonly close?: "completed" | "duplicate";
};

/**
 * What idc asks of one repository on GitHub. Everything rejects with a GithubError, or with the signal's reason once that
 * has aborted.
 */
export type Github = {
  /** Whose the token is; null where GitHub does not say, as for a workflow's token or an app's: then it is a bot's. */
  login(): Promise<string | null>;
  /** Of an issue or a pull request, all pages, oldest first. */
  comments(number: number): Promise<readonly Comment[]>;
  addComment(number: number, body: string, needs?: Permission): Promise<Comment>;
  editComment(id: number, body: string): Promise<void>;
  deleteComment(id: number): Promise<void>;
  /** Open and closed ones that have the label, without pull requests, all pages. */
  issues(label: string): Promise<readonly Issue[]>;
  /** Makes the label, too, where there is none. */
  openIssue(issue: { title: string; body: string; label: string }): Promise<Issue>;
  editIssue(number: number, edit: IssueEdit): Promise<void>;
};

const pullRequests: Permission = "pull-requests: write";
const issues: Permission = "issues: write";
const labelColor = "d93f0b";

export function connectGithub(connection: Connection): Github {
  const { token, repository, signal } = connection;
  const octokit = createClient(connection);
  const here = { owner: repository.owner, repo: repository.name };
  const place = `${repository.owner}/${repository.name}`;
  const secret = token.replace(/^(token|bearer) +/i, "");
  const hide = (text: string): string => (secret === "" ? text : text.replaceAll(secret, "[token]"));

  async function ask<T>(purpose: Purpose, request: () => Promise<T>): Promise<T> {
    try {
      signal.throwIfAborted();
      return await request();
    } catch (error) {
      signal.throwIfAborted();
      throw explain(error, purpose, hide);
    }
  }

  let login: Promise<string | null> | null = null;
  return {
    login: () => {
      login ??= ask({ doing: "ask whose the token is", needs: "contents: read" }, async () => {
        const { data } = await octokit.request("GET /user");
        return data.login;
      }).catch((error: unknown) => {
        if (error instanceof GithubError && error.kind === "denied") return null;
        throw error;
      });
      return login;
    },

    comments: (number) =>
      ask({ doing: `read the comments of ${place}#${number}`, needs: pullRequests }, async () =>
        (
          await allPages((page) =>
            octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
              ...here,
              issue_number: number,
              per_page: 100,
              page,
            }),
          )
        ).map(commentOf),
      ),

    addComment: (number, body, needs = pullRequests) =>
      ask({ doing: `comment on ${place}#${number}`, needs }, async () => {
        const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
        const { data } = await octokit.request(route, { ...here, issue_number: number, body });
        return commentOf(data);
      }),

    editComment: (id, body) =>
      ask({ doing: `edit comment ${id} in ${place}`, needs: pullRequests }, async () => {
        const route = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
        await octokit.request(route, { ...here, comment_id: id, body });
      }),

    deleteComment: (id) =>
      ask({ doing: `delete comment ${id} in ${place}`, needs: pullRequests }, async () => {
        const route = "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}";
        await octokit.request(route, { ...here, comment_id: id });
      }),

    issues: (label) =>
      ask({ doing: `read the issues of ${place}`, needs: issues }, async () => {
        const found = await allPages((page) =>
          octokit.request("GET /repos/{owner}/{repo}/issues", {
            ...here,
            state: "all",
            labels: label,
            per_page: 100,
            page,
          }),
        );
        return found.filter((one) => one.pull_request === undefined).map(issueOf);
      }),

    openIssue: ({ title, body, label }) =>
      ask({ doing: `open an issue in ${place}`, needs: issues }, async () => {
        await makeLabel(label);
        const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
          ...here,
          title,
          body,
          labels: [label],
        });
        if (!data.labels.some((one) => (typeof one === "string" ? one : one.name) === label))
          throw new GithubError(`${place}#${data.number} was opened, but without its label.`, {
            kind: "denied",
            help: `Grant the token "${issues}" and give the issue the label ${label}; without it, idc does not find it again.`,
          });
        return issueOf(data);
      }),

    editIssue: (number, { close, ...edit }) =>
      ask({ doing: `edit ${place}#${number}`, needs: issues }, async () => {
        await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
          ...here,
          issue_number: number,
          ...edit,
          ...(close !== undefined && { state: "closed", state_reason: close }),
        });
      }),
  };

  /** Somebody else may make it at the same moment. */
  async function makeLabel(name: string): Promise<void> {
    try {
      await octokit.request("GET /repos/{owner}/{repo}/labels/{name}", { ...here, name });
    } catch (error) {
      if (!isFailed(error) || error.status !== 404) throw error;
      await octokit
        .request("POST /repos/{owner}/{repo}/labels", { ...here, name, color: labelColor })
        .catch((error: unknown) => {
          if (!isFailed(error) || error.status !== 422) throw error;
        });
    }
  }
}

/** Refusals are no trouble that passes; the rate limits among them are the throttling plug-in's. */
const refusals = Array.from({ length: 100 }, (_, index) => 400 + index);
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function createClient({ apiUrl, token, clock, signal, onWait = () => {} }: Connection): Octokit {
  const patience = createPatience({ clock, signal, onWait });
  const Client = Octokit.plugin(throttling, (octokit) => waitBetweenRetries(octokit, patience), retry);
  return new Client({
    baseUrl: apiUrl.replace(/\/+$/, ""),
    auth: token,
    userAgent: "idc",
    log: silent,
    request: { log: silent, fetch: wholeAnswer(signal) },
    retry: { doNotRetry: refusals, retries: serverRetries, retryAfterBaseValue: 0 },
    throttle: {
      id: randomUUID(),
      retryAfterBaseValue: 0,
      write: queue(() => patience.turn()),
      notifications: queue(() => Promise.resolve()),
      // The plug-in awaits what these give, though its types do not say so.
      onRateLimit: (seconds, options): unknown => patience.wait(options, seconds, "GitHub's rate limit"),
      onSecondaryRateLimit: (seconds, options): unknown =>
        patience.wait(options, seconds, "GitHub's secondary rate limit"),
    },
  });
}

type Queue = NonNullable<ThrottlingOptions["write"]>;

/** What the throttling plug-in uses of a queue: a job is done when it is its turn. */
function queue(turn: () => Promise<void>): Queue {
  const schedule = async (_: object, job: () => Promise<void>): Promise<void> => {
    await turn();
    await job();
  };
  return { key: () => ({ schedule }) } as unknown as Queue;
}

/** The retry plug-in stands outside of this and asks again when it is done. */
function waitBetweenRetries(octokit: Octokit, patience: Patience): object {
  octokit.hook.error("request", async (error, options) => {
    if (isFailed(error))
      await patience.waitForServer(options, Number(options.request["retryCount"] ?? 0), error);
    throw error;
  });
  return {};
}

/** Milliseconds for one attempt as a whole. */
const answerWithin = 30_000;

/**
 * `fetch` that has the whole answer before it gives any: Octokit takes the body of an answer that breaks off for an empty
 * one, and an empty list of comments would be a reason to write one.
 */
function wholeAnswer(signal: AbortSignal): typeof fetch {
  return async (url, init) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerWithin)]);
    const response = await fetch(url, { ...init, signal: limit });
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, response);
  };
}

type Page<T> = { readonly data: readonly T[]; readonly headers: { readonly link?: string | undefined } };

/** Octokit's own pagination takes status 409 and a body without JSON for the end of the list. */
async function allPages<T>(pageOf: (page: number) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; ; page += 1) {
    const { data, headers } = await pageOf(page);
    if (!Array.isArray(data)) throw new Error("the answer is no list");
    found.push(...data);
    if (!/rel="next"/.test(headers.link ?? "")) return found;
  }
}

type Account = { readonly login: string; readonly type: string } | null;

function commentOf(given: {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string;
  readonly user: Account;
}): Comment {
  return { id: given.id, url: given.html_url, body: given.body ?? "", author: given.user };
}

function issueOf(given: {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body?: string | null;
  readonly state: string;
  readonly user: Account;
}): Issue {
  return {
    id: given.number,
    url: given.html_url,
    title: given.title,
    body: given.body ?? "",
    isOpen: given.state === "open",
    author: given.user,
  };
}
