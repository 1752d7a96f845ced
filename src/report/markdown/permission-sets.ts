import { count, digits, listed } from "../../model/plural.js";
import { byText } from "../../model/text.js";
import type { PermissionsBoundary } from "../../model/state.js";
import { isBroader } from "../../policy/allowed-actions.js";
import type { ChangedActions } from "../../policy/allowed-actions.js";
import { broadenings } from "../../policy/broadening.js";
import type { Broadening } from "../../policy/broadening.js";
import { grouped } from "../../model/grouped.js";
import { list, table } from "./blocks.js";
import { detailLines, lineBlocks } from "./changes.js";
import { fitting } from "./detail.js";
import { code, cut, text } from "./escape.js";
import type { PermissionSetChange, Telling } from "./telling.js";

/** What becomes of permission sets, each under a heading of that level: those that let people do more come first. */
export function permissionSetBlocks(
  changes: readonly PermissionSetChange[],
  level: "####" | "#####",
  telling: Telling,
): readonly string[] {
  const broader = new Set(changes.filter((change) => broadens(change, telling)));
  const sorted = changes.toSorted(
    (left, right) =>
      Number(broader.has(right)) - Number(broader.has(left)) || byText(left.key.name, right.key.name),
  );
  const { told, left } = fitting(sorted, telling.detail.sets);
  const rest =
    left === 0 ? [] : [`${count(left, "permission set")}${told.length === 0 ? "" : " more"}, left out here.`];
  return [...told.flatMap((change) => setBlocks(change, level, telling)), ...rest];
}

/** Whether a permission set that stays lets people do more than before (in drift: than the files say). */
export function broadens(change: PermissionSetChange, telling: Telling): boolean {
  return broadeningsOf(change, telling).length > 0;
}

function broadeningsOf(change: PermissionSetChange, { manner, actionsOf }: Telling): readonly Broadening[] {
  const [before, after] = manner.sides(change);
  return before === null || after === null ? [] : broadenings(before, after, actionsOf(change));
}

function setBlocks(change: PermissionSetChange, level: string, telling: Telling): readonly string[] {
  const { manner, detail, actionsOf } = telling;
  const [, after] = manner.sides(change);
  const place =
    change.source === null
      ? ""
      : ` (${code(cut(`${change.source.file}:${change.source.line}`, detail.signs))})`;
  const ways = broadeningsOf(change, telling).map((one) => broadeningWords(one, actionsOf(change)));
  return [
    `${level} ${code(cut(change.key.name, detail.signs))} ${manner.words[change.action]}${place}`,
    ...(ways.length === 0 ? [] : [`**${manner.broader}**`, ...list(limited(ways, telling))]),
    ...(after === null ? [] : actionBlocks(actionsOf(change), telling)),
    ...lineBlocks(detailLines(change, telling), telling),
  ];
}

function limited(items: readonly string[], { detail }: Telling): readonly string[] {
  const { told, left } = fitting(items, detail.rows);
  const shown = told.map((item) => text(cut(item, detail.signs + 60)));
  return left === 0 ? shown : [...shown, `and ${digits(left)} more`];
}

function broadeningWords(one: Broadening, actions: readonly ChangedActions[]): string {
  switch (one.what) {
    case "actions": {
      const broader = actions.filter(isBroader);
      if (broader.some(({ actions }) => actions.includes("*")))
        return "its inline policy allows every action";
      const number = broader.reduce((sum, { actions }) => sum + actions.length, 0);
      return `its inline policy allows ${count(number, "action")} more, or more widely`;
    }
    case "managed-policy":
      return `AWS managed policy ${one.arn} is attached; what it allows is not known here`;
    case "customer-managed-policy":
      return `customer managed policy ${one.policy.path}${one.policy.name} is attached; what it allows is not known here`;
    case "boundary":
      return one.to === null
        ? `the permissions boundary ${boundaryWords(one.from)} is removed`
        : `the permissions boundary ${boundaryWords(one.from)} is replaced by ${boundaryWords(one.to)}; what that allows is not known here`;
    case "session":
      return `sessions last longer: ${one.to} instead of ${one.from}`;
  }
}

function boundaryWords(boundary: PermissionsBoundary): string {
  return "managedPolicy" in boundary
    ? boundary.managedPolicy
    : `${boundary.customerManagedPolicy.path}${boundary.customerManagedPolicy.name}`;
}

/** Of how many services actions are told service by service. */
const mostServices = 8;

function actionBlocks(actions: readonly ChangedActions[], telling: Telling): readonly string[] {
  const all = grouped(actions, ({ change, limited, level }) =>
    JSON.stringify([change, limited, level]),
  ).flatMap((alike) =>
    alike.length > mostServices ? [servicesRow(alike, telling)] : alike.map((one) => actionRow(one, telling)),
  );
  const { told, left } = fitting(all, telling.detail.rows);
  if (all.length > 0 && told.length === 0) return [];
  return table(
    ["", "Service", "Level", "Actions"],
    left === 0 ? told : [...told, [`and ${count(left, "more line")}`, "", "", ""]],
  );
}

function actionRow(one: ChangedActions, telling: Telling): readonly string[] {
  const { names, signs } = telling.detail;
  if (one.service === null && one.actions.includes("*"))
    return [changeCell(one, telling), "every service", "every level", `${code("*")}: everything`];
  const actions = one.actions.map((action) => cut(action, signs));
  const most = Math.max(1, names);
  const many = actions.length > most + 1 ? `${count(actions.length, "action")}: ` : "";
  return [
    changeCell(one, telling),
    one.service === null ? "unknown" : text(one.service),
    one.level ?? "unknown",
    text(`${many}${listed(actions, most)}`),
  ];
}

function servicesRow(
  alike: readonly [ChangedActions, ...(readonly ChangedActions[])],
  telling: Telling,
): readonly string[] {
  const number = alike.reduce((sum, { actions }) => sum + actions.length, 0);
  return [
    changeCell(alike[0], telling),
    count(alike.length, "service"),
    alike[0].level ?? "unknown",
    count(number, "action"),
  ];
}

function changeCell({ change, limited }: ChangedActions, { manner }: Telling): string {
  const isPart = limited && (change === "new" || change === "gone");
  const words = manner.actions[change];
  return `${isBroader({ change }) ? `**${words}**` : words}${isPart ? ", on some resources or under conditions" : ""}`;
}
