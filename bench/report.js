import { large, reference } from "./sizes.js";
import { decimal, digits, goal, megabytes, sizeText, table } from "./words.js";

/** What the services allow everybody together, in requests a second. */
const rate = 20;

/** What each bench measured, in words; goals are judged only for the organization that they are set for. */
export function requestsText(size, { found, changes, phases, delegated, terraform, cost }) {
  const planning = [...phases].filter(([phase]) => phase !== "applying").map(([, counts]) => counts);
  const full = total(planning);
  const applying = phases.get("applying");
  const polls = sum(applying, "", "Status");
  return lines(
    `requests: an organization of ${sizeText(size)}`,
    `  as read: ${sizeText(found)}, on ${digits(found.pairs)} account–set pairs`,
    "",
    ...operationTable(phases),
    "",
    `  A plan is all but the last column: ${digits(full)} requests, ${seconds(full)} s at ${rate} a second.`,
    `  Terraform's refresh of the same: ${digits(terraform)} requests, ${seconds(terraform)} s. Ratio: ${decimal(full / terraform)}.`,
    `  A delegated administrator's plan: ${digits(total([...delegated.values()]))} requests.`,
    `  The apply made ${digits(changes.length)} changes (${kinds(changes)}) and read them back;`,
    `  ${digits(polls)} of its requests asked how asynchronous operations stand, which varies from run to run.`,
    `  This process, for one plan: ${decimal(cost.readSeconds, 1)} s of CPU to read, ${decimal(cost.planSeconds, 1)} s to resolve and plan; peak memory ${megabytes(cost.peakBytes)}.`,
    ...goals(size, reference, [
      ["sso-admin requests of a plan from the management account", total(planning, "sso-admin "), 1_300],
      ["identitystore requests of that plan", total(planning, "identitystore "), 170],
      [
        "sso-admin requests of a delegated administrator's plan",
        total([...delegated.values()], "sso-admin "),
        4_400,
      ],
    ]),
  );
}

/** What a plan may ask for that touches so many objects, whatever the organization's size. */
const bound = (touched) => 10 + 7 * touched;

export function targetedText(measured) {
  const each = measured.flatMap(({ plans }) => plans);
  const shareOf = ({ requests, touched }) => requests / bound(touched);
  const rows = measured[0].plans
    .map(({ what }) => ({ what, plans: each.filter((plan) => plan.what === what) }))
    .filter(({ plans }) => plans.length === measured.length);
  const grown = rows.map(({ plans }) => shareOf(plans.at(-1)) / shareOf(plans[0]));
  return lines(
    "targeted: what idc plan --targeted asks of sso-admin and identitystore",
    ...measured.map(({ size }, index) => `  ${String.fromCharCode(65 + index)}: ${sizeText(size)}`),
    "  touched: the plan's changes, without the provisioning of permission sets that change",
    "",
    ...table([
      [
        "pull request",
        ...measured.flatMap((_, index) => columnsOf(String.fromCharCode(65 + index))),
        "C / A",
      ],
      ...rows.map(({ what, plans }, index) => [
        what,
        ...plans.flatMap(({ touched, requests }) => [touched, requests, bound(touched)].map(digits)),
        decimal(grown[index]),
      ]),
    ]),
    "",
    goal(
      "requests of the plan that takes most of its bound, beside the bound",
      Math.max(...each.map(shareOf)),
      1,
      decimal,
    ),
    goal(
      "the largest organization's share of a bound beside the smallest's",
      Math.max(...grown),
      1.1,
      decimal,
    ),
  );
}

function columnsOf(organization) {
  return [`${organization}: touched`, "requests", "bound"];
}

export function startText({ node, version, help, validate }) {
  return lines(
    `start: medians of 21 alternating runs, in ms, and beside node -e 0`,
    ...table([
      ["", "ms", "ratio"],
      ["node -e 0", decimal(node, 0), "1.00"],
      ...Object.entries({
        "idc --version": version,
        "idc --help": help,
        "idc validate (the example)": validate,
      }).map(([name, time]) => [name, decimal(time, 0), decimal(time / node)]),
    ]),
    goal("idc --version beside node -e 0", version / node, 1.5, decimal),
  );
}

export function validateText(size, { files, bytes, yaml, validate }) {
  return lines(
    `validate: an organization of ${sizeText(size)}`,
    `  in ${digits(files)} files of ${megabytes(bytes)}; medians of 5 alternating runs`,
    ...table([
      ["", "s", "ratio"],
      ["yaml alone, parsing the files", decimal(yaml / 1e3), "1.00"],
      ["idc validate", decimal(validate / 1e3), decimal(validate / yaml)],
    ]),
    ...goals(size, large, [["idc validate beside yaml alone", validate / yaml, 2, decimal]]),
  );
}

export function planText(size, measured) {
  return lines(
    `plan: an organization of ${sizeText(size)}`,
    "  the quickest of 3 runs: seconds of CPU, and by the clock for making the plan, and peak memory",
    ...table([
      ["", "changes", "access rows", "load files", "resolve", "make plan", "by the clock", "memory"],
      ...measured.map(
        ({
          what,
          changes,
          accessRows,
          loadSeconds,
          resolveSeconds,
          planSeconds,
          clockSeconds,
          peakBytes,
        }) => [
          what,
          digits(changes),
          digits(accessRows),
          decimal(loadSeconds),
          decimal(resolveSeconds),
          decimal(planSeconds),
          decimal(clockSeconds),
          megabytes(peakBytes),
        ],
      ),
    ]),
    ...goals(
      size,
      large,
      measured.flatMap(({ what, clockSeconds, peakBytes }) => [
        [`seconds to make the plan, ${what}`, clockSeconds, 1, decimal],
        [`bytes at the peak, ${what}`, peakBytes, 1e9, megabytes],
      ]),
    ),
  );
}

/** Requests by operation and phase, with their sums by service and what they take at the service's rate. */
function operationTable(phases) {
  const each = [...phases.values()];
  const operations = [...new Set(each.flatMap((counts) => [...counts.keys()]))].sort(byText);
  const services = [...new Set(operations.map((operation) => operation.split(" ", 1)[0]))];
  const row = (name, of, show = digits) => {
    const numbers = each.map(of);
    return [name, ...numbers, numbers.reduce((all, number) => all + number, 0)].map((cell, column) =>
      column === 0 || cell === 0 ? String(cell || "") : show(cell),
    );
  };
  return table([
    ["operation", ...phases.keys(), "all"],
    ...operations.map((operation) => row(operation, (counts) => counts.get(operation) ?? 0)),
    ...services.map((service) => row(`all of ${service}`, (counts) => sum(counts, `${service} `))),
    row("all", (counts) => sum(counts)),
    row(`seconds at ${rate} a second`, (counts) => sum(counts), seconds),
  ]);
}

function goals(size, meant, judged) {
  const isMeant = Object.entries(meant).every(([name, number]) => size[name] === number);
  return isMeant ? ["", ...judged.map((one) => goal(...one))] : [];
}

function kinds(changes) {
  const counts = new Map();
  for (const { kind, action } of changes)
    counts.set(`${kind} ${action}`, (counts.get(`${kind} ${action}`) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
}

function byText(left, right) {
  return left < right ? -1 : 1;
}

function total(each, prefix = "") {
  return each.reduce((all, counts) => all + sum(counts, prefix), 0);
}

/** The requests of operations whose names begin and end so. */
function sum(counts, prefix = "", suffix = "") {
  return [...counts]
    .filter(([operation]) => operation.startsWith(prefix) && operation.endsWith(suffix))
    .reduce((all, [, count]) => all + count, 0);
}

function seconds(requests) {
  return decimal(requests / rate, 1);
}

function lines(...texts) {
  return texts.join("\n");
}
