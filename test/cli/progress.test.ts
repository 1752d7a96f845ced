import { expect, it } from "vitest";
import { applyTeller, progressTeller, stageTeller } from "../../src/cli/progress.js";
import type { Terminal } from "../../src/cli/terminal.js";
import type { ReadProgress } from "../../src/live/progress.js";
import { everyChange, planOf } from "../report/plans.js";

/** What stands on stderr where it is no terminal. */
function createLog(): { terminal: Terminal; said: string[] } {
  const said: string[] = [];
  const nothing = (): void => {};
  const terminal: Terminal = {
    out: nothing,
    err: nothing,
    step: (text) => void said.push(text),
    detail: nothing,
    rest: nothing,
    color: { out: false, err: false },
    width: 80,
  };
  return { terminal, said };
}

/** What is said of `events`, with the second at which it is. */
function toldOf(events: readonly (readonly [second: number, event: ReadProgress])[]): readonly string[] {
  const { terminal, said } = createLog();
  let time = 1_000_000;
  const tell = progressTeller(terminal, { now: () => time });
  return events.flatMap(([second, event]) => {
    time = 1_000_000 + second * 1000;
    tell(event);
    return said.splice(0).map((text) => `${second}: ${text}`);
  });
}

function settling(inProgress: number): ReadProgress {
  return { type: "settling", inProgress };
}

function retrying(seconds: number): ReadProgress {
  return {
    type: "waiting",
    operation: "sso-admin ListPermissionSets",
    reason: "throttled",
    milliseconds: seconds * 1000,
  };
}

const reading: ReadProgress = { type: "reading", what: "users", done: 1, total: 2 };

it("says nothing of operations in progress before there are some", () => {
  const { terminal, said } = createLog();
  const tell = stageTeller(terminal, "access");
  for (const stage of ["files", "connecting", "settling", "accounts"] as const) tell(stage);
  expect(said).toEqual([
    "Reading access …",
    "Connecting to Identity Center …",
    "Reading the organization's accounts …",
  ]);
});

it("says that it waits for operations, how many there are after ten seconds, and then every half minute", () => {
  const seconds = Array.from({ length: 20 }, (_, index) => index * 4);
  expect(toldOf(seconds.map((second) => [second, settling(90 - second)]))).toEqual([
    "0: Waiting for operations in progress …",
    "12: Waiting for 78 operations in progress …",
    "44: Waiting for 46 operations in progress …",
    "76: Waiting for 14 operations in progress …",
  ]);
});

it("says what it tries again, and why, once that takes ten seconds", () => {
  expect(
    toldOf([
      [0, retrying(0.5)],
      [1, retrying(4)],
      [5, retrying(8)],
      [13, retrying(15)],
      [28, retrying(20)],
      [48, retrying(20)],
    ]),
  ).toEqual([
    "5: Waiting 8.0 s to try sso-admin ListPermissionSets again (throttled) …",
    "48: Waiting 20.0 s to try sso-admin ListPermissionSets again (throttled) …",
  ]);
});

it("says nothing of short waits, however many there are", () => {
  expect(
    toldOf(
      [0, 6, 12, 18].flatMap((second) => [[second, retrying(4)] as const, [second + 5, reading] as const]),
    ),
  ).toEqual([]);
  expect(toldOf([0, 20, 40, 60].map((second) => [second, retrying(4)]))).toEqual([]);
});

it("says of an apply what was tried, not what was not begun", () => {
  const { terminal, said } = createLog();
  const tell = applyTeller(terminal);
  const plan = planOf({ changes: everyChange });
  for (const change of everyChange)
    tell({ type: "finished", change, outcome: { status: "interrupted" } }, plan);
  expect(said).toEqual([]);
});
