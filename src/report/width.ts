/** How many columns a terminal gives to `text`: none to marks that combine, two to East Asian wide signs and emoji. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const sign of text) width += widthOf(sign);
  return width;
}

export function widthOf(sign: string): 0 | 1 | 2 {
  if (/^[ -~]$/.test(sign)) return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(sign)) return 0;
  return wide.test(sign) ? 2 : 1;
}

// Blocks whose signs are wide throughout (Unicode's EastAsianWidth W and F), and what is shown as a picture.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}
