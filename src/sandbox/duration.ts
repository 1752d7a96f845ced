const milliseconds = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
]);

/** "50ms", "2s" or "1m" in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m)$/.exec(text) ?? [];
  const factor = milliseconds.get(unit ?? "");
  return factor === undefined ? null : Number(amount) * factor;
}
