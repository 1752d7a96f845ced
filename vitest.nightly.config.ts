import { defineConfig } from "vitest/config";
import usual from "./vitest.config.js";

/** The random laws about access, trouble and hostile files, on ten thousand cases each: what takes a minute in CI takes an hour here. */
export default defineConfig({
  test: {
    ...usual.test,
    include: [
      ...[
        "trouble",
        "unread",
        "converge",
        "resumed",
        "within-reach",
        "unattended",
        "audit",
        "keep-access",
      ].map((law) => `test/scenarios/${law}.test.ts`),
      "test/declare/hostile-mutations.test.ts",
    ],
    outputFile: { json: ".vitest/nightly.json" },
    env: { ...usual.test?.env, IDC_RUNS: "10000" },
    testTimeout: 4 * 3_600_000,
  },
});
