import type { Instance } from "../model/snapshot.js";
import type { Api } from "./api.js";

/** One Identity Center and the way to it. */
export type Site = {
  readonly api: Api;
  readonly instance: Pick<Instance, "arn" | "identityStoreId">;
};
