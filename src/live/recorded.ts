import type { RecordedWrite, Recorder, WriteNews } from "../apply/recorder.js";
import { LiveError } from "../model/live-error.js";
import { classify, mayHaveHadEffect } from "./classify.js";
import type { Answer } from "./clients.js";
import type { OperationName } from "./operations.js";

/** An operation that the service has begun, and of which it has not said how it ended. */
export class NeverEnded extends LiveError {}

/** Sends one write request, which is on record before it leaves and again when it is known what became of it. */
export async function sendRecorded<A extends Answer>(
  recorder: Recorder,
  operation: OperationName,
  send: () => Promise<A>,
): Promise<{ readonly answer: A; readonly write: RecordedWrite }> {
  const write = await recorder.sending(operation);
  const answer = await send().catch(async (error: unknown) => {
    await write.became(newsOf(error));
    throw error;
  });
  const { requestId = null } = answer.$metadata;
  await write.became({ outcome: "accepted", code: null, requestId });
  return { answer, write };
}

/** Puts on record how that which was begun has ended, as `follow` finds. */
export async function endRecorded(write: RecordedWrite, follow: () => Promise<void>): Promise<void> {
  const ended = { code: null, requestId: null };
  await follow().catch(async (error: unknown) => {
    const hasFailed = error instanceof LiveError && error.kind === "failed" && !(error instanceof NeverEnded);
    await write.became({ ...ended, outcome: hasFailed ? "failed" : "unclear" });
    throw error;
  });
  await write.became({ ...ended, outcome: "succeeded" });
}

function newsOf(error: unknown): WriteNews {
  const { kind, retry, code, requestId } = classify(error);
  if (code === null && (kind === "credentials" || retry?.reason === "not reachable"))
    return { outcome: "unsent", code, requestId };
  const isClear = code !== null && (retry === null || !mayHaveHadEffect(retry.reason));
  return { outcome: isClear ? "refused" : "unclear", code, requestId };
}
