import type { Change } from "../../model/change.js";
import type { AccessChange } from "../../model/plan.js";
import { principalRef } from "../../model/keys.js";
import { count } from "../../model/plural.js";
import { inReadingOrder } from "../reading-order.js";
import { fitting } from "./detail.js";
import { cut, fence } from "./escape.js";
import type { Telling } from "./telling.js";

/** Changes in the words of the plan's text, with what they do inside their objects: a block of code that GitHub colours. */
export function changeBlocks(changes: readonly Change[], telling: Telling): readonly string[] {
  return lineBlocks(
    changes.toSorted(inReadingOrder).flatMap((change) => changeLines(change, telling)),
    telling,
  );
}

/** Lines of a block of code as far as the detail allows, the rest counted. */
export function lineBlocks(lines: readonly string[], { detail }: Telling): readonly string[] {
  if (lines.length === 0) return [];
  const { told, left } = fitting(lines, detail.rows);
  if (told.length === 0) return [`${count(left, "line")}, left out here.`];
  const shown = told.map((line) => cut(line, detail.signs + 60));
  return [fence(left === 0 ? shown : [...shown, `  … and ${count(left, "more line")}`], "diff")];
}

export function detailLines(change: Change, { manner }: Telling): readonly string[] {
  return manner.voice
    .details(change)
    .map(({ sign, words, deeper = 0 }) => `${sign} ${"    ".repeat(deeper)}${words}`);
}

function changeLines(change: Change, telling: Telling): readonly string[] {
  const { sign, words } = telling.manner.voice.phrase(change, telling.plan.accounts);
  const place = change.source === null ? "" : `  (${change.source.file}:${change.source.line})`;
  const inside = detailLines(change, telling).map((line) => `${line.slice(0, 1)}    ${line.slice(1)}`);
  return [`${sign} ${words}${place}`, ...inside];
}

/** The changes that neither the table of people nor the permission sets' own part tell, such as a grant that reaches nobody. */
export function untold(changes: readonly Change[], rows: readonly AccessChange[]): readonly Change[] {
  const told = new Set(
    rows.flatMap(({ user, permissionSet, accounts, via }) => [
      ...via.map((way) => JSON.stringify([way, user])),
      ...via.flatMap((way) => accounts.map((account) => JSON.stringify([way, permissionSet, account]))),
    ]),
  );
  const changed = new Set(
    changes.flatMap((change) => (change.kind === "permissionSet" ? [change.key.name] : [])),
  );
  return changes.filter((change) => {
    switch (change.kind) {
      case "membership":
        return !told.has(JSON.stringify([principalRef("group", change.key.group), change.key.user]));
      case "assignment": {
        const { principalType, principal, permissionSet, account, orphan } = change.key;
        const grant = JSON.stringify([principalRef(principalType, principal), permissionSet, account]);
        return orphan === true || !told.has(grant);
      }
      case "user":
      case "group":
      case "applicationAssignment":
        return true;
      case "permissionSet":
        return false;
      case "provisioning":
        return !changed.has(change.key.permissionSet);
    }
  });
}
