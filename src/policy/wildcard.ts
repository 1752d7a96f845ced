/**
 * Whether `pattern`, in which `*` stands for any run of characters and `?` for any one, covers `text`: all that `text`
 * matches when it is a pattern itself, or just it. Two places at most are held in mind, so that no pattern takes long.
 */
export function covers(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resumed = 0;
  while (from < text.length) {
    const sign = pattern[at];
    if (sign === "*") {
      star = at;
      resumed = from;
      at += 1;
    } else if (sign !== undefined && (sign === text[from] || (sign === "?" && text[from] !== "*"))) {
      at += 1;
      from += 1;
    } else if (star === -1) return false;
    else {
      at = star + 1;
      resumed += 1;
      from = resumed;
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}

/** Whether two patterns may have a match in common: false only where their fixed beginnings rule it out. */
export function mayMeet(left: string, right: string): boolean {
  const [one, other] = [beginningOf(left), beginningOf(right)];
  return one.startsWith(other) || other.startsWith(one);
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

function beginningOf(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]|$/));
}
