import { LiveError } from "../model/live-error.js";

/**
 * What it means that a request for the mark failed: everything else was done, and a guard stands where it stood. What no
 * request met, such as another run's mark, says itself what it means.
 */
export function unmarked(error: LiveError): LiveError {
  const { message, kind, code, operation, action, help, requestId } = error;
  if (operation === null) return error;
  return new LiveError(`Everything was applied, but the mark could not be moved: ${message}`, {
    kind,
    code,
    operation,
    action,
    help: [
      ...(help === null ? [] : [help]),
      "Then run idc apply again. Until the mark (the tag idc:applied) is moved, the next run may not notice an older checkout.",
    ].join("\n"),
    requestId,
    cause: error,
  });
}
