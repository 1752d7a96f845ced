import { styleText } from "node:util";

export type Style = "red" | "green" | "yellow" | "cyan" | "bold" | "dim";

/** Wraps text in a terminal's colour codes, or leaves it alone. */
export type Paint = (style: Style, text: string) => string;

/** Whether there is colour is the caller's decision (a terminal, `NO_COLOR`); nothing is looked up here. */
export function painter(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}
