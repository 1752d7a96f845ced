/** RFC 3339, UTC, in whole seconds: `2026-11-26T09:30:00Z`. From milliseconds since the epoch. */
export function instant(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
