import fc from "fast-check";
import type { Faults } from "../../src/sandbox/trouble.js";

/** Trouble that passes when one asks again. */
export const passing: Faults = {
  throttle: 0.2,
  conflict: 0.1,
  error500: 0.05,
  drop: 0.05,
  slow: 0.05,
  "short-pages": 0.3,
};
const everyday: Faults = { ...passing, "fail-async": 0.1 };
/** So bad that retries run out: readings stay incomplete and changes fail. */
const storm: Faults = {
  ...everyday,
  throttle: 0.5,
  conflict: 0.5,
  error500: 0.4,
  drop: 0.3,
  "fail-async": 0.5,
};

export const weathers = fc.constantFrom(passing, everyday, everyday, storm);
