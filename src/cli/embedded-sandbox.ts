import { existsSync } from "node:fs";
import type { ConnectOptions } from "../live/connect.js";
import type { Context } from "./execute.js";
import { openState } from "./sandbox-state.js";

type Where = Pick<ConnectOptions, "region" | "profile" | "endpoint" | "credentials"> & {
  /** Its own SCIM endpoint: what the settings name is somebody's real directory. */
  readonly scim: { readonly endpoint: string; readonly token: string };
};

/**
 * The embedded Identity Center, served on loopback by this process until the command ends, so that the engine talks to
 * it through the real SDK and real sockets. Made on first use, in the region that is asked for. Rejects with
 * SandboxStateError when its state file cannot be used; the file is then left as it is.
 */
export async function embeddedSandbox(context: Context<object>, region: string | null): Promise<Where> {
  const [{ initStateFile }, { createSandbox }, { exampleOrganization }, { serve }, { scimPath }] =
    await Promise.all([
      import("../sandbox/store.js"),
      import("../sandbox/sandbox.js"),
      import("../sandbox/organization.js"),
      import("../sandbox/server.js"),
      import("../sandbox/scim/route.js"),
    ]);
  const { options, terminal, atEnd } = context;
  const file = options.state;
  if (!existsSync(file)) {
    await initStateFile(file, { ...exampleOrganization, region: region ?? exampleOrganization.region });
    if (options.quiet !== true)
      terminal.err(`Made an embedded Identity Center with the example organization's accounts in ${file}.\n`);
  }
  const store = await openState(file);
  atEnd(async () => store.flush());
  const sandbox = createSandbox({ state: store.state, onChange: () => store.changed() });
  const server = await serve({ sandbox });
  atEnd(async () => server.close());
  return {
    region: region ?? store.state.organization.region,
    profile: null,
    endpoint: server.url,
    credentials: { accessKeyId: "embedded", secretAccessKey: "embedded" },
    scim: { endpoint: `${server.url}${scimPath(store.state.scim)}`, token: store.state.scim.token },
  };
}
