import { defineConfig } from "vitest/config";
import { filesToRun } from "./test/peers/machine.js";

export default defineConfig({
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // Terraform's provider waits 5 to 10 seconds before it asks for the first time how something stands.
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
  plugins: [
    {
      name: "peers-on-this-machine",
      config() {
        const include = filesToRun();
        // The tests wait for other programs more than they compute.
        return { test: { include, passWithNoTests: include.length === 0, maxWorkers: include.length || 1 } };
      },
    },
  ],
});
