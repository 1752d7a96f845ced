import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

/**
 * Runs Node with each of the argument lists in turn, round after round, so that whatever else the machine does weighs
 * on all of them alike, and gives the median time of each in milliseconds. A first round warms up and is not counted.
 * @param {Readonly<Record<string, readonly string[]>>} commands
 * @param {number} rounds
 * @returns {Record<string, number>}
 */
export function alternate(commands, rounds) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, args] of Object.entries(commands)) {
      const time = timed(args);
      if (round > 0) times[name].push(time);
    }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
}

function timed(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const time = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return time;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
