import { setMaxListeners } from "node:events";
import type { Instance } from "../model/snapshot.js";
import type { Api } from "./api.js";

/** One Identity Center and the way to it. */
export type Site = {
  readonly api: Api;
  readonly instance: Pick<Instance, "arn" | "identityStoreId">;
};

/** The same place for as long as `signal` allows: every request stops promptly when it aborts. */
export function until(signal: AbortSignal, site: Site): Site {
  const { api } = site;
  // Node warns of a leak at eleven listeners; here each request under way is one.
  const many = AbortSignal.any([signal]);
  setMaxListeners(0, many);
  return {
    ...site,
    api: {
      ...api,
      call: (operation, input) => api.call(operation, input, many),
      list: (operation, input, itemsOf) => api.list(operation, input, itemsOf, many),
    },
  };
}
