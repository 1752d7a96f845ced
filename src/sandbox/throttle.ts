/** A token bucket: `rate` requests a second, and as many at once after a quiet second. */
export type Bucket = { take(now: number): boolean };

export function createBucket(rate: number): Bucket {
  let tokens = rate;
  let filledAt: number | null = null;
  return {
    take(now) {
      tokens = Math.min(rate, tokens + (Math.max(0, now - (filledAt ?? now)) * rate) / 1000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
