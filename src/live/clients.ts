import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { SSOAdminClient, type SSOAdminClientConfig } from "@aws-sdk/client-sso-admin";
import { STSClient } from "@aws-sdk/client-sts";
import type { Service } from "./operations.js";

export type ClientOptions = {
  readonly region: string | null;
  readonly profile: string | null;
  /** One URL for all four services; null: the services' own, or what AWS_ENDPOINT_URL_… say. */
  readonly endpoint: string | null;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Replaces the network, e.g. in tests. */
  readonly requestHandler?: RequestHandler;
};

type RequestHandler = NonNullable<SSOAdminClientConfig["requestHandler"]>;

/** What idc uses of an SDK client. */
type Client = {
  send(command: object, options: { abortSignal?: AbortSignal }): Promise<unknown>;
  destroy(): void;
};

export type Clients = {
  readonly byService: Readonly<Record<Service, Client>>;
  /** The region that the options or the SDK's own chain name; null when none does. */
  region(): Promise<string | null>;
};

/** Connecting takes milliseconds and answering rarely over a second; a connection that died says nothing by itself. */
const network = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/**
 * The four clients, with one source of credentials for all (a credential process or a role is asked once) and without
 * the SDK's own retries: theirs know nothing of the request budget and would stack on ours.
 */
export function createClients(options: ClientOptions): Clients {
  const common = {
    maxAttempts: 1,
    retryMode: "standard",
    requestHandler: options.requestHandler ?? network,
    ...(options.region !== null && { region: options.region }),
    ...(options.profile !== null && { profile: options.profile }),
    ...(options.endpoint !== null && { endpoint: options.endpoint }),
  };
  const ssoAdmin = new SSOAdminClient({
    ...common,
    ...(options.credentials !== undefined && { credentials: options.credentials }),
  });
  const shared = { ...common, credentials: ssoAdmin.config.credentials };
  return {
    byService: {
      "sso-admin": ssoAdmin,
      identitystore: new IdentitystoreClient(shared),
      organizations: new OrganizationsClient(shared),
      sts: new STSClient(shared),
    },
    async region() {
      try {
        return await ssoAdmin.config.region();
      } catch {
        return null;
      }
    },
  };
}
