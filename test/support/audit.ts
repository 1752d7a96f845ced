/** Audit trails in memory, and how one is held against what the sandbox says of the same requests. */
import { grouped } from "../../src/model/grouped.js";
import type { AuditLine, AuditTrail } from "../../src/run/audit.js";
import type { LogEntry } from "../../src/sandbox/sandbox.js";
import { isWrite } from "../../src/sandbox/trouble.js";

export type MemoryTrail = AuditTrail & { readonly lines: readonly AuditLine[] };

let trails = 0;

/** Takes as many lines as there is `room` for, and none afterwards. */
export function memoryTrail(room = Infinity): MemoryTrail {
  const lines: AuditLine[] = [];
  let isFull = false;
  return {
    run: `run-${(trails += 1)}`,
    lines,
    async append(line) {
      isFull ||= lines.length >= room;
      if (isFull) throw new Error("The audit file audit.jsonl could not be written: the disk is full.");
      lines.push(line);
    },
  };
}

/** The lines of each request, in order. */
export function byWrite(lines: readonly AuditLine[]): readonly (readonly AuditLine[])[] {
  return grouped(lines, ({ run, write }) => `${run} ${write}`);
}

export function writesIn(log: readonly LogEntry[]): readonly LogEntry[] {
  return log.filter(({ service, operation }) => service !== "console" && isWrite({ operation }));
}

/**
 * What the trail and the log do not say alike of the writes. `cut`: whether the run was killed, so that what was under way
 * then has no more than its first line.
 */
export function differences(
  lines: readonly AuditLine[],
  log: readonly LogEntry[],
  { cut = false }: { cut?: boolean } = {},
): readonly string[] {
  const writes = byWrite(lines);
  const answered = writes.filter((write) => write.some(({ requestId }) => requestId !== null));
  const requests = new Map(answered.map((write) => [write.at(-1)?.requestId ?? "", saidOf(write)] as const));
  const entries = new Map(writesIn(log).map((entry) => [entry.requestId, entry] as const));
  const silent = writes.filter((write) => !answered.includes(write) && write.at(-1)?.outcome !== "unsent");
  const unheard = [...entries.values()].filter(({ requestId }) => !requests.has(requestId));
  return [
    ...writes.filter((write) => !isWhole(write, cut)).map((write) => `incomplete: ${JSON.stringify(write)}`),
    ...(requests.size === answered.length ? [] : ["two writes have one request id"]),
    ...[...requests].flatMap(([id, said]) => {
      const entry = entries.get(id);
      const logged = entry === undefined ? "nothing" : saidBy(entry);
      return said === logged ? [] : [`${id}: ${said} in the trail, ${logged} in the log`];
    }),
    ...unheard
      .filter(({ outcome }) => !cut && !outcome.startsWith("dropped-"))
      .map((entry) => `${entry.requestId}: ${saidBy(entry)} in the log, nothing in the trail`),
    ...[...new Set([...silent.map(operationOf), ...unheard.map(nameOf)])].flatMap((operation) => {
      const trailed = silent.filter((write) => operationOf(write) === operation).length;
      const logged = unheard.filter((entry) => nameOf(entry) === operation).length;
      return trailed === logged || (cut && trailed > logged)
        ? []
        : [`${operation} without an answer: ${trailed} in the trail, ${logged} in the log`];
    }),
  ];
}

const asynchronous = /^sso-admin ((Create|Delete)AccountAssignment|ProvisionPermissionSet)$/;

/** Whether a request's lines are those that one has, from its first to its last. */
function isWhole(write: readonly AuditLine[], cut: boolean): boolean {
  const [first = "", ...rest] = write.map(({ outcome }) => outcome);
  const goesOn = asynchronous.test(operationOf(write));
  const ends = goesOn
    ? /^(refused|unclear|unsent|accepted (succeeded|failed|unclear))$/
    : /^(accepted|refused|unclear|unsent)$/;
  const said = rest.join(" ");
  return first === "sending" && (ends.test(said) || (cut && (said === "" || said === "accepted")));
}

function operationOf(write: readonly AuditLine[]): string {
  return write[0]?.operation ?? "";
}

function nameOf({ service, operation }: LogEntry): string {
  return `${service} ${operation}`;
}

function saidOf(write: readonly AuditLine[]): string {
  const { outcome, code } = write[1] ?? {};
  return `${operationOf(write)} ${outcome === "accepted" ? "ok" : code}`;
}

function saidBy(entry: LogEntry): string {
  return `${nameOf(entry)} ${entry.outcome}`;
}
