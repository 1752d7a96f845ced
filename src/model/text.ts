/** Compares two strings by their UTF-16 units: the same order on every machine, whatever its locale. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A name as a command line takes it: bare where a shell leaves it alone, quoted otherwise. */
export function shellWord(name: string): string {
  return /^[\w.@+=:,/-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
