import type { Recorder, WriteNews } from "../../src/apply/recorder.js";
import { LiveError } from "../../src/model/live-error.js";

/** What a recorder was told, as `1 sso-admin TagResource sending`; it takes as many lines as there is `room` for. */
export function notes(room = Infinity) {
  const lines: string[] = [];
  const news: WriteNews[] = [];
  let count = 0;
  const recorder: Recorder = {
    async sending(operation) {
      if (lines.length >= room) throw new LiveError("The disk is full.", { kind: "unrecorded", operation });
      const number = (count += 1);
      lines.push(`${number} ${operation} sending`);
      return {
        async became(one) {
          news.push(one);
          lines.push(`${number} ${[one.outcome, one.code].filter((part) => part !== null).join(" ")}`);
        },
      };
    },
  };
  return { lines, news, recorder };
}
