import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderWith, idc } from "./idc.js";

const people = (ben: string): string => `users:
  ann: {givenName: Ann, familyName: Lee}
  ben: {givenName: Ben, familyName: Ray${ben}}
groups: {dev: {members: [ann, ben]}}
permissionSets: {Read: {managedPolicies: [ReadOnlyAccess]}}
assignments: [{groups: [dev], permissionSets: [Read], accounts: [sandbox]}]
`;

it("is set in the embedded Identity Center alone, wherever the settings lead", async () => {
  const cwd = folderWith({
    "access/people.yaml": people(""),
    // Nobody listens there: whatever is sent to it fails.
    "access/settings.yaml":
      'identityCenter: {scim: {endpoint: "http://127.0.0.1:1/scim/v2/", tokenEnv: IDC_SCIM_TOKEN}}\n',
  });
  const env = { IDC_SCIM_TOKEN: "token-of-the-real-directory" };
  expect((await idc(["apply", "--sandbox", "--yes"], { cwd, env })).code).toBe(0);
  writeFileSync(join(cwd, "access/people.yaml"), people(", status: disabled"));
  const applied = await idc(["apply", "--sandbox", "--yes", "--quiet"], { cwd, env });
  expect(applied).toMatchObject({ code: 0, stderr: "" });
  expect(applied.stdout).toContain('~ status: "enabled" -> "disabled"');
  expect(await idc(["plan", "--sandbox", "--detailed-exitcode", "--quiet"], { cwd, env })).toMatchObject({
    code: 0,
  });
});
