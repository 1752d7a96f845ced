import { LiveError } from "../model/live-error.js";
import { requireScimToken, scimEndpoint } from "./scim-endpoint.js";
import type { ScimOperation } from "./scim-failure.js";
import { createScimRequests } from "./scim-requests.js";
import type { ScimRequestsOptions } from "./scim-requests.js";

/** The one thing that idc asks of SCIM: a user's status, which AWS's own API can only read. */
type Scim = {
  /**
   * Resolves when the service has accepted the status; it shows as UserStatus some time later. Rejects with LiveError, or
   * with the signal's reason.
   */
  setActive(userName: string, active: boolean): Promise<void>;
};

type ScimOptions = Omit<ScimRequestsOptions, "endpoint"> & {
  /** As the console shows it, e.g. `https://scim.eu-west-1.amazonaws.com/…/scim/v2`. */
  readonly endpoint: string;
};

/** @throws LiveError for an endpoint or a token with which nothing is to be sent anywhere. */
export function createScim(options: ScimOptions): Scim {
  const endpoint = scimEndpoint(options.endpoint);
  requireScimToken(options.token);
  const requests = createScimRequests({ ...options, endpoint });

  async function idOf(userName: string): Promise<string> {
    const operation = "scim ListUsers";
    // A filter's value is written as JSON writes a text, with its quotes and backslashes.
    const filter = encodeURIComponent(`userName eq ${JSON.stringify(userName)}`);
    const found = await requests.ask({
      operation,
      method: "GET",
      path: `Users?filter=${filter}`,
      read: usersIn,
      isDone: () => true,
    });
    const [user, ...others] = found;
    if (user === undefined) throw noSuchUser(operation, userName);
    if (others.length > 0)
      throw requests.unreliable(operation, `asked for one user, it answers with ${found.length} users`);
    // The service may compare without regard to case; and whoever passes over the filter shows anybody.
    if (user.userName !== userName)
      throw requests.unreliable(
        operation,
        `asked for ${userName}, it answers with a user whose name is not exactly that`,
      );
    return user.id;
  }

  async function setActive(userName: string, active: boolean): Promise<void> {
    const operation = "scim PatchUser";
    const id = await idOf(userName);
    const body = statusPatch(active);
    const isDone = (changed: FoundUser): boolean => changed.id === id && changed.active === active;
    const changed = await requests.ask({
      operation,
      method: "PATCH",
      path: `Users/${id}`,
      body,
      read: userIn,
      withoutBody: { id, userName, active },
      isDone,
    });
    if (!isDone(changed))
      throw requests.unreliable(operation, `the status of ${userName} is not the one that was asked for`);
  }

  return { setActive };
}

function noSuchUser(operation: ScimOperation, userName: string): LiveError {
  return new LiveError(`SCIM knows no user ${userName}.`, {
    kind: "not-found",
    operation,
    help: "Check that the SCIM endpoint is the one of this Identity Center.",
  });
}

/** The value as a text: the form in the service's own documentation. */
function statusPatch(active: boolean): object {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "replace", path: "active", value: String(active) }],
  };
}

type FoundUser = { readonly id: string; readonly userName: string; readonly active: unknown };

/** The users of a whole list, perhaps none (SCIM may leave it out then); null for anything else. */
function usersIn(answer: unknown): readonly FoundUser[] | null {
  const resources = field(answer, "Resources") ?? [];
  const isList = hasSchema(answer, "urn:ietf:params:scim:api:messages:2.0:ListResponse");
  if (!isList || !Array.isArray(resources) || field(answer, "totalResults") !== resources.length) return null;
  const users = resources.map(userIn);
  return users.every((user) => user !== null) ? users : null;
}

function userIn(value: unknown): FoundUser | null {
  const [id, userName] = [field(value, "id"), field(value, "userName")];
  // An id becomes part of a path: nothing in it may lead elsewhere.
  if (typeof id !== "string" || !/^[\w-]{1,100}$/.test(id) || typeof userName !== "string") return null;
  return hasSchema(value, "urn:ietf:params:scim:schemas:core:2.0:User")
    ? { id, userName, active: field(value, "active") }
    : null;
}

function hasSchema(value: unknown, schema: string): boolean {
  const schemas = field(value, "schemas");
  return Array.isArray(schemas) && schemas.includes(schema);
}

function field(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, name)
    ? Reflect.get(holder, name)
    : undefined;
}
