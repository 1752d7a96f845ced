import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/idc.js";
import { serveSandbox, type ServedSandbox } from "../cli/sandbox-process.js";
import { logged, providerCalls } from "./calls.js";
import { python } from "./processes.js";

const cwd = folderWith({});
const log = join(cwd, "log.jsonl");

let sandbox: ServedSandbox;
beforeAll(async () => {
  sandbox = await serveSandbox(cwd, "--settle", "120ms", "--log", log);
  await python("provider_calls.py", { env: sandbox.env, args: ["provider"] });
});
afterAll(async () => sandbox.stop());

test.each(Object.entries(providerCalls))("%s", async (resource, calls) => {
  const before = logged(log).length;
  expect(await python("provider_calls.py", { env: sandbox.env, args: [resource] })).toEqual({
    did: resource,
  });
  const asked = logged(log).slice(before);
  expect(asked.filter((call, index) => call !== asked[index - 1])).toEqual(["ListInstances", ...calls]);
});
