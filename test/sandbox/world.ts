/** A sandbox under a clock of its own, spoken to without an SDK. */
import type { Operation, Service } from "../../src/sandbox/constraints.js";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import {
  createSandbox,
  type LogEntry,
  type Sandbox,
  type SandboxOptions,
} from "../../src/sandbox/sandbox.js";
import { newState } from "../../src/sandbox/state.js";

export const instanceArn = "arn:aws:sso:::instance/ssoins-1111222233334444";
export const storeId = "d-1111222233";
/** Of the example organisation. */
export const accounts = { management: "999900001111", dev: "111122223333", prod: "444455556666" } as const;

export type Reply = {
  readonly status: number;
  /** The code of the error, null for a success. */
  readonly code: string | null;
  readonly message: string;
  readonly body: Readonly<Record<string, unknown>>;
};

type Signature = { readonly key?: string; readonly region?: string };

export type World = {
  readonly sandbox: Sandbox;
  /** Milliseconds; a test may set it. */
  readonly clock: { time: number; now(): number };
  readonly log: readonly LogEntry[];
  call<S extends Service>(service: S, operation: Operation<S>, input?: object, signature?: Signature): Reply;
  /** As `call`, adding the instance or the store to the input; throws when the call fails. */
  admin(operation: Operation<"sso-admin">, input?: object): Reply["body"];
  store(operation: Operation<"identitystore">, input?: object): Reply["body"];
  /** As above for what shall fail: the answer. */
  adminFails(operation: Operation<"sso-admin">, input?: object, signature?: Signature): Reply;
  storeFails(operation: Operation<"identitystore">, input?: object): Reply;
  /** Each makes one and gives its id or ARN. */
  user(name: string, more?: object): string;
  group(name: string): string;
  member(groupId: string, userId: string): string;
  set(name: string, more?: object): string;
  /** Assigns and settles; gives the id of the request. */
  assign(set: string, principalId: string, account?: string, type?: "USER" | "GROUP"): string;
  unassign(set: string, principalId: string, account?: string, type?: "USER" | "GROUP"): string;
  settle(): void;
};

export function createWorld(options: Partial<SandboxOptions> = {}): World {
  const log: LogEntry[] = [];
  const state = options.state ?? newState(exampleOrganization);
  const sandbox = createSandbox({ ...options, state, onRequest: (entry) => log.push(entry) });
  const clock = { time: Date.UTC(2026, 0, 1), now: () => clock.time };

  function call(service: Service, operation: string, input: object = {}, signature: Signature = {}): Reply {
    const { key = "AKIDADMIN", region = "eu-west-1" } = signature;
    const response = sandbox.handle(
      {
        method: "POST",
        path: "/",
        headers: {
          "x-amz-target": `${targets[service]}.${operation}`,
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/x/aws4_request, Signature=0`,
        },
        body: JSON.stringify(input),
      },
      clock,
    );
    const body = JSON.parse(response.body) as Record<string, unknown>;
    const { status } = response;
    if (status === 200) return { status, code: null, message: "", body };
    return { status, code: text(body, "__type"), message: text(body, "Message"), body };
  }

  function must(reply: Reply): Reply["body"] {
    if (reply.code !== null) throw new Error(`${reply.code}: ${reply.message}`);
    return reply.body;
  }

  function mustFail(reply: Reply): Reply {
    if (reply.code === null) throw new Error(`was accepted: ${JSON.stringify(reply.body)}`);
    return reply;
  }

  const admin: World["admin"] = (operation, input) =>
    must(call("sso-admin", operation, { InstanceArn: instanceArn, ...input }));
  const store: World["store"] = (operation, input) =>
    must(call("identitystore", operation, { IdentityStoreId: storeId, ...input }));

  function changeAssignment(
    operation: "CreateAccountAssignment" | "DeleteAccountAssignment",
    set: string,
    principalId: string,
    account: string = accounts.dev,
    type: "USER" | "GROUP" = "GROUP",
  ): string {
    const reply = admin(operation, assignmentInput(set, principalId, account, type));
    sandbox.settle({ now: () => Number.MAX_SAFE_INTEGER });
    const [status] = Object.values(reply);
    return text(status, "RequestId");
  }

  return {
    sandbox,
    clock,
    log,
    call,
    admin,
    store,
    adminFails: (operation, input, signature) =>
      mustFail(call("sso-admin", operation, { InstanceArn: instanceArn, ...input }, signature)),
    storeFails: (operation, input) =>
      mustFail(call("identitystore", operation, { IdentityStoreId: storeId, ...input })),
    user: (name, more) => text(store("CreateUser", { ...userInput(name), ...more }), "UserId"),
    group: (name) => text(store("CreateGroup", { DisplayName: name }), "GroupId"),
    member: (GroupId, UserId) =>
      text(store("CreateGroupMembership", { GroupId, MemberId: { UserId } }), "MembershipId"),
    set: (Name, more) =>
      text(admin("CreatePermissionSet", { Name, ...more }), "PermissionSet", "PermissionSetArn"),
    assign: (...given) => changeAssignment("CreateAccountAssignment", ...given),
    unassign: (...given) => changeAssignment("DeleteAccountAssignment", ...given),
    settle: () => sandbox.settle(clock),
  };
}

const targets = {
  "sso-admin": "SWBExternalService",
  identitystore: "AWSIdentityStore",
  organizations: "AWSOrganizationsV20161128",
} as const satisfies Record<Service, string>;

export function userInput(name: string): object {
  return { UserName: name, DisplayName: name, Name: { GivenName: name, FamilyName: "Test" } };
}

export function assignmentInput(
  set: string,
  principalId: string,
  account: string = accounts.dev,
  type: "USER" | "GROUP" = "GROUP",
): object {
  return {
    PermissionSetArn: set,
    PrincipalId: principalId,
    PrincipalType: type,
    TargetId: account,
    TargetType: "AWS_ACCOUNT",
  };
}

/** The text at a path of an answer. */
export function text(body: unknown, ...path: readonly string[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    body,
  );
  if (typeof value !== "string") throw new Error(`no text at ${path.join(".")} of ${JSON.stringify(body)}`);
  return value;
}

/** All rows of a list, page by page. */
export function pages(
  ask: (input: object) => Readonly<Record<string, unknown>>,
  key: string,
  input: object = {},
): readonly (readonly unknown[])[] {
  const found: (readonly unknown[])[] = [];
  for (let token: unknown; ;) {
    const answer = ask({ ...input, ...(token !== undefined && { NextToken: token }) });
    const rows = answer[key];
    if (!Array.isArray(rows)) throw new Error(`no list ${key} in ${JSON.stringify(answer)}`);
    found.push(rows);
    token = answer["NextToken"];
    if (token === undefined) return found;
  }
}
