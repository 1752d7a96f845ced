/** What a command may say: its result on stdout, everything else on stderr, and one live line while it works. */
export type Terminal = {
  /** The result. */
  readonly out: (text: string) => void;
  /** Diagnostics and remarks: whole lines, each ended. */
  readonly err: (text: string) => void;
  /** What is being done: a live line on a terminal, otherwise a line of its own. */
  readonly step: (text: string) => void;
  /** How far it is: only on a live line, where it does not pile up. */
  readonly detail: (text: string) => void;
  /** Ends the live line. */
  readonly rest: () => void;
  readonly color: { readonly out: boolean; readonly err: boolean };
  readonly width: number;
};

const defaultWidth = 120;

export function openTerminal({ quiet }: { quiet: boolean }): Terminal {
  const { stdout, stderr, env } = process;
  const isLive = stderr.isTTY && env["TERM"] !== "dumb";
  // A terminal that does not know its size says 0.
  const width = stdout.columns || stderr.columns || defaultWidth;
  let live = "";
  const clear = (): void => {
    if (live !== "") stderr.write("\r\u001b[2K");
    live = "";
  };
  const show = (text: string): void => {
    if (quiet) return;
    clear();
    // A line that wraps could not be wiped any more.
    live = text.slice(0, (stderr.columns || defaultWidth) - 1);
    stderr.write(live);
  };
  return {
    out(text) {
      clear();
      stdout.write(text);
    },
    err(text) {
      clear();
      stderr.write(text);
    },
    step(text) {
      if (isLive) show(text);
      else if (!quiet) stderr.write(`${text}\n`);
    },
    detail(text) {
      if (isLive) show(text);
    },
    rest: clear,
    color: { out: hasColor(stdout), err: hasColor(stderr) },
    width,
  };
}

/** As https://no-color.org and FORCE_COLOR have it; otherwise wherever somebody looks. */
function hasColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR: never = "", FORCE_COLOR: always = "", TERM: terminal } = process.env;
  if (never !== "") return false;
  if (always !== "") return always !== "0";
  return stream.isTTY && terminal !== "dumb";
}
