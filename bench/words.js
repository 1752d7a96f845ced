import { count, digits } from "../dist/model/plural.js";

export { digits };

export function decimal(number, places = 2) {
  return number.toFixed(places);
}

export function megabytes(bytes) {
  return `${digits(Math.round(bytes / 1e6))} MB`;
}

/** @param {import("./sizes.js").Size} size */
export function sizeText({ accounts, sets, assignments, groups, users, memberships }) {
  return [
    count(accounts, "account"),
    count(sets, "permission set"),
    count(assignments, "assignment"),
    count(groups, "group"),
    count(users, "user"),
    count(memberships, "membership"),
  ].join(", ");
}

/** Rows under a heading row: the first column to the left, numbers to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2))).join("")}`.trimEnd(),
  );
}

/** `met     what: 4 (goal 5 or less)` */
export function goal(what, value, limit, show = digits) {
  return `  ${value <= limit ? "met   " : "MISSED"}  ${what}: ${show(value)} (goal: ${show(limit)} or less)`;
}
