/** A token bucket: `rate` requests a second, and as many (but at least one) at once after a quiet time. */
export type Bucket = { take(now: number): boolean };

export function createBucket(rate: number): Bucket {
  const capacity = Math.max(1, rate);
  let tokens = capacity;
  let filledAt: number | null = null;
  return {
    take(now) {
      tokens = Math.min(capacity, tokens + (Math.max(0, now - (filledAt ?? now)) * rate) / 1000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
