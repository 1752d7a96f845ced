import { setMaxListeners } from "node:events";
import type { Reader, Writer } from "../apply/ports.js";
import type { Recorder } from "../apply/recorder.js";
import type { Clock } from "../model/clock.js";
import { LiveError } from "../model/live-error.js";
import type { Caller, Instance, Requests } from "../model/snapshot.js";
import { createApi, unreadable, type Api } from "./api.js";
import { createClients, type ClientOptions } from "./clients.js";
import { createFollow } from "./follow.js";
import { createIdentities, forWriting } from "./identities.js";
import { findInstance, markTag } from "./instance.js";
import { readOrganization } from "./organization.js";
import type { ReadProgress } from "./progress.js";
import { createReader } from "./reader.js";
import { createSlots } from "./slots.js";
import { applicationAssignmentWriter } from "./write-application-assignment.js";
import { assignmentWriter, provisioner } from "./write-assignment.js";
import { groupWriter, membershipWriter } from "./write-group.js";
import { permissionSetWriter } from "./write-permission-set.js";
import { revocationWriter } from "./write-revocation.js";
import { whileWanted } from "./while-wanted.js";
import { statusSetter, type ScimAccess } from "./user-status.js";
import { userWriter } from "./write-user.js";

export type ConnectOptions = ClientOptions & {
  /** Null: the only organization instance there is. */
  readonly instanceArn: string | null;
  /** Infinity: no limit. */
  readonly limits: { readonly requestsPerSecond: number; readonly operationsInFlight: number };
  /** Where a user's status can be set; null: nowhere. */
  readonly scim?: ScimAccess | null;
  readonly clock: Clock;
  /** Ends the connecting, and later whatever waits for room to begin. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ReadProgress) => void;
  /** A number from 0 up to 1, for the jitter of back-off. */
  readonly random?: () => number;
};

export type Connection = {
  readonly instance: Instance;
  readonly caller: Caller;
  readonly reader: Reader;
  readonly writer: Writer;
  /** The same writer, with every request that it makes on record. */
  recordedBy(recorder: Recorder): Writer;
  requests(): Requests;
  /** Requests sent by operation (`sso-admin ListPermissionSets`), retries included. */
  operations(): ReadonlyMap<string, number>;
  /** Gives up what is still being asked, and closes the connections that are kept open; nothing may be asked afterwards. */
  close(): void;
};

/** Finds out who calls and which Identity Center is meant. Rejects with a LiveError that says what to do. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { clock, onProgress = () => {}, random = Math.random } = options;
  const clients = createClients(options);
  const closed = new AbortController();
  setMaxListeners(0, closed.signal);
  const close = (): void => {
    closed.abort(new Error("the connection to Identity Center was closed"));
    for (const client of Object.values(clients.byService)) client.destroy();
  };
  try {
    const region = await clients.region();
    if (region === null) throw noRegion();
    const api = createApi({
      clients,
      requestsPerSecond: options.limits.requestsPerSecond,
      clock,
      random,
      setting: options,
      onProgress,
      closed: closed.signal,
      stopping: options.signal ?? closed.signal,
    });
    const { accountId, arn, organization, instance, revoked } = await whileWanted(
      api,
      options.signal ?? closed.signal,
      (asking) => lookAround(asking, region, options.instanceArn),
    );
    const { managementAccount } = organization;
    const owner = managementAccount ?? instance.ownerAccountId;
    const caller = { accountId, arn, isManagement: accountId === owner };

    let marked = instance;
    const site = { api, instance };
    const identities = createIdentities();
    const slots = createSlots(options.limits.operationsInFlight);
    const confirmed = forWriting(identities);
    const follow = createFollow(site, clock);
    const writerBy = (by: Api, recorder: Recorder | null): Writer => {
      const here = { api: by, instance };
      const asynchronous = { site: here, identities: confirmed, follow, slots };
      return {
        user: userWriter(
          here,
          confirmed,
          statusSetter({ access: options.scim ?? null, clock, signal: closed.signal, recorder }),
        ),
        group: groupWriter(here, confirmed),
        membership: membershipWriter(here, confirmed),
        permissionSet: permissionSetWriter(here, confirmed, clock),
        assignment: assignmentWriter(asynchronous),
        applicationAssignment: applicationAssignmentWriter(here, confirmed),
        provision: provisioner(asynchronous),
        async mark(value) {
          await by.call("sso-admin TagResource", {
            InstanceArn: instance.arn,
            ResourceArn: instance.arn,
            Tags: [{ Key: markTag, Value: value }],
          });
          marked = { ...marked, mark: value };
        },
        revocation: revocationWriter(here),
      };
    };
    return {
      instance,
      caller,
      reader: createReader({
        site,
        identities,
        confirmed,
        instance: () => marked,
        revoked,
        caller,
        organization,
        clock,
        onProgress,
      }),
      writer: writerBy(api, null),
      recordedBy: (recorder) => writerBy(api.recordedBy(recorder), recorder),
      requests: () => api.requests(),
      operations: () => api.operations(),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function lookAround(api: Api, region: string, instanceArn: string | null) {
  const { accountId, arn } = await whoCalls(api);
  const organization = await readOrganization(api);
  const { managementAccount } = organization;
  const found = await findInstance({ api, region, instanceArn, managementAccount });
  return { accountId, arn, organization, ...found };
}

async function whoCalls(api: Api): Promise<Pick<Caller, "accountId" | "arn">> {
  const operation = "sts GetCallerIdentity";
  const { Account: accountId, Arn: arn } = await api.call(operation, {});
  if (accountId === undefined || arn === undefined)
    throw unreadable(operation, "its answer lacks the caller's account or ARN");
  return { accountId, arn };
}

function noRegion(): LiveError {
  return new LiveError("No AWS region is set.", {
    kind: "invalid",
    help: "Set the home region of IAM Identity Center as identityCenter.region in access/settings.yaml, with --region or AWS_REGION, or in the AWS profile.",
  });
}
