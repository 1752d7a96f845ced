import { setMaxListeners } from "node:events";
import type { Api } from "./api.js";

/**
 * Does `work` with requests that stop promptly when `signal` aborts, and when `work` has ended: what is still being asked
 * when one part has failed for good serves nobody.
 */
export async function whileWanted<T>(
  api: Api,
  signal: AbortSignal,
  work: (api: Api) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const wanted = AbortSignal.any([signal, ended.signal]);
  // Node warns of a leak at eleven listeners; here each request under way is one.
  setMaxListeners(0, wanted);
  try {
    return await work({
      ...api,
      call: (operation, input) => api.call(operation, input, wanted),
      list: (operation, input, itemsOf) => api.list(operation, input, itemsOf, wanted),
    });
  } finally {
    ended.abort();
  }
}
