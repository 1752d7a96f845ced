/** `1 group`, `3 groups`, `2 people`; thousands are set apart: `10,000 users`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${digits(number)} ${number === 1 ? singular : plural}`;
}

export function digits(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `a`, `a and b`, `a, b and c`; past `most` the rest is counted, unless it is a single one: `a, b, c and 9 more`. */
export function listed(items: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown =
    items.length > most + 1 ? [...items.slice(0, most), `${digits(items.length - most)} more`] : items;
  const last = shown.at(-1);
  if (last === undefined) return "";
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}
