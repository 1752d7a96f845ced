/**
 * A local GitHub: one repository in memory, with its issues, pull requests, comments and labels, and the people and bots
 * whose tokens it knows. It is held to GitHub's own description of the API: `breaches` has every request that the
 * description does not allow, which it refuses, and every answer of its own that does not fit.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { describedOperation, type Described } from "./github-api-description.js";

const repository = { owner: "acme", name: "access" } as const;

export type Identity = {
  readonly login: string;
  readonly type: "User" | "Bot";
  readonly canComment: boolean;
  readonly canWriteIssues: boolean;
};

type Comment = {
  readonly id: number;
  readonly on: number;
  body: string;
  readonly by: Pick<Identity, "login" | "type"> | null;
};

type Issue = {
  readonly number: number;
  readonly isPull: boolean;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  labels: readonly string[];
  readonly by: Pick<Identity, "login" | "type"> | null;
  isLocked: boolean;
};

export type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Instead of an answer: the connection is cut, before or in the middle of it. */
export type Cut = "before" | "amid";

/** What an `on…` function does to a request; undefined lets it pass. */
type Intervention = Answer | Cut | undefined | void;

export type GithubApi = {
  readonly url: string;
  readonly comments: Comment[];
  readonly issues: Issue[];
  readonly labels: string[];
  /** `PATCH /repos/acme/access/issues/comments/1`, in order. */
  readonly requests: readonly string[];
  /** What did not fit the description, one sentence each. */
  readonly breaches: string[];
  /** Items that a page has at most, whatever is asked for. */
  pageSize: number;
  /** Asked before a request is carried out. A test may let others act meanwhile, or answer in GitHub's place. */
  onRequest: (request: string) => Promise<Intervention> | Intervention;
  /** The same after it has been carried out and before it is answered. */
  onAnswer: (request: string) => Promise<Intervention> | Intervention;
  comment(on: number, body: string, by: Comment["by"]): Comment;
  issue(given: Partial<Issue>): Issue;
  /** What the issue is answered with when it is made. */
  opened(number: number): Answer;
  close(): Promise<void>;
};

export const bot: Identity = {
  login: "github-actions[bot]",
  type: "Bot",
  canComment: true,
  canWriteIssues: true,
};
export const person: Identity = { login: "robin", type: "User", canComment: true, canWriteIssues: true };
export const stranger = { login: "mallory", type: "User" } as const;

/** `tokens` names who each is. */
export async function startGithubApi(tokens: Readonly<Record<string, Identity>>): Promise<GithubApi> {
  const requests: string[] = [];
  let lastNumber = 0;
  let lastComment = 0;
  const api: Omit<GithubApi, "url" | "close"> = {
    comments: [],
    issues: [],
    labels: [],
    requests,
    breaches: [],
    pageSize: 100,
    onRequest: () => undefined,
    onAnswer: () => undefined,
    comment: (on, body, by) => {
      const comment = { id: (lastComment += 1), on, body, by };
      api.comments.push(comment);
      return comment;
    },
    issue: (given) => {
      const issue: Issue = {
        number: (lastNumber += 1),
        isPull: false,
        title: "A title",
        body: null,
        state: "open",
        stateReason: null,
        labels: [],
        by: stranger,
        isLocked: false,
        ...given,
      };
      api.issues.push(issue);
      return issue;
    },
    opened: (number) => {
      const issue = api.issues.find((one) => one.number === number);
      return issue === undefined ? missing() : { status: 201, body: issueJson(issue) };
    },
  };

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const text = await textOf(incoming);
    const url = new URL(incoming.url ?? "/", base());
    const request = `${incoming.method} ${decodeURI(url.pathname)}`;
    requests.push(request);
    const intervention = await api.onRequest(request);
    if (intervention !== undefined) return send(outgoing, intervention);
    const token = /^(?:token|bearer) (.+)$/i.exec(incoming.headers.authorization ?? "")?.[1];
    const identity = token === undefined ? undefined : tokens[token];
    const answer = answerTo(incoming.method ?? "", url, text, identity);
    send(outgoing, (await api.onAnswer(request)) ?? answer);
  }

  function answerTo(method: string, url: URL, text: string, identity: Identity | undefined): Answer {
    const described = describedOperation(method, url, text);
    if (typeof described === "string") {
      api.breaches.push(described);
      return failure(422, `Invalid request.\n\n${described}`);
    }
    const answer = identity === undefined ? failure(401, "Bad credentials") : carryOut(described, identity);
    const fault = described.faultOf(answer.status, answer.body);
    if (fault === null) return answer;
    api.breaches.push(fault);
    return failure(500, fault);
  }

  function carryOut({ operation, path, query, body }: Described, caller: Identity): Answer {
    if (operation === "GET /user") {
      return caller.type === "Bot" ? refused(caller) : { status: 200, body: publicUser(caller) };
    }
    if (path["owner"] !== repository.owner || path["repo"] !== repository.name) return missing();
    const issue = api.issues.find(({ number }) => number === path["issue_number"]);
    const comment = api.comments.find(({ id }) => id === path["comment_id"]);
    switch (operation) {
      case "GET /repos/{owner}/{repo}/issues/{issue_number}/comments":
        if (issue === undefined) return missing();
        return listed(
          api.comments.filter(({ on }) => on === issue.number),
          commentJson,
        );
      case "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": {
        if (issue === undefined) return missing();
        if (!(issue.isPull ? caller.canComment : caller.canWriteIssues)) return refused(caller);
        if (issue.isLocked) return failure(403, "Unable to create comment because issue is locked.");
        return (
          longBody(body) ?? {
            status: 201,
            body: commentJson(api.comment(issue.number, String(body["body"]), caller)),
          }
        );
      }
      case "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}":
        if (comment === undefined) return missing();
        if (!caller.canComment || comment.by?.login !== caller.login) return refused(caller);
        if (longBody(body) !== null) return longBody(body) ?? missing();
        comment.body = String(body["body"]);
        return { status: 200, body: commentJson(comment) };
      case "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}":
        if (comment === undefined) return missing();
        if (!caller.canComment || comment.by?.login !== caller.login) return refused(caller);
        api.comments.splice(api.comments.indexOf(comment), 1);
        return { status: 204, body: null };
      case "GET /repos/{owner}/{repo}/issues":
        return listed(
          api.issues
            .filter(({ state }) => query["state"] === "all" || state === (query["state"] ?? "open"))
            .filter(
              ({ labels }) =>
                query["labels"] === undefined || labels.some((name) => name === query["labels"]),
            )
            .toReversed(),
          issueJson,
        );
      case "POST /repos/{owner}/{repo}/issues": {
        if (!caller.canWriteIssues) return refused(caller);
        if (longBody(body) !== null) return longBody(body) ?? missing();
        const labels = (body["labels"] as readonly string[] | undefined) ?? [];
        const made = api.issue({
          title: String(body["title"]),
          body: String(body["body"]),
          labels,
          by: caller,
        });
        return { status: 201, body: issueJson(made) };
      }
      case "PATCH /repos/{owner}/{repo}/issues/{issue_number}":
        if (issue === undefined) return missing();
        if (!caller.canWriteIssues) return refused(caller);
        Object.assign(issue, {
          ...(body["title"] !== undefined && { title: body["title"] }),
          ...(body["body"] !== undefined && { body: body["body"] }),
          ...(body["state"] !== undefined && {
            state: body["state"],
            stateReason: body["state_reason"] ?? null,
          }),
        });
        return { status: 200, body: issueJson(issue) };
      case "GET /repos/{owner}/{repo}/labels/{name}":
        return api.labels.includes(String(path["name"]))
          ? { status: 200, body: labelJson(String(path["name"])) }
          : missing();
      case "POST /repos/{owner}/{repo}/labels": {
        const name = String(body["name"]);
        if (!caller.canWriteIssues) return refused(caller);
        if (api.labels.includes(name))
          return invalid([{ resource: "Label", code: "already_exists", field: "name" }]);
        api.labels.push(name);
        return { status: 201, body: labelJson(name) };
      }
      default:
        throw new Error(`${operation} is described and not carried out`);
    }

    function listed<T>(items: readonly T[], json: (item: T) => object): Answer {
      const size = Math.min(Number(query["per_page"] ?? 30), api.pageSize);
      const page = Number(query["page"] ?? 1);
      const next = `${base()}${operation.replace(/\{\w+\}/g, "_").slice(4)}?page=${page + 1}`;
      return {
        status: 200,
        body: items.slice((page - 1) * size, page * size).map(json),
        ...(page * size < items.length && { headers: { link: `<${next}>; rel="next"` } }),
      };
    }
  }

  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch((error: unknown) => {
      api.breaches.push(String(error));
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = (): string => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the local GitHub has no port");
    return `http://127.0.0.1:${address.port}`;
  };
  return Object.assign(api, {
    url: base(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** As GitHub says that the hour's requests are used up. */
export function primaryLimit(secondsToReset: number): Answer {
  return {
    ...failure(403, "API rate limit exceeded for installation ID 1."),
    headers: {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.floor(Date.now() / 1_000) + secondsToReset),
    },
  };
}

/** As GitHub says that requests come too fast. */
export function secondaryLimit(retryAfter: number): Answer {
  return {
    ...failure(
      403,
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    ),
    headers: { "retry-after": String(retryAfter) },
  };
}

export function failure(status: number, message: string): Answer {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

function missing(): Answer {
  return failure(404, "Not Found");
}

function refused({ type }: Identity): Answer {
  return failure(
    403,
    `Resource not accessible by ${type === "Bot" ? "integration" : "personal access token"}`,
  );
}

function invalid(errors: readonly object[]): Answer {
  return {
    status: 422,
    body: { message: "Validation Failed", errors, documentation_url: "https://docs.github.com/rest" },
  };
}

function longBody(body: Readonly<Record<string, unknown>>): Answer | null {
  if (typeof body["body"] !== "string" || body["body"].length <= 65_536) return null;
  const message = "body is too long (maximum is 65536 characters)";
  return invalid([{ resource: "IssueComment", code: "custom", field: "body", message }]);
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function send(outgoing: ServerResponse, answer: Answer | Cut): void {
  if (answer === "before") return void outgoing.destroy();
  if (answer === "amid") {
    outgoing.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": "1000" });
    outgoing.write("[", () => outgoing.destroy());
    return;
  }
  const text = answer.status === 204 ? "" : JSON.stringify(answer.body);
  outgoing.writeHead(answer.status, {
    ...(text !== "" && { "content-type": "application/json; charset=utf-8" }),
    ...answer.headers,
  });
  outgoing.end(text);
}

const home = `https://github.com/${repository.owner}/${repository.name}`;
const apiHome = `https://api.github.com/repos/${repository.owner}/${repository.name}`;
const time = "2026-01-02T03:04:05Z";

function commentJson({ id, on, body, by }: Comment): object {
  return {
    id,
    node_id: `IC_${id}`,
    url: `${apiHome}/issues/comments/${id}`,
    html_url: `${home}/pull/${on}#issuecomment-${id}`,
    issue_url: `${apiHome}/issues/${on}`,
    user: by === null ? null : userJson(by),
    author_association: "NONE",
    created_at: time,
    updated_at: time,
    body,
  };
}

function issueJson(issue: Issue): object {
  const { number } = issue;
  const url = `${apiHome}/issues/${number}`;
  const page = `${home}/${issue.isPull ? "pull" : "issues"}/${number}`;
  return {
    id: 1_000 + number,
    node_id: `I_${number}`,
    number,
    url,
    repository_url: apiHome,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    labels: issue.labels.map(labelJson),
    user: issue.by === null ? null : userJson(issue.by),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: issue.isLocked,
    comments: 0,
    closed_at: issue.state === "closed" ? time : null,
    created_at: time,
    updated_at: time,
    author_association: "NONE",
    ...(issue.isPull && {
      pull_request: {
        url: `${apiHome}/pulls/${number}`,
        html_url: page,
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
      },
    }),
  };
}

function labelJson(name: string): object {
  return {
    id: 1,
    node_id: "LA_1",
    url: `${apiHome}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: "d93f0b",
    default: false,
  };
}

function userJson({ login, type }: Pick<Identity, "login" | "type">): object {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: 1,
    node_id: "U_1",
    avatar_url: "https://avatars.githubusercontent.com/u/1",
    gravatar_id: "",
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

function publicUser(identity: Identity): object {
  return {
    ...userJson(identity),
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: time,
    updated_at: time,
  };
}
