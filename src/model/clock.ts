/** Time as the engine sees it, so that tests can run years of waiting in no time. */
export type Clock = {
  /** Milliseconds since the epoch, perhaps not whole. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};
