const units = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** `50ms`, `2s`, `10m` or `1h` in milliseconds; null for any other text. */
export function millisecondsOf(text: string): number | null {
  const [, amount, written] = /^(\d{1,9})([a-z]+)$/.exec(text) ?? [];
  const [, length] = units.find(([unit]) => unit === written) ?? [];
  return length === undefined ? null : Number(amount) * length;
}

/** As people write it, in the largest unit of which it is a whole number: `10m`, `90s`. */
export function durationWords(milliseconds: number): string {
  const [unit, length] = units.find(([, one]) => milliseconds % one === 0) ?? ["ms", 1];
  return `${milliseconds / length}${unit}`;
}
