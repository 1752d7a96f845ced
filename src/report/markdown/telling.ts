import type { ChangedActions } from "../../policy/allowed-actions.js";
import type { Change } from "../../model/change.js";
import type { Plan } from "../../model/plan.js";
import type { PermissionSet } from "../../model/state.js";
import { driftVoice, planVoice } from "../voice.js";
import type { Voice } from "../voice.js";
import type { Detail } from "./detail.js";

export type PermissionSetChange = Extract<Change, { kind: "permissionSet" }>;

/** A plan told as what will be done, or as what was found: what goes beyond the voice that the text has. */
export type Manner = {
  readonly voice: Voice;
  /** The command that tells it. */
  readonly command: string;
  /** What all of it is called. */
  readonly whole: string;
  /** A permission set before and after: in drift, as the files have it and as it is. */
  readonly sides: (change: PermissionSetChange) => readonly [PermissionSet | null, PermissionSet | null];
  /** What became of a permission set. */
  readonly words: { readonly [A in PermissionSetChange["action"]]: string };
  readonly broader: string;
  readonly actions: { readonly [C in ChangedActions["change"]]: string };
};

/** All that is needed to tell a part of a plan. */
export type Telling = {
  readonly plan: Plan;
  readonly manner: Manner;
  readonly detail: Detail;
  /** What became of the actions that a permission set's inline policy allows. */
  readonly actionsOf: (change: PermissionSetChange) => readonly ChangedActions[];
};

export function permissionSetChanges(changes: readonly Change[]): readonly PermissionSetChange[] {
  return changes.filter((change) => change.kind === "permissionSet");
}

export const planManner: Manner = {
  voice: planVoice,
  command: "idc plan",
  whole: "The whole plan",
  sides: ({ before, after }) => [before, after],
  words: { create: "is new", update: "changes", delete: "is deleted" },
  broader: "People who have it may do more than before:",
  actions: {
    new: "newly allowed",
    wider: "allowed on more resources or under fewer conditions",
    other: "allowed on other resources or under other conditions",
    narrower: "allowed on fewer resources or under more conditions",
    gone: "no longer allowed",
  },
};

export const driftManner: Manner = {
  voice: driftVoice,
  command: "idc drift",
  whole: "All that differs",
  sides: ({ before, after }) => [after, before],
  words: { create: "is missing", update: "is different", delete: "is not in the files" },
  broader: "People who have it may do more than the files say:",
  actions: {
    new: "allowed, and not by the files",
    wider: "allowed on more resources or under fewer conditions than the files say",
    other: "allowed on other resources or under other conditions than the files say",
    narrower: "allowed on fewer resources or under more conditions than the files say",
    gone: "not allowed, and the files allow it",
  },
};
