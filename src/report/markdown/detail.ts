/** How much a comment tells. What is left out is always counted. */
export type Detail = {
  /** Whether the plan's text form stands in it, folded away. */
  readonly raw: boolean;
  /** How many permission sets are told one by one. */
  readonly sets: number;
  /** How many rows a table has, and how many lines a list. */
  readonly rows: number;
  /** How many people, accounts or actions a line names. */
  readonly names: number;
  /** How many signs a name or a text may have. */
  readonly signs: number;
};

/** From everything to hardly more than the verdict; the first that fits is taken. */
export const detailLevels = [
  { raw: true, sets: Infinity, rows: Infinity, names: 6, signs: Infinity },
  { raw: false, sets: Infinity, rows: Infinity, names: 6, signs: Infinity },
  { raw: false, sets: 100, rows: 250, names: 4, signs: Infinity },
  { raw: false, sets: 40, rows: 60, names: 4, signs: 200 },
  { raw: false, sets: 12, rows: 20, names: 3, signs: 80 },
  { raw: false, sets: 3, rows: 6, names: 1, signs: 60 },
  { raw: false, sets: 0, rows: 0, names: 0, signs: 60 },
] as const satisfies readonly Detail[];

/** As many as the detail allows, and how many are left; one left alone is told rather than counted. */
export function fitting<T>(
  all: readonly T[],
  most: number,
): { readonly told: readonly T[]; readonly left: number } {
  const told = all.length <= most + 1 && most > 0 ? all : all.slice(0, most);
  return { told, left: all.length - told.length };
}
