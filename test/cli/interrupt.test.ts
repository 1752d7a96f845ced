import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interrupted, listenForInterrupts } from "../../src/cli/interrupt.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("the first signal asks to stop, what comes with it is the same key press, a later one ends the process", () => {
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  const told = vi.fn<() => void>();
  const { signal, stop } = listenForInterrupts(told);
  vi.advanceTimersByTime(60_000);
  process.emit("SIGINT");
  process.emit("SIGINT");
  process.emit("SIGTERM");
  expect(signal.reason).toBeInstanceOf(Interrupted);
  expect(told).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(200);
  process.emit("SIGINT");
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  process.emit("SIGINT");
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  stop();
});

test("who has stopped listening leaves signals to others", () => {
  const told = vi.fn<() => void>();
  const { signal, stop } = listenForInterrupts(told);
  stop();
  const others = vi.fn<() => void>();
  process.once("SIGTERM", others);
  process.emit("SIGTERM");
  expect([told.mock.calls, signal.aborted, others.mock.calls.length]).toEqual([[], false, 1]);
});
