// What may be put into a file to see what its reader makes of it.

/** Signs that are not seen, not read, or not what they seem: bidirectional, invisible, combining, line ends, astral, none at all. */
export const oddSigns: readonly string[] = Array.from(
  "\u202e\u2066\u2069\u200b\u200d\u2060\ufeff\u00ad\u034f\u3164\u0301\u20e3\ufe0f\u0000\u0007\u001b\u007f\u0085" +
    "\u2028\u2029\r\t\u00a0\u3000\u2800\u{e0041}\u{10ffff}\u{1f468}\ufffd\ufffe",
);

/** Bytes that are no UTF-8: surrogates, overlong forms, cut short, out of range; marks of other encodings; what is left out. */
export const oddBytes: readonly (readonly number[])[] = [
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0xe2, 0x82],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0xef, 0xbb, 0xbf],
  [0x00],
  [0x1b, 0x5b, 0x32, 0x4a],
  [0x0d],
  [0x80],
  [],
];

/** Words that mean something to YAML, to JavaScript or to a reader of numbers and dates. */
export const oddWords: readonly string[] = [
  ..."__proto__ constructor prototype toString hasOwnProperty valueOf __defineGetter__".split(" "),
  ..."&a |&person |*a|*person|*set|<<|<<: *person|!!js/function 'f'|!!binary aGk=|!x |? |: |- |>-\n".split(
    "|",
  ),
  ..."%TAG ! tag:x,2000:\n---\n|%YAML 1.1\n---\n|---\n|...\n|\n|\n\n|\t".split("|"),
  ...'[ ] { } , \' " # @ ` | |9 "\\ud800" "\\x00\\e[2J" "\\q"'.split(" "),
  ..."1e400 -0 0o17 0x1F 0b1 .inf -.inf .nan 1_000 012345678901 111122223333 null ~ true yes NO".split(" "),
  ..."2026-02-30 2026-12-31T25:00:00Z 12:30:45 １１１１２２２２３３３３ аlice ali\u0301ce ＡＬＩＣＥ * ** ../../x.json".split(
    " ",
  ),
  "alice\u200b",
  "9".repeat(400),
  "a".repeat(2000),
];

const oddNumbers = [0, -1, 1.5, 111_122_223_333, Number.MAX_VALUE, Infinity, NaN];

/** Values of every type, and of shapes that belong somewhere else. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  ...oddNumbers,
  "",
  " ",
  "\n",
  "alice",
  "111122223333",
  "2026-12-31",
  "PT2H",
  "*",
  "\u202eecila",
  "é".normalize("NFD"),
  "x".repeat(1500),
  [],
  {},
  [[]],
  [{}],
  [null],
  ["a", ["b"]],
  { a: null },
  { all: true },
  { user: "alice" },
  { Version: 1, Statement: [] },
  JSON.parse('{"__proto__": {"a": 1}}'),
  JSON.parse('{"constructor": {"prototype": {"a": 1}}}'),
];

/** Keys of every type: YAML allows anything for one, JavaScript texts alone, and some texts read like something else. */
export const oddKeys: readonly unknown[] = [
  ...oddNumbers,
  null,
  true,
  false,
  "0",
  "1.5",
  "null",
  "true",
  "",
  "<<",
  "a/b~c",
  "a\nb",
  "x".repeat(1500),
  "__proto__",
  "toString",
  [],
  ["a"],
  { a: "b" },
  [{ a: ["b"] }],
];
