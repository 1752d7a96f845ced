import { readFileSync } from "node:fs";
import type { Log } from "sarif";
import { expect, it } from "vitest";
import { accessFiles } from "./files.js";
import { folderWith, idc } from "./idc.js";

const args = ["validate", "--format", "sarif"];

it("idc validate --format sarif tells of each fault where it is, and ends as in any other format", async () => {
  const people = accessFiles["access/people.yaml"].replace("members: [alice", "members: [alcie");
  const cwd = folderWith({ ...accessFiles, "access/people.yaml": people });
  const { code, stdout, stderr } = await idc(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
  const [run] = (JSON.parse(stdout) as Log).runs;
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(run?.tool.driver).toMatchObject({ name: "idc", version });
  expect(run?.results).toMatchObject([
    {
      ruleId: "unknown-user",
      locations: [
        { physicalLocation: { artifactLocation: { uri: "access/people.yaml" }, region: { startLine: 5 } } },
      ],
    },
  ]);
});

it("idc validate --format sarif writes a file without results when all is well", async () => {
  const { code, stdout, stderr } = await idc(args, { cwd: folderWith(accessFiles) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect((JSON.parse(stdout) as Log).runs.map(({ results }) => results)).toEqual([[]]);
});

it("idc validate --format sarif tells of a folder that is not there", async () => {
  const { code, stdout } = await idc([...args, "--dir", "./nowhere"], { cwd: folderWith({}) });
  expect(code).toBe(3);
  expect((JSON.parse(stdout) as Log).runs[0]?.results).toMatchObject([
    { locations: [{ physicalLocation: { artifactLocation: { uri: "nowhere/" } } }] },
  ]);
});
