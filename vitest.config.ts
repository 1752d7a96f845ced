import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // One core is left idle by default: on two, that is half of the time.
    maxWorkers: "100%",
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/report.json" },
    // Tests run on every Node that idc supports; the SDK's notice about its own support would drown what they say.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // The longest single tests drive the real command against a real server, or try a law on hundreds of cases.
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
