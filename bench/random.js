/**
 * Numbers that look random and are the same every time (Mulberry32, a public-domain generator).
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;

  /** From 0 up to 1. */
  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `count`. */
  const below = (count) => Math.floor(next() * count);

  return {
    below,
    /** As `below`, with small numbers more often: in every organization a few groups are large and most are small. */
    skewed: (count) => Math.floor(next() ** 2 * count),
    pick: (list) => list[below(list.length)],
    /** `count` different items; all of them where there are no more. */
    sample(list, count) {
      const rest = [...list];
      return Array.from(
        { length: Math.min(count, rest.length) },
        () => rest.splice(below(rest.length), 1)[0],
      );
    },
  };
}

/** @typedef {ReturnType<typeof createRandom>} Random */
