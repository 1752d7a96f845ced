/** What has the same key (of objects, the very same) together, in the order in which the keys first come. */
export function grouped<T>(
  all: Iterable<T>,
  keyOf: (one: T) => string | object,
): readonly (readonly [T, ...(readonly T[])])[] {
  const groups = new Map<string | object, [T, ...T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
