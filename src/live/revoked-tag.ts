/** The tags that say whose access was ended: this, then the user's id. */
export const revokedTag = "idc:revoked:";

/** The most characters that the service takes for a tag's value. */
const longestValue = 256;

/**
 * What such a tag says: since when, and the user's name. The id is enough for as long as the user is there; when somebody
 * deletes them to be on the safe side, the files would have them made anew, with another id and all that they had.
 */
export type RevokedTag = {
  readonly since: string;
  /** Null where the tag does not say it. */
  readonly user: string | null;
};

/** As a tag's value, in which not every sign may stand: what is none of these is written as `=` and its bytes. */
export function revokedValue({ since, user }: RevokedTag): string {
  const name = (user ?? "").replace(/[^\p{L}\p{N}_.:/+\-@]/gu, (sign) =>
    [...new TextEncoder().encode(sign)].map((byte) => `=${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  const value = `${since} ${name}`;
  return name === "" || value.length > longestValue ? since : value;
}

/** Whatever else somebody has written there is when it was, and no name. */
export function readRevokedValue(value: string): RevokedTag {
  const [, since, name] = /^(\d{4}-\d\d-\d\dT\S+) (\S+)$/.exec(value) ?? [];
  if (since === undefined || name === undefined) return { since: value, user: null };
  try {
    return { since, user: decodeURIComponent(name.replace(/=(?=[0-9a-f]{2})/g, "%")) };
  } catch {
    return { since: value, user: null };
  }
}
