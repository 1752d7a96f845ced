import type { Clock } from "../model/clock.js";

/** Watches whether anything is still answered, so that a network that is gone is not found out object by object. */
export type Outage = {
  answered(): void;
  /** An attempt that nobody answered, perhaps the last one of its request; whether the network is gone for good. */
  lost(isLast: boolean): boolean;
};

/** Requests in a row, whatever their operation, that no attempt brought through. */
const mostRequests = 5;
/** Many at once take turns, so that all of them begin before one has made its last attempt. */
const mostAttempts = 40;
const longest = 60_000;

export function createOutage(clock: Clock): Outage {
  let requests = 0;
  let attempts = 0;
  let since = 0;
  return {
    answered() {
      requests = 0;
      attempts = 0;
    },
    lost(isLast) {
      if (attempts === 0) since = clock.now();
      attempts += 1;
      if (isLast) requests += 1;
      return requests >= mostRequests || (attempts >= mostAttempts && clock.now() - since >= longest);
    },
  };
}
