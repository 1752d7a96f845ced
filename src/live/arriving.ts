import { orNull } from "./gaps.js";
import { describeRequest, listInProgress } from "./request-status.js";
import type { Site } from "./site.js";

/**
 * How many assignments to a user are on their way: listed nowhere yet, and there as soon as the service is done with them.
 * One that has just arrived counts, too: whoever looked before has not seen it.
 */
export async function countArriving(site: Site, userId: string): Promise<number> {
  const requests = await Promise.all(
    (await listInProgress(site, "creation")).map((id) => orNull(describeRequest(site, "creation", id))),
  );
  return requests.filter((one) => one?.principalId === userId && one.status !== "FAILED").length;
}
