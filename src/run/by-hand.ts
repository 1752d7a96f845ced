import type { Settings } from "../model/declared.js";
import type { UserStatus } from "../model/state.js";
import { shellWord } from "../model/text.js";

/**
 * What no API does and a person has to, in the words of the console: to keep somebody from signing in (user guide,
 * "Disable user access"), and to end their sessions of the access portal ("View and end active sessions").
 */
export function leftByHand({
  user,
  status,
  identitySource,
  isTagged,
}: {
  readonly user: string;
  readonly status: UserStatus | null;
  readonly identitySource: Settings["identitySource"];
  readonly isTagged: boolean;
}): readonly string[] {
  const isOwn = identitySource === "identity-center";
  return [
    ...(isOwn
      ? []
      : [
          `Disable ${user} at the identity provider, and take them out of the groups that it provisions: memberships are the provider's, and its next synchronization may bring back what it has.`,
        ]),
    ...(status === "DISABLED"
      ? []
      : [
          `Keep them from signing in. In the IAM Identity Center console: Users, ${user}, "Disable user access".`,
        ]),
    `End their sessions of the AWS access portal. In the IAM Identity Center console: Users, ${user}, the tab "Active sessions", select them all, "End session" (in older consoles "Delete session").`,
    isTagged
      ? `If it is for good, say so in the access files: status: disabled, or take ${user} out of them. Until then a tag on the instance keeps every plan from giving anything back; idc revoke ${shellWord(user)} --lift takes it away.`
      : `Say so in the access files before anything is applied again: status: disabled for ${user}. There is no tag on the instance that would keep a plan from giving everything back.`,
  ];
}

/** What stands in the way of somebody who is let in again, and nothing that idc does takes away. */
export function leftByHandAfterLift({
  user,
  status,
  wanted,
  settings: { identitySource, scim },
}: {
  readonly user: string;
  /** Null when it is not known. */
  readonly status: UserStatus | null;
  /** What the files say; null where they say nothing. */
  readonly wanted: "enabled" | "disabled" | null;
  readonly settings: Pick<Settings, "identitySource" | "scim">;
}): readonly string[] {
  const isEnabledByApply = scim !== null && wanted === "enabled";
  const isToSignIn = status !== "ENABLED" && wanted !== "disabled" && !isEnabledByApply;
  return [
    ...(isToSignIn
      ? [
          `Let them sign in again${status === null ? ", if they are disabled" : ""}. In the IAM Identity Center console: Users, ${user}, "Enable user access". Until then the service refuses to give them anything.`,
        ]
      : []),
    ...(identitySource === "identity-center"
      ? []
      : [
          `Enable ${user} at the identity provider, and have it provision their groups again: memberships are the provider's, and idc gives back none that were taken away here.`,
        ]),
  ];
}
