/** The benches run on what was built, as a process of their own; here only that they measure what they say. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

async function bench(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return await run(process.execPath, ["bench/main.js", ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
}

function sized(...numbers: readonly number[]): readonly string[] {
  const names = ["accounts", "sets", "assignments", "groups", "users", "memberships"];
  return names.flatMap((name, index) => [`--${name}`, String(numbers[index])]);
}

/** The numbers of a row of a table, by its name. */
function row(out: string, name: string): readonly number[] {
  const line = out.split("\n").find((one) => one.trim().startsWith(`${name} `));
  return (
    line
      ?.trim()
      .slice(name.length)
      .match(/[\d.,]+/g) ?? []
  ).map((text) => Number(text.replace(",", "")));
}

test("an organization has exactly the size that was asked for, and its requests are counted by operation", async () => {
  const { code, out } = await bench("requests", ...sized(23, 7, 101, 13, 17, 60));

  expect(code).toBe(0);
  expect(out).toContain(
    "as read: 23 accounts, 7 permission sets, 101 assignments, 13 groups, 17 users, 60 memberships, on 81 account–set pairs",
  );
  expect(out).toContain("The apply made 50 changes");
  expect(row(out, "sso-admin ListAccountAssignments")[0]).toBe(81);
  expect(row(out, "sso-admin CreateAccountAssignment")).toEqual([8, 8]);
  // 7 sets × 2, 7 × 3 managed and 6 inline policies, and one for each assignment, user, group and membership.
  expect(out).toContain(`Terraform's refresh of the same: ${14 + 21 + 6 + 101 + 17 + 13 + 60} requests`);
});

test("what a targeted plan asks for follows what a pull request touches, and not the organization's size", async () => {
  const { code, out } = await bench("targeted", ...sized(210, 4, 300, 30, 60, 120));

  expect(code).toBe(0);
  for (const what of [
    "one member joins",
    "somebody moves between teams",
    "a permission set's session",
    "one account more",
    "an OU more",
    "somebody leaves",
    "a group goes",
    "20 people are new",
  ]) {
    const [touched = 0, requests = Infinity, bound, ...larger] = row(out, what);
    expect({ what, bound }).toEqual({ what, bound: 10 + 7 * touched });
    expect(requests).toBeLessThanOrEqual(10 + 7 * touched);
    expect({ what, larger }).toEqual({
      what,
      larger: [touched, requests, bound, touched, requests, bound, 1],
    });
  }
  expect(row(out, "an OU more")[0]).toBe(10);
  expect(out).not.toContain("MISSED");
});

test("files and plans of an organization are measured from end to end", async () => {
  const { code, out } = await bench("plan", ...sized(12, 3, 20, 4, 6, 9));

  expect(code).toBe(0);
  expect(row(out, "nothing to do")[0]).toBe(0);
  expect(row(out, "everything new")[0]).toBe(3 + 20 + 4 + 6 + 9);
});

test.each([
  ["a size that cannot be", ["requests", ...sized(2, 1, 5, 2, 1, 1)], "have no room for 5 assignments"],
  [
    "a tenth that cannot be",
    ["targeted", ...sized(20, 8, 120, 30, 60, 150)],
    "have no room for 12 assignments",
  ],
  ["a tenth of nothing", ["targeted", "--accounts", "10"], "--accounts must be 11 or more"],
  ["what is no number", ["plan", "--users", "many"], '--users takes a whole number, not "many"'],
  ["a bench that is not there", ["speed"], 'There is no bench "speed"'],
])("%s is refused in one sentence", async (_what, args, sentence) => {
  const { code, out, err } = await bench(...args);

  expect([code, out]).toEqual([3, ""]);
  expect(err).toContain(sentence);
  expect(err).not.toContain("    at ");
});
