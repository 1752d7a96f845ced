import type { Handlers } from "../context.js";
import { groupHandlers } from "./groups.js";
import { membershipHandlers } from "./memberships.js";
import { userHandlers } from "./users.js";

export const identityStore: Handlers<"identitystore"> = {
  ...userHandlers,
  ...groupHandlers,
  ...membershipHandlers,
};
