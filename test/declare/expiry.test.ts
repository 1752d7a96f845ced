import { describe, expect, test } from "vitest";
import { endOf } from "../../src/declare/expiry.js";
import { load } from "../../src/declare/load.js";
import { resolve } from "../../src/declare/resolve.js";
import { memoryTree } from "./memory-tree.js";

describe("when something is over", () => {
  test.each([
    ["2026-12-31", "2027-01-01T00:00:00.000Z"],
    ["2024-02-29", "2024-03-01T00:00:00.000Z"],
    ["2026-12-31T18:00Z", "2026-12-31T18:00:00.000Z"],
    ["9999-12-31", "9999-12-31T23:59:59.999Z"],
    ["2026-12-31T18:00:30.5+02:00", "2026-12-31T16:00:30.500Z"],
  ])("%s: at %s", (text, end) => {
    expect(new Date(endOf(text) ?? 0).toISOString()).toBe(end);
  });

  test.each([
    "2026-02-30",
    "2025-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-04-31T10:00:00Z",
    "2026-12-31T25:00:00Z",
  ])("%s is no time", (text) => {
    expect(endOf(text)).toBeNull();
  });
});

const files = `
users: {ann: {givenName: A, familyName: A, email: a@x.io}, ben: {givenName: B, familyName: B, email: b@x.io}}
groups: {dev: {members: [ann, {user: ben, expires: 2026-06-30}]}}
permissionSets: {Read: {}, Admin: {}}
assignments:
  - {groups: [dev], permissionSets: [Read, Admin], accounts: ["111122223333"], expires: "2026-06-30T12:00:00Z"}
  - {groups: [dev], permissionSets: [Read], accounts: ["111122223333", "444455556666"]}
`;

async function at(now: string) {
  const loaded = await load(memoryTree({ "all.yaml": files }));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const directory = { kind: "local", managementAccount: null, unread: null } as const;
  const resolved = resolve(loaded.value, directory, { partition: "aws", commit: null, now: Date.parse(now) });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.diagnostics));
  const { memberships, assignments, expired, ruled } = resolved.value;
  return {
    gives: [...memberships.keys(), ...assignments.keys()],
    over: [...expired].map(([id, { line, column }]) => `${id} ${line}:${column}`),
    ruled: ruled.size,
    told: resolved.diagnostics.map(
      ({ code, severity, message, source }) => `${source?.line} ${severity} ${code} ${message}`,
    ),
  };
}

describe("memberships and rules that expire", () => {
  const lasting = ["assignment:group/dev:Read:111122223333", "assignment:group/dev:Read:444455556666"];

  test("give what they give to the last moment", async () => {
    expect(await at("2026-06-30T11:59:59.999Z")).toEqual({
      gives: [
        "membership:dev/ann",
        "membership:dev/ben",
        lasting[0],
        "assignment:group/dev:Admin:111122223333",
        lasting[1],
      ],
      over: [],
      ruled: 2,
      told: [],
    });
  });

  test("end by themselves, each with its place; what another rule gives stays", async () => {
    expect(await at("2026-06-30T12:00:00Z")).toMatchObject({
      gives: ["membership:dev/ann", "membership:dev/ben", ...lasting],
      over: ["assignment:group/dev:Admin:111122223333 6:89"],
      told: ["6 warning expired This has been over since 2026-06-30T12:00:00Z and gives nothing any more."],
    });
  });

  test("a date holds through its day, and what is over is still ruled by the files", async () => {
    expect(await at("2026-07-01T00:00:00Z")).toMatchObject({
      gives: ["membership:dev/ann", ...lasting],
      over: ["membership:dev/ben 3:52", "assignment:group/dev:Admin:111122223333 6:89"],
      ruled: 2,
    });
  });
});
