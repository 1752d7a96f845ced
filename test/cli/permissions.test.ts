import { describe, expect, it } from "vitest";
import { leastPolicy } from "../../src/live/permissions.js";
import { folderWith, idc } from "./idc.js";

// No access files, no credentials, no region.
const cwd = folderWith({});
const instanceArn = "arn:aws:sso:::instance/ssoins-1111222233334444";

describe("idc permissions", () => {
  it.each(["plan", "apply", "revoke"] as const)(
    "prints the policy for %s and nothing else",
    async (command) => {
      const { code, stdout, stderr } = await idc(["permissions", command], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual(leastPolicy(command, null));
    },
  );

  it("takes the instance from the option that every command has", async () => {
    const { code, stdout } = await idc(["permissions", "apply", "--instance-arn", instanceArn], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(leastPolicy("apply", instanceArn));
    expect(stdout).toContain(`"${instanceArn}"`);
  });

  it("shows by an example how a role gets the policy", async () => {
    const { stdout } = await idc(["permissions", "--help"], { cwd });
    expect(stdout).toContain("$ idc permissions plan > policy.json");
    expect(stdout).toContain("aws iam put-role-policy");
  });

  it.each([[["permissions"]], [["permissions", "drift"]], [["permissions", "plan", "apply"]]])(
    "refuses %j",
    async (args) => {
      const { code, stdout, stderr } = await idc(args, { cwd });
      expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
      expect(stderr).toMatch(/^error: /);
    },
  );
});
