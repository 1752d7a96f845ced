import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/report.json" },
    // The longest single tests drive the real command against a real server.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
