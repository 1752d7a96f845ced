import type { JsonObject } from "../../src/model/policy-document.js";

// Statements of a policy, as short as a table of cases needs them.

export function allow(Action: string | readonly string[], given: JsonObject = {}): JsonObject {
  return { Effect: "Allow", Action, Resource: "*", ...given };
}

export function deny(Action: string | readonly string[], given: JsonObject = {}): JsonObject {
  return { ...allow(Action, given), Effect: "Deny" };
}

export function allBut(NotAction: string | readonly string[], given: JsonObject = {}): JsonObject {
  return { Effect: "Allow", NotAction, Resource: "*", ...given };
}
