/** What only a person can do, in the console: no API of the service sets a user's status. */
import { foldName, type SandboxState, setUserStatus } from "./state.js";
import type { SandboxRequest } from "./wire.js";

export type ConsoleAnswer = {
  readonly operation: "DisableUser" | "EnableUser";
  readonly status: 200 | 404;
  readonly body: object;
};

/** `POST /console/users/NAME/disable` and `…/enable`; null for any other request. */
export function atConsole(state: SandboxState, { method, path }: SandboxRequest): ConsoleAnswer | null {
  const [, encoded, verb] = /^\/console\/users\/([^/]+)\/(disable|enable)$/.exec(path) ?? [];
  if (method !== "POST" || encoded === undefined) return null;
  const operation = verb === "disable" ? "DisableUser" : "EnableUser";
  const name = decoded(encoded);
  const [user] = state.users.by("name", foldName(name));
  if (user === undefined) return { operation, status: 404, body: { Message: `There is no user ${name}.` } };
  const status = verb === "disable" ? "DISABLED" : "ENABLED";
  setUserStatus(state, user.id, status);
  return { operation, status: 200, body: { UserId: user.id, UserStatus: status } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
