/**
 * Whether `name` matches `pattern`, in which `*` stands for any run of characters (`/` included) and every
 * other character for itself. Exact in case. Linear in practice: no backtracking over more than one `*`.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return pattern === name;
  // Most names fall out here, before the pattern is taken apart: there may be many of both.
  if (!name.startsWith(pattern.slice(0, star))) return false;
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop() ?? "";
  let position = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return name.length - tail.length >= position && name.endsWith(tail);
}

export function matchesAnyGlob(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, name));
}
