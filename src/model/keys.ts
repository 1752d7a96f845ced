/** Twelve digits. */
export type AccountId = string;

export type PrincipalType = "group" | "user";

/** What each kind of object is known by: natural names, never the service's ids. */
export type Keys = {
  user: { readonly name: string };
  group: { readonly name: string };
  membership: { readonly group: string; readonly user: string };
  permissionSet: { readonly name: string };
  assignment: AssignmentKey;
  /** The application by its ARN. */
  applicationAssignment: { readonly user: string; readonly application: string };
  provisioning: { readonly permissionSet: string };
};

export type Kind = keyof Keys;

/**
 * Who holds which permission set in which account. When the principal no longer exists in the identity store,
 * `principal` is `#` and its id, and `orphan` is true (a live group may well be named "#1").
 */
export type AssignmentKey = {
  readonly principalType: PrincipalType;
  readonly principal: string;
  readonly permissionSet: string;
  readonly account: AccountId;
  readonly orphan?: true;
};

/** The name of an object across kinds, as plans and `dependsOn` use it: `group:developers`, `membership:developers/alice`. */
export type ChangeId = string;

export const changeId = {
  user: (name: string): ChangeId => `user:${encodeName(name)}`,
  group: (name: string): ChangeId => `group:${encodeName(name)}`,
  membership: (group: string, user: string): ChangeId =>
    `membership:${encodeName(group)}/${encodeName(user)}`,
  permissionSet: (name: string): ChangeId => `permissionSet:${encodeName(name)}`,
  assignment: (key: AssignmentKey): ChangeId => {
    const principal =
      key.orphan === true ? `#${encodeName(key.principal.slice(1))}` : encodeName(key.principal);
    return `assignment:${key.principalType}/${principal}:${encodeName(key.permissionSet)}:${key.account}`;
  },
  applicationAssignment: (user: string, application: string): ChangeId =>
    `applicationAssignment:${encodeName(user)}/${encodeName(application)}`,
  provisioning: (permissionSet: string): ChangeId => `provisioning:${encodeName(permissionSet)}`,
};

/** The principal as `access` rows and text name it: `group/developers`, `user/alice`. */
export function principalRef(type: PrincipalType, name: string): string {
  return `${type}/${name}`;
}

/** `%`, `/`, `:` and `#` separate the parts of a ChangeId, so in names they are percent-encoded. */
function encodeName(name: string): string {
  return name.replace(/[%/:#]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
