import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createScim } from "../../src/live/scim.js";
import { folderWith } from "./idc.js";
import { serveSandbox } from "./sandbox-process.js";

it("prints where an identity provider comes in and with what, and never logs the latter", async () => {
  const cwd = folderWith({});
  const sandbox = await serveSandbox(cwd, "--log", "requests.jsonl");
  const { IDC_SCIM_ENDPOINT: endpoint = "", IDC_SCIM_TOKEN: token = "" } = sandbox.env;
  expect(endpoint).toBe(`${sandbox.url}/11111111111-2222-3333-4444-555555555555/scim/v2/`);
  const user = { userName: "ann", displayName: "Ann", name: { givenName: "Ann", familyName: "Nguyen" } };
  const made = await fetch(`${endpoint}Users`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    body: JSON.stringify(user),
  });
  expect(made.status).toBe(201);
  const clock = { now: Date.now, sleep: () => Promise.reject(new Error("nothing to wait for")) };
  await createScim({ endpoint, token, clock, signal: new AbortController().signal }).setActive("ann", false);
  await sandbox.stop();
  const log = readFileSync(join(cwd, "requests.jsonl"), "utf8");
  expect(log.match(/"service":"scim","operation":"\w+","outcome":"ok"/g)).toHaveLength(3);
  expect(log).not.toContain(token);
  const again = await serveSandbox(cwd);
  const found = await fetch(`${again.env["IDC_SCIM_ENDPOINT"]}Users`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await found.json()).toMatchObject({ Resources: [{ userName: "ann", active: false }] });
  await again.stop();
});
