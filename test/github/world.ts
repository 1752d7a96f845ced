import { connectGithub, type Connection, type Github } from "../../src/github/client.js";
import { GithubError } from "../../src/github/error.js";
import { bot, person, startGithubApi, type GithubApi, type Identity } from "../support/github-api.js";
import { createVirtualClock } from "../live/virtual-clock.js";

/** A local GitHub with a pull request, and connections to it on a clock that waits in no time. */
export type GithubWorld = {
  readonly api: GithubApi;
  /** The pull request's number. */
  readonly pull: number;
  /** `60 GitHub's rate limit` */
  readonly waits: readonly string[];
  connect(token?: string, more?: Partial<Connection>): Github;
  /** Rejects when anything did not fit GitHub's description. */
  close(): Promise<void>;
};

/** Names of tokens that the local GitHub knows. */
const tokens = {
  "ghs-bot": bot,
  "ghp-person": person,
  "ghs-reader": { ...bot, canComment: false, canWriteIssues: false },
  "ghp-reader": { ...person, canComment: false, canWriteIssues: false },
} as const satisfies Readonly<Record<string, Identity>>;

export const marker = { kind: "plan", instance: "arn:aws:sso:::instance/ssoins-1111222233334444" };

export async function startGithubWorld(): Promise<GithubWorld> {
  const api = await startGithubApi(tokens);
  const pull = api.issue({ isPull: true, title: "Give Alice access" }).number;
  const waits: string[] = [];
  return {
    api,
    pull,
    waits,
    close: async () => {
      await api.close();
      if (api.breaches.length > 0) throw new Error(api.breaches.join("\n"));
    },
    connect: (token = "ghs-bot", more = {}) =>
      connectGithub({
        apiUrl: api.url,
        token,
        repository: { owner: "acme", name: "access" },
        clock: createVirtualClock({ time: 0 }),
        signal: new AbortController().signal,
        onWait: (seconds, why) => waits.push(`${seconds} ${why}`),
        ...more,
      }),
  };
}

/** The GithubError that a promise rejects with. */
export async function githubError(promise: Promise<unknown>): Promise<GithubError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (error instanceof GithubError) return error;
  throw error;
}

/**
 * For `onRequest`: the first two requests with the first method wait for each other, then the first two with the next, so
 * that two runs go on side by side.
 */
export function meeting(methods: readonly string[]): (request: string) => Promise<undefined> {
  const steps = methods.map((method) => {
    let meet = (): void => {};
    const met = new Promise<void>((resolve) => (meet = resolve));
    return { method, met, meet, arrived: 0 };
  });
  return async (request) => {
    const step = steps.find(({ arrived }) => arrived < 2);
    if (step === undefined || !request.startsWith(step.method)) return;
    step.arrived += 1;
    if (step.arrived === 2) step.meet();
    await step.met;
  };
}
