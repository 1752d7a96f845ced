import type { Directory } from "../model/directory.js";
import type { AccountId, AssignmentKey, Keys, PrincipalType } from "../model/keys.js";
import type { Scope, Snapshot } from "../model/snapshot.js";
import type { Field } from "../model/change.js";
import type { Group, PermissionSet, User, UserStatus } from "../model/state.js";

/** Identity Center for those who only look. Every method rejects with LiveError, or with the reason of the signal that ended it. */
export type Reader = {
  /** The accounts there are. `tags`: whether a selector needs the accounts' tags (a request an account). */
  directory(options: { readonly tags: boolean }, signal: AbortSignal): Promise<Directory>;
  /** Waits until no assignment or provisioning request, ours or anybody's, is in progress. */
  settle(signal: AbortSignal): Promise<void>;
  snapshot(scope: Scope, signal: AbortSignal): Promise<Snapshot>;
  /** The user or group whom the service takes `name` for, which passes over case; null when there is none. */
  principal(
    type: PrincipalType,
    name: string,
    signal: AbortSignal,
  ): Promise<{ readonly name: string; readonly id: string } | null>;
  /** The tags on the instance as they are now. */
  tags(signal: AbortSignal): Promise<InstanceTags>;
  /** How many assignments to the user are being made: requests of whomever, in progress. */
  arriving(userId: string, signal: AbortSignal): Promise<number>;
  /** The names of the permission sets there are; given `text`, of those alone whose inline policy has it in it. */
  permissionSets(text: string | null, signal: AbortSignal): Promise<readonly string[]>;
};

/** What idc keeps in tags on the instance. */
export type InstanceTags = {
  /** `idc:applied`: what was applied last. */
  readonly mark: string | null;
  /** `idc:revoked:…`: whose access was ended, by their id; since when, and what they were called if that is said. */
  readonly revoked: ReadonlyMap<string, { readonly since: string; readonly user: string | null }>;
};

/**
 * Identity Center for those who change it, by natural names. A method resolves when its effect is in force (what the
 * service does asynchronously has been followed to its end) and rejects with LiveError. It knows the ids of what the
 * last `snapshot` saw and of what it made itself. Already as wanted, or already gone, is success.
 */
export type Writer = {
  readonly user: {
    create(name: string, value: User): Promise<void>;
    update(name: string, fields: readonly Field[]): Promise<void>;
    delete(name: string): Promise<void>;
    /** Through SCIM; resolves when the identity store shows the status, which takes minutes. */
    setStatus(name: string, status: UserStatus): Promise<void>;
    /** Resolves to the groups the user is still in; empty when every membership is gone. */
    groupsOf(name: string): Promise<readonly string[]>;
  };
  readonly group: {
    create(name: string, value: Group): Promise<void>;
    update(name: string, fields: readonly Field[]): Promise<void>;
    delete(name: string): Promise<void>;
  };
  readonly membership: {
    create(key: Keys["membership"]): Promise<void>;
    delete(key: Keys["membership"]): Promise<void>;
  };
  readonly permissionSet: {
    create(name: string, value: PermissionSet): Promise<void>;
    /** Edits the set from `before` to `after`; what is in force in accounts changes only by `provision`. */
    update(name: string, before: PermissionSet, after: PermissionSet): Promise<void>;
    delete(name: string): Promise<void>;
  };
  readonly assignment: {
    create(key: AssignmentKey): Promise<void>;
    delete(key: AssignmentKey): Promise<void>;
  };
  readonly applicationAssignment: {
    delete(key: Keys["applicationAssignment"]): Promise<void>;
  };
  /** Puts the set's latest content in force, in the accounts named or, with one request, wherever it is provisioned. */
  provision(permissionSet: string, accounts: readonly AccountId[] | "everywhere"): Promise<void>;
  /** Sets the tag `idc:applied` on the instance. */
  mark(value: string): Promise<void>;
  /** The tag that says that a user's access was ended; by id, since it may outlive its user. */
  readonly revocation: {
    create(userId: string, said: { readonly since: string; readonly user: string }): Promise<void>;
    delete(userId: string): Promise<void>;
  };
};
