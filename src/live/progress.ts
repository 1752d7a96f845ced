import type { RetryReason } from "./classify.js";
import type { OperationName } from "./operations.js";

/** What a progress line can tell while Identity Center is read or waited for. */
export type ReadProgress =
  | { readonly type: "reading"; readonly what: Subject; readonly done: number; readonly total: number }
  /** Requests of ours or anybody's that have not ended yet. */
  | { readonly type: "settling"; readonly inProgress: number }
  | {
      readonly type: "waiting";
      readonly operation: OperationName;
      readonly reason: RetryReason;
      readonly milliseconds: number;
    };

export type Subject = "users" | "groups" | "memberships" | "permission sets" | "assignments" | "accounts";
