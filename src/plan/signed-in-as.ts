import type { Caller } from "../model/snapshot.js";

/**
 * With which permission set of Identity Center, and as whom, idc is run; null when it is another kind of role. The caller's
 * ARN tells: the role is AWSReservedSSO_<set>_<16 hex digits>, and the session bears the user's name (user guide,
 * referencing permission sets).
 */
export function signedInAs({
  arn,
}: Pick<Caller, "arn">): { readonly permissionSet: string; readonly user: string } | null {
  const [, permissionSet, user] = /:assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]{16}\/(.+)$/.exec(arn) ?? [];
  return permissionSet === undefined || user === undefined ? null : { permissionSet, user };
}
