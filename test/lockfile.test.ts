import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Lock = {
  readonly packages: Readonly<
    Record<string, { readonly version: string; readonly integrity?: string; readonly resolved?: string }>
  >;
};

test("every package of the lockfile has a checksum, and names no place to take it from", () => {
  const { packages } = JSON.parse(
    readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
  ) as Lock;
  const locked = Object.entries(packages).filter(([path]) => path !== "");
  expect(locked.length).toBeGreaterThan(100);
  expect(
    locked.filter(([, { integrity }]) => integrity?.startsWith("sha512-") !== true).map(([path]) => path),
  ).toEqual([]);
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});
