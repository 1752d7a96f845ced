/** How many random cases a law is tried on: `usual` in CI, so many that it takes hours in the nightly run. */
export function runs(usual: number): number {
  return Number(process.env["IDC_RUNS"] ?? usual);
}
