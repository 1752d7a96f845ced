/** A table of cells that are markdown already; nothing when it has no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")];
}

/** A section with its heading; nothing when it is empty. */
export function section(title: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : [`### ${title}`, ...blocks];
}

/** Blocks folded away under a line of our own. */
export function folded(summary: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : [`<details>\n<summary>${summary}</summary>`, ...blocks, "</details>"];
}

export function list(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join("\n")];
}
