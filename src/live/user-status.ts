import type { Recorder } from "../apply/recorder.js";
import type { Clock } from "../model/clock.js";
import { LiveError } from "../model/live-error.js";
import type { UserStatus } from "../model/state.js";
import { createScim } from "./scim.js";

/** How to set a user's status. `token` is null when the environment variable that is to hold it holds nothing. */
export type ScimAccess = {
  readonly endpoint: string;
  readonly token: string | null;
  readonly tokenEnv: string;
};

type StatusOptions = {
  readonly access: ScimAccess | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly recorder: Recorder | null;
};

/** Pauses between looks at the status, in milliseconds: what SCIM has accepted shows minutes later (facts on UserStatus). */
const pauses = [1000, 2000, 5000, 10_000, 15_000, 30_000, 30_000, 60_000, 60_000, 60_000, 60_000];

/**
 * Sets a user's status through SCIM and resolves when the identity store shows it, as `seen` tells. Rejects with LiveError:
 * what cannot be seen in the end is `unclear`.
 */
export function statusSetter({ access, clock, signal, recorder }: StatusOptions) {
  return async (name: string, status: UserStatus, seen: () => Promise<UserStatus | null>): Promise<void> => {
    const { endpoint, token } = usable(access);
    const scim = createScim({ endpoint, token, clock, signal, recorder });
    await scim.setActive(name, status === "ENABLED").catch(withoutEnd);
    for (const pause of pauses) {
      if ((await seen()) === status) return;
      await clock.sleep(pause, signal);
    }
    if ((await seen()) === status) return;
    throw new LiveError(
      `SCIM has accepted that ${name} is ${status}, and Identity Center does not show it yet.`,
      {
        kind: "unclear",
        help: "Run idc plan in some minutes: it tells whether the status has arrived.",
      },
    );
  };
}

/** A token that SCIM does not take says nothing of AWS's credentials, with which the rest goes on. */
function withoutEnd(error: unknown): never {
  if (!(error instanceof LiveError) || error.kind !== "credentials") throw error;
  const { message, code, operation, help } = error;
  throw new LiveError(message, { kind: "denied", code, operation, help, cause: error });
}

function usable(access: ScimAccess | null): { readonly endpoint: string; readonly token: string } {
  if (access !== null && access.token !== null) return { endpoint: access.endpoint, token: access.token };
  const message =
    access === null
      ? "There is no SCIM endpoint to set a user's status with."
      : `The environment variable ${access.tokenEnv}, which holds the SCIM token, is not set.`;
  throw new LiveError(message, {
    kind: "invalid",
    help: "Set it to the access token that the console shows under Settings, Automatic provisioning; or take identityCenter.scim out.",
  });
}
