/**
 * Letters that look like one of ASCII, by that one: those of Greek, Cyrillic and Armenian, and a few of Latin itself, that
 * Unicode's confusables.txt has (UTS #39, 4), as far as their shapes are the same in usual typefaces. No two small or
 * capital letters of one of these alphabets are taken together: who writes it knows them apart. Compatibility forms (full
 * width, mathematical, ligatures) need no line here: their decomposition brings them to the letter itself.
 */
const letters: Readonly<Record<string, string>> = {
  a: "\u0251\u03b1\u0430",
  A: "\u0391\u0410",
  B: "\u0392\u0412",
  c: "\u03f2\u0441\u1d04",
  C: "\u03f9\u0421",
  d: "\u0501",
  e: "\u0435",
  E: "\u0395\u0415",
  f: "\u0584",
  F: "\u03dc",
  g: "\u0261\u0581",
  G: "\u050c",
  h: "\u04bb\u0570",
  H: "\u0397\u041d",
  i: "\u0131\u0269\u026a\u03b9\u0456",
  I: "\u0399\u0406",
  j: "\u03f3\u0458\u0575",
  J: "\u037f\u0408",
  k: "\u0138\u03ba\u043a",
  K: "\u039a\u041a",
  // The palochka in both cases: it is drawn as an l (the "apple" of the well-known domain name).
  l: "\u04c0\u04cf",
  M: "\u039c\u041c",
  n: "\u0578",
  N: "\u039d",
  o: "\u03bf\u043e\u0585\u1d0f",
  O: "\u039f\u041e\u0555",
  p: "\u03c1\u0440",
  P: "\u03a1\u0420",
  q: "\u051b\u0566",
  Q: "\u051a",
  r: "\u0433",
  s: "\u0455\ua731",
  S: "\u0405\u054f",
  T: "\u03a4\u0422",
  u: "\u03c5\u057d\u1d1c",
  U: "\u054d",
  v: "\u03bd\u0475\u1d20",
  V: "\u0474",
  w: "\u051d\u0561\u1d21",
  W: "\u051c",
  x: "\u0445",
  X: "\u03a7\u0425",
  y: "\u028f\u03b3\u0443",
  Y: "\u03a5\u0423",
  z: "\u1d22",
  Z: "\u0396",
  3: "\u0417",
  6: "\u0431",
};

const ascii: ReadonlyMap<string, string> = new Map(
  Object.entries(letters).flatMap(([letter, signs]) => Array.from(signs, (sign) => [sign, letter])),
);

/** Nothing is drawn for these. The last is the braille pattern without a dot, which Unicode has for a sign that is seen. */
const unseen = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * The same text for names that people would take for one another: a skeleton (UTS #39, 4) without regard to case and to
 * how much space there is. What ASCII holds stands for itself, though `l` and `1` look much the same: whoever reads names
 * all day tells those apart, and many a pair of honest names differs in no more.
 */
export function skeleton(name: string): string {
  if (/^[!-~]*$/.test(name)) return name.toLowerCase();
  // The lunate sigma is drawn as a c, and its decomposition is the sigma that is not.
  const drawnAlone = name.replace(/[\u03f2\u03f9]/g, (sign) => ascii.get(sign) ?? sign);
  const seen = drawnAlone.normalize("NFKD").replace(unseen, "");
  const drawn = Array.from(seen, (sign) => ascii.get(sign) ?? sign).join("");
  return drawn.toLowerCase().replace(/\s+/gu, " ").trim();
}

/** The first letter of another alphabet that looks like one of ASCII, in a name that has Latin letters as well. */
export function foreignLetter(name: string): { readonly letter: string; readonly like: string } | null {
  if (/^[!-~]*$/.test(name) || !/\p{Script=Latin}/u.test(name)) return null;
  for (const letter of name) {
    const like = ascii.get(letter);
    if (like !== undefined && !/\p{Script=Latin}/u.test(letter)) return { letter, like };
  }
  return null;
}

/** The first sign for which nothing is drawn; the one that asks for a coloured picture is where it belongs behind one. */
export function unseenSign(name: string): string | null {
  const others = name.replace(/(?<=\p{Extended_Pictographic})\ufe0f/gu, "");
  return others.match(unseen)?.[0] ?? null;
}

/** Where the names part: "character 1 is U+0430 here and U+0061 there". */
export function firstDifference(here: string, there: string): string {
  const [left, right] = [Array.from(here), Array.from(there)];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return `character ${at + 1} is ${codeOf(left[at])} here and ${codeOf(right[at])} there`;
}

/** `U+0430`, as Unicode writes it. */
export function codeOf(sign: string | undefined): string {
  const code = sign?.codePointAt(0);
  return code === undefined ? "missing" : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
