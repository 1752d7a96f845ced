/** Compares two strings by their UTF-16 units: the same order on every machine, whatever its locale. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
