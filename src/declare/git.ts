import { execFile } from "node:child_process";

const commitPattern = /^[0-9a-f]{40}$/;

/** A folder as git knows it. */
export type Checkout = {
  /** The commit that is checked out; null before the first one. */
  readonly head: string | null;
  /** Whether that commit holds exactly the access files that are there: nothing edited, new or missing. */
  readonly clean: boolean;
};

/** Null outside git, or without git. */
export async function checkoutOf(dir: string): Promise<Checkout | null> {
  if (!(await isInGit(dir))) return null;
  const commit = await commitOf(dir, "HEAD");
  if (commit === null) return { head: null, clean: false };
  const [indexed, changed] = await Promise.all([
    git(dir, ["ls-files", "-s", "-v", "-z", "--", "."]),
    // Ignored files are read by us like any other, so they count.
    git(dir, ["status", "--porcelain", "-z", "--untracked-files=all", "--ignored=matching", "--", "."]),
  ]);
  if (indexed.status !== 0 || changed.status !== 0) return { head: commit, clean: false };
  // "H 100644 <oid> 0\t<path>": any other letter is a file that git does not look at (sparse, assumed unchanged), and a
  // submodule's files are not in this commit.
  const files = linesOf(indexed.stdout);
  const isWhole = files.every((line) => /^H (?!160000)/.test(line));
  // What is no access file or policy does not count, unless a link may lead to it.
  const counts = files.some((line) => line.startsWith("H 120000")) ? /./ : /(\.ya?ml|\.json|\/)$/i;
  return { head: commit, clean: isWhole && !linesOf(changed.stdout).some((line) => counts.test(line)) };
}

function linesOf(output: Buffer): readonly string[] {
  return output
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "");
}

export async function isInGit(dir: string): Promise<boolean> {
  const { status, stdout } = await git(dir, ["rev-parse", "--is-inside-work-tree"]);
  return status === 0 && stdout.toString("utf8").trim() === "true";
}

/** The commit that `revision` (a branch, a tag, `HEAD^1`, …) means here; null when git has none. */
export async function commitOf(dir: string, revision: string): Promise<string | null> {
  const named = `${revision}^{commit}`;
  const { status, stdout } = await git(dir, ["rev-parse", "--verify", "--quiet", "--end-of-options", named]);
  const commit = stdout.toString("utf8").trim();
  return status === 0 && commitPattern.test(commit) ? commit : null;
}

/** Whether history has been cut off, as far as git can tell. */
export async function isShallow(dir: string): Promise<boolean> {
  const { status, stdout } = await git(dir, ["rev-parse", "--is-shallow-repository"]);
  return status !== 0 || stdout.toString("utf8").trim() !== "false";
}

/**
 * Whether `older` is an ancestor of `newer` (or the same commit). Unknown when git cannot tell: one of them is no commit
 * that this repository has, or its history is shallow. Anything but 40 hex digits never reaches git.
 */
export async function ancestry(
  dir: string,
  older: string,
  newer: string,
): Promise<"ancestor" | "not-ancestor" | "unknown"> {
  if (!commitPattern.test(older) || !commitPattern.test(newer)) return "unknown";
  const { status } = await git(dir, ["merge-base", "--is-ancestor", older, newer]);
  if (status === 0) return "ancestor";
  return status !== 1 || (await isShallow(dir)) ? "unknown" : "not-ancestor";
}

/** What git said; the status is null when it could not be run at all. */
export type GitResult = { readonly status: number | null; readonly stdout: Buffer; readonly stderr: string };

/** Runs git in `dir` to its end, with `input` on its stdin. */
export function git(dir: string, args: readonly string[], input = ""): Promise<GitResult> {
  const options = { cwd: dir, timeout: 30_000, maxBuffer: 1024 * 1024 * 1024, encoding: "buffer" } as const;
  return new Promise((resolve) => {
    const child = execFile(
      "git",
      ["--no-optional-locks", "--no-replace-objects", ...args],
      options,
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ status, stdout, stderr: stderr.toString("utf8").trim() });
      },
    );
    // A git that cannot be run, or ends before it has read everything, says so by its status.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
