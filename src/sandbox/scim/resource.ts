/** What users and groups have in common in SCIM. */
import { checked } from "../check.js";
import { type ServiceError, validationError } from "../errors.js";
import { type Audit, type ExternalId, type SandboxState, scimIssuer } from "../state.js";

/** Attributes that are read-only: passed over where they are given. */
export const passedOver: ReadonlySet<string> = new Set(["schemas", "id", "meta"]);

export function unknownAttribute(attribute: string): ServiceError {
  return validationError(`The attribute ${attribute} is not supported.`);
}

export function meta(resourceType: "User" | "Group", row: Audit): object {
  return { resourceType, created: rfc3339(row.createdAt), lastModified: rfc3339(row.updatedAt) };
}

/** The identity provider's own id, where it has given one. */
export function externalIdOf(
  state: SandboxState,
  { externalIds }: { readonly externalIds: readonly ExternalId[] },
): { readonly externalId?: string } {
  const own = externalIds.find(({ Issuer }) => Issuer === scimIssuer(state));
  return own === undefined ? {} : { externalId: own.Id };
}

/** `value` undefined takes it away. @throws ServiceError ValidationException */
export function externalIdsWith(
  state: SandboxState,
  externalIds: readonly ExternalId[],
  value: unknown,
): readonly ExternalId[] {
  const others = externalIds.filter(({ Issuer }) => Issuer !== scimIssuer(state));
  if (value === undefined) return others;
  return [...others, issued(state, checked("identitystore", "ExternalIdIdentifier", value))];
}

export function issued(state: SandboxState, id: string): ExternalId {
  return { Issuer: scimIssuer(state), Id: id };
}

export function oneOrNone<Row>(row: Row | null | undefined): readonly Row[] {
  return row === null || row === undefined ? [] : [row];
}

/** Whole seconds. */
function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}
