import type { InstanceTags, Reader } from "../apply/ports.js";
import type { Clock } from "../model/clock.js";
import type { Caller, Instance, Scope } from "../model/snapshot.js";
import { readApplicationAssignments } from "./applications.js";
import { countArriving } from "./arriving.js";
import { assemble, type Content } from "./assemble.js";
import { readDirectory } from "./directory.js";
import { principalFor, type Identities } from "./identities.js";
import { readTags } from "./instance.js";
import { meetLatecomers } from "./latecomers.js";
import type { Organization } from "./organization.js";
import { permissionSetsWith } from "./permission-sets-with.js";
import type { ReadProgress } from "./progress.js";
import { readAll } from "./read-all.js";
import { readNamed } from "./read-named.js";
import { readTargeted } from "./read-targeted.js";
import { withRevoked } from "./revoked.js";
import { settle } from "./settle.js";
import type { Site } from "./site.js";
import { createTally } from "./tally.js";
import { whileWanted } from "./while-wanted.js";

export type ReaderParts = {
  readonly site: Site;
  readonly identities: Identities;
  /** The same for who writes, by which what was written is read back. */
  readonly confirmed: Identities;
  /** The instance as it is now: its mark moves. */
  readonly instance: () => Instance;
  /** Whose access had ended when the instance was found. */
  readonly revoked: InstanceTags["revoked"];
  readonly caller: Caller;
  readonly organization: Organization;
  readonly clock: Clock;
  readonly onProgress: (event: ReadProgress) => void;
};

export function createReader(parts: ReaderParts): Reader {
  const { site, identities, clock, onProgress } = parts;

  async function readEverything(
    reading: Site,
    leaves: (user: string, isDisabled: boolean) => boolean,
  ): Promise<Content> {
    const tally = createTally(onProgress);
    const rows = await readAll(reading, tally);
    const principals = await meetLatecomers(reading, rows, tally);
    const revokedNames = new Set([...parts.revoked.values()].map(({ user }) => user));
    const leaving = [...principals.users.values()].filter(({ id, name, status }) => {
      const isDisabled = status === "DISABLED";
      const isRevoked = parts.revoked.has(id) || revokedNames.has(name);
      return leaves(name, isDisabled) || (isRevoked && !isDisabled);
    });
    const applications = await rows.gaps.guard([{ kind: "applicationAssignment" }], () =>
      readApplicationAssignments(reading, leaving),
    );
    return assemble(rows, principals, applications ?? [], identities);
  }

  function readScope(reading: Site, scope: Scope): Promise<Content> {
    switch (scope.kind) {
      case "all":
        return readEverything(reading, scope.leaves ?? (() => false));
      case "only":
        return readNamed(reading, parts.confirmed, scope.keys);
      case "targeted":
        return readTargeted(reading, identities, scope);
    }
  }

  /**
   * The tags of revoked people are set once everything was taken from them. So where it counts they are read last: who is
   * seen to hold nothing for that reason is then known for it. A targeted reading is a preview, and saves the request.
   */
  async function revokedFor(reading: Site, scope: Scope): Promise<InstanceTags["revoked"]> {
    switch (scope.kind) {
      case "all":
        return (await readTags(reading.api, reading.instance.arn)).revoked;
      case "targeted":
        return parts.revoked;
      case "only":
        return new Map();
    }
  }

  return {
    directory: ({ tags }, signal) =>
      whileWanted(site.api, signal, (api) =>
        readDirectory({
          api,
          organization: parts.organization,
          instanceOwner: parts.instance().ownerAccountId,
          tags,
          onProgress,
        }),
      ),
    settle: (signal) =>
      whileWanted(site.api, signal, (api) => settle({ ...site, api }, clock, signal, onProgress)),
    principal: (type, name, signal) =>
      whileWanted(site.api, signal, async (api) => {
        const found = await principalFor({ ...site, api }, type, name);
        if (found !== null)
          (type === "user" ? identities.users : identities.groups).learn(found.name, found.id);
        return found;
      }),
    tags: (signal) => whileWanted(site.api, signal, (api) => readTags(api, site.instance.arn)),
    arriving: (userId, signal) =>
      whileWanted(site.api, signal, (api) => countArriving({ ...site, api }, userId)),
    permissionSets: (text, signal) =>
      whileWanted(site.api, signal, (api) => permissionSetsWith({ ...site, api }, identities, text)),
    async snapshot(scope, signal) {
      const readAt = new Date(clock.now()).toISOString();
      const content = await whileWanted(site.api, signal, async (api) => {
        const reading = { ...site, api };
        const read = await readScope(reading, scope);
        return withRevoked(reading, identities, read, await revokedFor(reading, scope));
      });
      return {
        instance: parts.instance(),
        caller: parts.caller,
        ...content,
        scope,
        readAt,
        requests: site.api.requests(),
      };
    },
  };
}
