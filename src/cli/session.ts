import type { Connection, ConnectOptions } from "../live/connect.js";
import type { Settings } from "../model/declared.js";
import { systemClock } from "./clock.js";
import { embeddedSandbox } from "./embedded-sandbox.js";
import type { Context } from "./execute.js";
import { progressTeller } from "./progress.js";

/** What the service lets everybody together do, less some room for the console and other tools. */
const requestsPerSecond = 15;
const operationsInFlight = 10;

/** A way to Identity Center, and how much may be asked of it at once. */
export type Session = Connection & { readonly operationsInFlight: number };

/** How a command gets to Identity Center, on AWS or the embedded one, as the command line and the settings say. */
export function connector(context: Context<object>): (settings: Settings) => Promise<Session> {
  const { options, terminal, signal, atEnd } = context;
  let embedded: ReturnType<typeof embeddedSandbox> | undefined;
  return async (settings) => {
    // idc says itself which Node it needs; the SDK's own word on that would stand between a plan's lines.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const { connect } = await import("../live/connect.js");
    const region = options.region ?? settings.region;
    const limits = {
      requestsPerSecond:
        settings.limits.requestsPerSecond ?? (options.sandbox === true ? Infinity : requestsPerSecond),
      operationsInFlight: settings.limits.operationsInFlight ?? operationsInFlight,
    };
    const where =
      options.sandbox === true
        ? await (embedded ??= embeddedSandbox(context, region))
        : { region, profile: options.profile ?? null, endpoint: null, scim: null };
    const connection = await connect({
      ...where,
      instanceArn: options.instanceArn ?? settings.instanceArn,
      limits,
      scim: settings.scim && {
        ...settings.scim,
        ...(where.scim ?? { token: process.env[settings.scim.tokenEnv]?.trim() || null }),
      },
      clock: systemClock,
      signal,
      onProgress: progressTeller(terminal, systemClock),
    } satisfies ConnectOptions);
    atEnd(async () => connection.close());
    return { ...connection, operationsInFlight: limits.operationsInFlight };
  };
}
