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
  /** Milliseconds until an answer must be whole, where not the usual. */
  readonly answerWithin?: number;
};

type RequestHandler = NonNullable<SSOAdminClientConfig["requestHandler"]>;

/** What all answers have in common. */
export type Answer = { readonly $metadata: { readonly requestId?: string | undefined } };

/** What idc uses of an SDK client. */
type Client = {
  send(command: object, options: { abortSignal?: AbortSignal }): Promise<Answer>;
  destroy(): void;
};

export type Clients = {
  readonly byService: Readonly<Record<Service, Client>>;
  /** The region that the options or the SDK's own chain name; null when none does. */
  region(): Promise<string | null>;
  /** The URL that the options, AWS_ENDPOINT_URL_… or the profile name for a service; null: the service's own. */
  endpoint(service: Service): Promise<string | null>;
};

/**
 * Connecting takes milliseconds and answering rarely over a second; a connection that died says nothing by itself, before
 * an answer (`requestTimeout` ends with its headers) or in the middle of it.
 */
const network = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
  socketTimeout: 30_000,
};
/** Milliseconds for one attempt as a whole: an answer that comes byte by byte is never silent. */
const usualAnswerWithin = 60_000;

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
  const within = options.answerWithin ?? usualAnswerWithin;
  const shared = { ...common, credentials: ssoAdmin.config.credentials };
  const clients = {
    "sso-admin": ssoAdmin,
    identitystore: new IdentitystoreClient(shared),
    organizations: new OrganizationsClient(shared),
    sts: new STSClient(shared),
  };
  return {
    byService: {
      "sso-admin": bounded(clients["sso-admin"], within),
      identitystore: bounded(clients.identitystore, within),
      organizations: bounded(clients.organizations, within),
      sts: bounded(clients.sts, within),
    },
    async endpoint(service) {
      if (options.endpoint !== null) return options.endpoint;
      try {
        return (await clients[service].config.serviceConfiguredEndpoint?.()) ?? null;
      } catch {
        return null;
      }
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

/** What an abort looks like: before the answer, and in the middle of it. */
const cut: ReadonlySet<unknown> = new Set(["AbortError", "ECONNRESET"]);

function bounded(client: Client, within: number): Client {
  return {
    async send(command, { abortSignal }) {
      const late = AbortSignal.timeout(within);
      const signals = abortSignal === undefined ? [late] : [abortSignal, late];
      try {
        return await client.send(command, { abortSignal: AbortSignal.any(signals) });
      } catch (error) {
        // Credentials may take longer, whoever they are asked of, and fail in their own way.
        const isCut = error instanceof Error && cut.has("code" in error ? error.code : error.name);
        if (!isCut || !late.aborted || abortSignal?.aborted === true) throw error;
        const words = `no whole answer within ${within / 1000} s`;
        throw Object.assign(new Error(words, { cause: error }), { name: "TimeoutError" });
      }
    },
    destroy: () => client.destroy(),
  };
}
