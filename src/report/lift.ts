import type { LiftResult } from "../model/revoke-result.js";
import { renderLines } from "./lines.js";
import type { Line } from "./lines.js";
import { painter } from "./paint.js";
import { errorJson, errorLines, section } from "./result.js";
import { byHandLines, change, leftLine } from "./revoke.js";
import type { Layout } from "./revoke.js";
import { shownName } from "./untrusted.js";

/** What was done to let somebody in again. */
export function liftText(result: LiftResult, { color, width }: Layout): string {
  const { user, sets, errors, byHand } = result;
  const lines: Line[] = [
    ...section(
      `What cut off sessions of ${shownName(user)}`,
      sets.map((one) =>
        one.status === "done"
          ? change("~", `${shownName(one.permissionSet)}: taken out and put in force`)
          : leftLine("", one),
      ),
    ),
    ...section(null, errors.flatMap(errorLines)),
    ...byHandLines(byHand),
    { type: "plain", text: liftEnd(result), style: "bold" },
  ];
  return renderLines(lines, { paint: painter(color), width });
}

function liftEnd({ user, since, isLifted, interrupted }: LiftResult): string {
  const name = shownName(user);
  if (since === null) return `${name} is not revoked: there is nothing to lift.`;
  if (isLifted)
    return `Lifted: ${name} has nothing by that alone. The next idc apply gives what the files say.`;
  return `${interrupted ? "Interrupted" : "Not lifted"}: ${name} stays revoked. Run the same again.`;
}

export function liftJson(result: LiftResult): unknown {
  return { ...result, errors: result.errors.map(errorJson) };
}
