/**
 * A reader of just the markdown that the reports write, which knows nothing of how they escape: it takes out fences and
 * code spans as GitHub does, and tells what of the rest could be anything else than text, our own marks apart; nothing for a sound comment.
 */
export function outline(markdown: string): readonly string[] {
  const faults: string[] = [];
  let fence: string | null = null;
  let width: number | null = null;
  let open = 0;
  for (const line of markdown.split("\n")) {
    const mark = /^(`{3,})(\w*)$/.exec(line);
    if (fence !== null) {
      if (mark?.[1] !== undefined && mark[2] === "" && mark[1].length >= fence.length) fence = null;
      continue;
    }
    if (mark?.[1] !== undefined) {
      fence = mark[1];
      continue;
    }
    if (line === "<details>") open += 1;
    if (line === "</details>") open -= 1;
    const bare = withoutCode(line);
    if (line.startsWith("|")) {
      const cells = cellsOf(line);
      width ??= cells;
      if (cells !== width) faults.push(`a row of ${cells} cells in a table of ${width}: ${line}`);
    } else width = null;
    const rest = withoutOurMarks(bare);
    if (/[@#$<>[\]`*_~|\\&]|www\.|GH-\d|:\w|[\da-f]{7}/i.test(rest)) faults.push(`not plain text: ${rest}`);
  }
  if (fence !== null) faults.push("a fence is left open");
  if (open !== 0) faults.push("a tag is left open");
  return faults;
}

/** A line without its code spans: a run of backticks up to the next run of the same length. */
function withoutCode(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "C");
}

/** Cells are split before code is looked for: only a backslash saves a pipe. */
function cellsOf(line: string): number {
  return line.replace(/\\[^]/g, "").split("|").length - 2;
}

function withoutOurMarks(bare: string): string {
  return bare
    .replace(/^(?:#{3,5} |- |> \[!(?:CAUTION|WARNING)\]$|> )/, "")
    .replace(/^\*\*(.*)\*\*$/, "$1")
    .replace(/\*\*(error|warning)\*\*/g, "$1")
    .replace(/\*\*(newly allowed|allowed [\w ,]+)\*\*/g, "$1")
    .replace(/\[the run's summary and artifact\]\(<[^>]*>\)/, "")
    .replace(/^\*(.*)\*$/, "$1")
    .replace(/^<\/?details>$|^<summary>[\w ]+<\/summary>$/, "")
    .replace(/^<sub>(.*)<\/sub>$/, "$1")
    .replace(/<br>/g, " ")
    .replace(/&#160;/g, " ")
    .replace(/^\| (.*) \|$/, (_, cells: string) => cells.replaceAll(" | ", "  "))
    .replace(/ \d{1,2}:\d\d:\d\d/g, "");
}
