import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/cli/clock.js";

afterEach(() => vi.useRealTimers());

test("the wall clock being set, forward or back, is no time that has passed", () => {
  const before = systemClock.now();
  expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
  vi.useFakeTimers({ toFake: ["Date"] });
  for (const hours of [-5, 5]) {
    vi.setSystemTime(before + hours * 3_600_000);
    expect(Math.abs(Date.now() - before)).toBeGreaterThan(3_600_000);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(systemClock.now() - before).toBeLessThan(60_000);
  }
});

test("sleeping ends early with the signal's reason", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, controller.signal);
  controller.abort(new Error("told to stop"));
  await expect(sleeping).rejects.toThrow("told to stop");
});
