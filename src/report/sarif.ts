import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import type { Diagnostic, Severity, Source } from "../model/diagnostic.js";
import { byText } from "../model/text.js";
import { lineFinder } from "./line-finder.js";
import { lineFingerprints } from "./line-fingerprint.js";
import type { LineFingerprints } from "./line-fingerprint.js";
import { safeJson, safeLines, safeText } from "./untrusted.js";

export type SarifOptions = {
  /** Of idc. */
  readonly version: string;
  /** The folder of the access files: the place of what has no other. */
  readonly folder: string;
  /** The text of each file by its path. */
  readonly files: ReadonlyMap<string, string>;
};

const levels = { error: "error", warning: "warning", info: "note" } as const satisfies Record<
  Severity,
  Result.level
>;

const sourceRoot = "%SRCROOT%";

/**
 * Diagnostics as SARIF 2.1.0, with what GitHub's code scanning wants besides: a place for every result, both ends of a
 * region, a fingerprint that stays when a line moves. Paths are taken to begin at the root of the repository. It refuses
 * a run with more than 25,000 results, of which the loader tells far fewer.
 */
export function diagnosticsSarif(diagnostics: readonly Diagnostic[], options: SarifOptions): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort(byText);
  const fingerprintsIn = fingerprinter(diagnostics, options.files);
  const lineAt = lineFinder(options.files);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "idc", version: options.version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: {
          [sourceRoot]: { description: { text: "The root of the repository, in which idc was run." } },
        },
        invocations: [{ executionSuccessful: true }],
        results: diagnostics.map((one): Result => ({
          ruleId: safeText(one.code),
          ruleIndex: codes.indexOf(one.code),
          level: levels[one.severity],
          message: { text: messageText(one) },
          locations: [locationOf(one.source, options.folder, lineAt)],
          partialFingerprints: {
            primaryLocationLineHash: fingerprintsIn(one.source?.file ?? "").of(one.source?.line ?? 1),
          },
        })),
      },
    ],
  };
  return safeJson(log);
}

/** GitHub wants all three texts; the codes are words, and what to do stands with each result. */
function ruleOf(code: string): ReportingDescriptor {
  const words = safeText(code).replaceAll("-", " ");
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return {
    id: safeText(code),
    shortDescription: { text },
    fullDescription: { text },
    help: { text: "What each code means is listed in docs/access-files.md of idc." },
  };
}

/** With what to do in the next line. A bracket before a parenthesis would begin a link, in SARIF as in markdown. */
function messageText({ message, help }: Diagnostic): string {
  return safeLines(help === null ? message : `${message}\n${help}`)
    .join("\n")
    .replaceAll("](", "] (");
}

function locationOf(
  source: Source | null,
  folder: string,
  lineAt: (source: Source) => string | undefined,
): Location {
  if (source === null) return { physicalLocation: { artifactLocation: artifact(`${folder}/`) } };
  const { file, line, column } = source;
  const text = lineAt(source) ?? "";
  const region = {
    startLine: line,
    startColumn: column,
    endLine: line,
    endColumn: Math.max(column, text.length + 1),
  };
  return { physicalLocation: { artifactLocation: artifact(file), region } };
}

/** A path by its URI: relative to the root of the repository unless it begins at that of the file system. */
function artifact(path: string): { uri: string; uriBaseId?: string } {
  const parts = path.replace(/^(\.\/+)+/, "").split("/");
  const uri = parts.map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, "\ufffd"))).join("/");
  return path.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: sourceRoot };
}

/** Each file is gone through once, however many of its lines are told about; one that has no text is empty. */
function fingerprinter(
  diagnostics: readonly Diagnostic[],
  files: ReadonlyMap<string, string>,
): (file: string) => LineFingerprints {
  const lines = new Map<string, Set<number>>();
  for (const { source } of diagnostics) {
    const file = source?.file ?? "";
    lines.set(file, (lines.get(file) ?? new Set()).add(source?.line ?? 1));
  }
  const found = new Map(
    [...lines].map(([file, wanted]) => [file, lineFingerprints(files.get(file) ?? "", wanted)]),
  );
  return (file) => found.get(file) ?? lineFingerprints("", []);
}
