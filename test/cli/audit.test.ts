import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditLine } from "../../src/run/audit.js";
import type { LogEntry } from "../../src/sandbox/sandbox.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { byWrite, differences, writesIn } from "../support/audit.js";
import { folderWith, idc, mustBeBuilt, start } from "./idc.js";
import type { Ended } from "./idc.js";
import { relayTo } from "./relay.js";
import { reorganization } from "./reorganization.js";
import { serveSandbox } from "./sandbox-process.js";
import type { ServedSandbox } from "./sandbox-process.js";

let cwd: string;
let sandbox: ServedSandbox;

beforeEach(async () => {
  cwd = folderWith(reorganization);
  sandbox = await serveSandbox(cwd, "--settle", "60ms", "--log", "requests.jsonl");
});

afterEach(async () => sandbox.stop("SIGKILL"));

const applying = ["apply", "--dir", "before", "--yes"];

/** Its whole lines. */
function linesIn(file: string): readonly string[] {
  return readFileSync(join(cwd, file), "utf8").split("\n").slice(0, -1);
}

function audited(file = "audit.jsonl"): readonly AuditLine[] {
  return linesIn(file).map((text) => JSON.parse(text) as AuditLine);
}

function logged(): readonly LogEntry[] {
  return linesIn("requests.jsonl").map((text) => JSON.parse(text) as LogEntry);
}

describe("idc apply --audit", () => {
  it("appends what its own log of requests and that of the service agree on, readable for one alone", async () => {
    const given = { cwd, env: sandbox.env };
    const first = await idc([...applying, "--audit", "audit.jsonl", "--format", "json"], given);
    expect(first).toMatchObject({ code: 0 });
    const { plan } = JSON.parse(first.stdout) as { plan: { digest: string } };
    expect(new Set(audited().map((line) => line.plan))).toEqual(new Set([plan.digest]));
    expect(differences(audited(), logged())).toEqual([]);
    expect(statSync(join(cwd, "audit.jsonl")).mode & 0o777).toBe(0o600);
    const before = audited();

    const second = ["apply", "--dir", "after", "--yes", "--audit", "audit.jsonl"];
    expect(await idc(second, given)).toMatchObject({ code: 0 });
    expect(audited().slice(0, before.length)).toEqual(before);
    expect(new Set(audited().map(({ run }) => run)).size).toBe(2);
    expect(differences(audited(), logged())).toEqual([]);
  });

  it.each(["before", "after"] as const)(
    "has, of a run that is killed at a write, %s it is made, every write that may have had an effect",
    async (when) => {
      let writes = 0;
      const relay = await relayTo(sandbox, (operation) =>
        isWrite({ operation }) && (writes += 1) === 30 ? when : null,
      );
      const apply = start([...applying, "--audit", "audit.jsonl"], { cwd, env: relay.env });
      await relay.reached;
      apply.process.kill("SIGKILL");
      await apply.ended;
      await relay.close();
      expect(differences(audited(), logged(), { cut: true })).toEqual([]);
      const open = byWrite(audited()).filter((lines) => lines.length === 1);
      expect(open.length).toBeGreaterThan(0);
      expect(writesIn(logged()).length).toBeLessThanOrEqual(byWrite(audited()).length);

      const again = { cwd, env: sandbox.env };
      expect(await idc([...applying, "--audit", "again.jsonl"], again)).toMatchObject({ code: 0 });
      expect(differences([...audited(), ...audited("again.jsonl")], logged(), { cut: true })).toEqual([]);
    },
  );

  it("that cannot be opened asks AWS for nothing, and ends with 3", async () => {
    const ended = await idc([...applying, "--audit", "no/audit.jsonl"], { cwd, env: sandbox.env });
    expect(ended).toEqual({
      code: 3,
      stdout: "",
      stderr: "error: The audit file no/audit.jsonl could not be opened: there is no such file or folder.\n",
    });
    expect(logged()).toEqual([]);
  });

  it("on a full disk writes nothing, says why once, and ends with 1", async () => {
    const ended = await idc([...applying, "--audit", "/dev/full"], { cwd, env: sandbox.env });
    expect(ended.code).toBe(1);
    const said =
      /FAILED: The audit file \/dev\/full could not be written: the disk is full\. Nothing more is written to Identity Center\.\n +help: Make room for it or give another file, then run idc apply again: it goes on from there\.\n/g;
    expect(ended.stdout.match(said)).toHaveLength(1);
    expect(ended.stdout).toContain("\nNot started: what is written could not be recorded\n");
    expect(ended.stdout).toMatch(/\nApplied in part: 0 of \d+ changes done, .* The next idc apply goes on/);
    expect(writesIn(logged())).toEqual([]);
  });

  it("that fills up on the way begins no further write, and the next run goes on behind the broken line", async () => {
    const ended = await limited(4, [...applying, "--audit", "audit.jsonl"]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain("FAILED: The audit file audit.jsonl could not be written: ");
    expect(statSync(join(cwd, "audit.jsonl")).size).toBe(4096);
    const text = readFileSync(join(cwd, "audit.jsonl"), "utf8");
    expect(text.endsWith("\n")).toBe(false);
    const whole = audited();
    const sent = writesIn(logged());
    expect(sent.length).toBeGreaterThan(0);
    expect(differences(whole, logged(), { cut: true })).toEqual([]);

    const again = [...applying, "--audit", "audit.jsonl"];
    expect(await idc(again, { cwd, env: sandbox.env })).toMatchObject({ code: 0 });
    const now = readFileSync(join(cwd, "audit.jsonl"), "utf8");
    expect(now.startsWith(`${text}\n{`)).toBe(true);
    const added = now.slice(text.length + 1, -1).split("\n");
    const lines = added.map((one) => JSON.parse(one) as AuditLine);
    expect(differences([...whole, ...lines], logged(), { cut: true })).toEqual([]);
  });
});

describe("docs/commands.md", () => {
  const page = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("### The audit trail"), page.indexOf("\n## drift"));
  const firsts = (head: string): readonly string[] => {
    const [, rows = ""] = section.split(`| ${head} | `);
    const table = rows.slice(0, rows.indexOf("\n\n"));
    return [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
  };

  it("tells each key of a line and each outcome, and shows a line as it is", async () => {
    const given = { cwd, env: sandbox.env };
    expect(await idc([...applying, "--audit", "audit.jsonl"], given)).toMatchObject({ code: 0 });
    const [real] = audited();
    const keys = Object.keys(real ?? {});
    expect(firsts("key")).toEqual(keys);
    const [, shown = ""] = /^(\{.*\})$/m.exec(section) ?? [];
    expect(Object.keys(JSON.parse(shown) as AuditLine)).toEqual(keys);
    const outcomes = {
      sending: true,
      accepted: true,
      refused: true,
      unclear: true,
      unsent: true,
      succeeded: true,
      failed: true,
    } satisfies Record<AuditLine["outcome"], true>;
    expect(firsts("outcome")).toEqual(Object.keys(outcomes));
  });
});

/** The command in a process whose files may have so many KiB, which is as if the disk were full behind them. */
async function limited(size: number, args: readonly string[]): Promise<Ended> {
  mustBeBuilt();
  const command = fileURLToPath(new URL("../../bin/idc.js", import.meta.url));
  const script = `ulimit -f ${size}; exec "$0" "$@"`;
  return new Promise((resolve) => {
    execFile(
      "bash",
      ["-c", script, process.execPath, command, ...args],
      { cwd, env: { PATH: process.env["PATH"], HOME: cwd, ...sandbox.env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}
