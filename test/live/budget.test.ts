import { describe, expect, test } from "vitest";
import { createBudget } from "../../src/live/budget.js";
import { createSlots } from "../../src/live/slots.js";
import { createLiveWorld, read } from "./live-world.js";
import { createVirtualClock } from "./virtual-clock.js";

async function turns(count: number, requestsPerSecond: number): Promise<readonly number[]> {
  const time = { time: 0 };
  const budget = createBudget({ requestsPerSecond, clock: createVirtualClock(time) });
  const at: number[] = [];
  await Promise.all(Array.from({ length: count }, () => budget.use(async () => void at.push(time.time))));
  return at;
}

describe("the request budget", () => {
  test("spaces requests evenly after a small start", async () => {
    const at = await turns(100, 20);
    expect(at.at(-1)).toBe((100 - 1 - 5) * 50);
    for (let index = 0; index + 20 < at.length; index += 1)
      expect((at[index + 20] ?? 0) - (at[index] ?? 0)).toBeGreaterThanOrEqual(750);
  });

  test("at its default never passes the service's twenty a second", async () => {
    const at = await turns(200, 15);
    for (let index = 0; index + 20 < at.length; index += 1)
      expect((at[index + 20] ?? 0) - (at[index] ?? 0)).toBeGreaterThan(1000);
  });

  test("takes odd rates, and no limit", async () => {
    expect((await turns(5, 0.5)).at(-1)).toBe(8000);
    expect((await turns(100, Infinity)).at(-1)).toBe(0);
  });

  test("survives a clock that is set back", async () => {
    const time = { time: 1_000_000_000 };
    const budget = createBudget({ requestsPerSecond: 10, clock: createVirtualClock(time) });
    for (let index = 0; index < 20; index += 1) await budget.use(() => Promise.resolve());
    time.time = 0;
    await budget.use(() => Promise.resolve());
    expect(time.time).toBeLessThanOrEqual(3_200);
  });

  test("makes a whole reading take hardly longer than the limit does, without one refusal", async () => {
    const free = createLiveWorld();
    const developers = free.group("developers");
    for (let index = 0; index < 30; index += 1) free.assign(free.set(`Set${index}`), developers);
    const world = createLiveWorld({ state: free.sandbox.state, rate: 20 });
    let refusals = 0;
    const connection = await world.connect({
      limits: { requestsPerSecond: 20, operationsInFlight: 10 },
      onProgress: ({ type }) => {
        if (type === "waiting") refusals += 1;
      },
    });
    const [start, before] = [world.clock.time, world.sent.length];
    await read(connection);
    const sent = world.sent.length - before;
    expect(sent).toBeGreaterThan(200);
    expect(world.clock.time - start).toBeLessThanOrEqual((sent / 20) * 1000 * 1.05);
    expect(refusals).toBe(0);
  });
});

describe("slots", () => {
  test("let so many run at once, the others in order", async () => {
    const slots = createSlots(2);
    const log: string[] = [];
    const releases: (() => void)[] = [];
    const work = (name: string) =>
      slots.use(async () => {
        log.push(name);
        await new Promise<void>((resolve) => releases.push(resolve));
      });
    const all = ["a", "b", "c", "d"].map(work);
    await Promise.resolve();
    expect(log).toEqual(["a", "b"]);
    for (let index = 0; index < 4; index += 1) {
      releases[index]?.();
      await all[index];
    }
    expect(log).toEqual(["a", "b", "c", "d"]);
  });

  test("are given back by work that fails", async () => {
    const slots = createSlots(1);
    await expect(slots.use(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await slots.use(() => Promise.resolve("yes"))).toBe("yes");
  });

  test("are not waited for by who was interrupted", async () => {
    const slots = createSlots(1);
    let release = (): void => {};
    const first = slots.use(() => new Promise<void>((resolve) => (release = resolve)));
    const abort = new AbortController();
    const second = slots.use(() => Promise.resolve(), abort.signal);
    const third = slots.use(() => Promise.resolve("third"));
    abort.abort(new Error("Ctrl-C"));
    await expect(second).rejects.toThrow("Ctrl-C");
    release();
    await first;
    expect(await third).toBe("third");
  });
});
