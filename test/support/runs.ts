/** How many random cases a law is tried on: `usual` in CI, so many that it takes hours in the nightly run. */
export function runs(usual: number): number {
  return Number(process.env["IDC_RUNS"] ?? usual);
}

/** The same cases on every run of CI, others every night. */
export function trials(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return process.env["IDC_RUNS"] === undefined ? { numRuns: usual, seed: 1 } : { numRuns: runs(usual) };
}
