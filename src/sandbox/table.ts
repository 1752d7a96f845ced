/**
 * A Map of rows that keeps secondary indexes, so that "the memberships of a group" needs no scan. Rows are
 * immutable: whoever changes one puts a new row in its place, and the indexes follow.
 */
export class Table<Row, Index extends string = never> extends Map<string, Row> {
  readonly #indexes: Readonly<Record<Index, (row: Row) => string>>;
  readonly #buckets = new Map<string, Map<string, Row>>();
  #sorted: Row[] | null = null;

  /** `indexes`: for each index, the value of a row that it is found by. */
  constructor(indexes: Readonly<Record<Index, (row: Row) => string>>) {
    super();
    this.#indexes = indexes;
  }

  override set(key: string, row: Row): this {
    const old = this.get(key);
    if (old !== undefined) this.#leaveBuckets(key, old);
    for (const bucketKey of this.#bucketKeys(row)) {
      const bucket = this.#buckets.get(bucketKey);
      if (bucket === undefined) this.#buckets.set(bucketKey, new Map([[key, row]]));
      else bucket.set(key, row);
    }
    this.#sorted = null;
    return super.set(key, row);
  }

  override delete(key: string): boolean {
    const old = this.get(key);
    if (old === undefined) return false;
    this.#leaveBuckets(key, old);
    this.#sorted = null;
    return super.delete(key);
  }

  override clear(): void {
    this.#buckets.clear();
    this.#sorted = null;
    super.clear();
  }

  /** The rows whose index has this value, as they are now. */
  by(index: Index, value: string): Row[] {
    return [...(this.#buckets.get(bucketKeyOf(index, value))?.values() ?? [])];
  }

  countBy(index: Index, value: string): number {
    return this.#buckets.get(bucketKeyOf(index, value))?.size ?? 0;
  }

  /** All rows in the order of their keys, which is the order they are listed in. */
  sorted(): readonly Row[] {
    this.#sorted ??= [...this.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    return this.#sorted;
  }

  *#bucketKeys(row: Row): Iterable<string> {
    for (const index in this.#indexes) yield bucketKeyOf(index, this.#indexes[index](row));
  }

  #leaveBuckets(key: string, row: Row): void {
    for (const bucketKey of this.#bucketKeys(row)) {
      const bucket = this.#buckets.get(bucketKey);
      bucket?.delete(key);
      if (bucket?.size === 0) this.#buckets.delete(bucketKey);
    }
  }
}

function bucketKeyOf(index: string, value: string): string {
  return `${index}\0${value}`;
}
