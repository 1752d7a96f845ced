import type { DeclaredUser } from "../model/declared.js";
import { userAttributes } from "../model/state.js";
import type { User, UserAttribute } from "../model/state.js";

/** Live's attributes under what the files mention; `null` in the files removes. */
export function overlaid(user: User, { attributes }: DeclaredUser): User {
  const result: { [A in UserAttribute]?: string } = { ...user };
  for (const attribute of userAttributes) {
    const value = attributes[attribute];
    if (value === null) delete result[attribute];
    else if (value !== undefined) result[attribute] = value;
  }
  return result;
}
