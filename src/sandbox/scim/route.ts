/** Which operation of SCIM a method and a path ask for, named as AWS's developer guide names it. */
import { notFound, validationError } from "../errors.js";
import type { ScimAccess } from "../state.js";

export type ScimOperation = keyof typeof routes;

export type ScimCall = {
  readonly service: "scim";
  readonly operation: ScimOperation;
  readonly tenantId: string;
  /** Of the user or group that is meant; empty where none is. */
  readonly id: string;
  readonly query: URLSearchParams;
};

type Request = { readonly method: string; readonly path: string };

/** The path of the endpoint, to be put behind the server's URL. */
export function scimPath({ tenantId }: ScimAccess): string {
  return `/${tenantId}/scim/v2/`;
}

/**
 * The operation that a request to the endpoint of an identity provider asks for, or for want of one its method and
 * path; null for a request that goes elsewhere.
 */
export function scimOperation(request: Request): string | null {
  const place = placeOf(request);
  return place === null ? null : (find(place)?.operation ?? `${place.method} /${place.rest}`);
}

/** @throws ServiceError for an endpoint that is not there, or one that does not have the method. */
export function scimCall(request: Request): ScimCall {
  const place = placeOf(request);
  const found = place === null ? null : find(place);
  if (place !== null && found !== null)
    return { service: "scim", ...found, tenantId: place.tenantId, query: place.query };
  const isKnown = Object.values(routes).some(([, path]) => path.test(place?.rest ?? ""));
  if (isKnown) throw validationError(`The operation ${request.method} is not supported here.`);
  throw notFound("The endpoint does not exist.");
}

const users = /^Users$/;
const user = /^Users\/([^/]+)$/;
const groups = /^Groups$/;
const group = /^Groups\/([^/]+)$/;

const routes = {
  ListUsers: ["GET", users],
  CreateUser: ["POST", users],
  GetUser: ["GET", user],
  PutUser: ["PUT", user],
  PatchUser: ["PATCH", user],
  DeleteUser: ["DELETE", user],
  ListGroups: ["GET", groups],
  CreateGroup: ["POST", groups],
  GetGroup: ["GET", group],
  PatchGroup: ["PATCH", group],
  DeleteGroup: ["DELETE", group],
  ServiceProviderConfig: ["GET", /^ServiceProviderConfig$/],
} as const satisfies Record<string, readonly [method: string, path: RegExp]>;

const operations = Object.keys(routes) as ScimOperation[];

type Place = {
  readonly method: string;
  readonly tenantId: string;
  /** What follows the endpoint: `Users`, `Groups/{id}`, … */
  readonly rest: string;
  readonly query: URLSearchParams;
};

function placeOf({ method, path }: Request): Place | null {
  const [, tenantId, rest = "", query] = /^\/([^/?]+)\/scim\/v2(?:\/([^?]*))?(?:\?(.*))?$/s.exec(path) ?? [];
  return tenantId === undefined ? null : { method, tenantId, rest, query: new URLSearchParams(query) };
}

function find({ method, rest }: Place): Pick<ScimCall, "operation" | "id"> | null {
  for (const operation of operations) {
    const [itsMethod, path] = routes[operation];
    const match = method === itsMethod ? path.exec(rest) : null;
    if (match !== null) return { operation, id: match[1] ?? "" };
  }
  return null;
}
