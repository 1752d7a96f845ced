import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The longest single tests drive the real command against a real server.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
