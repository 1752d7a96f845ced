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
  const inside = await git(dir, "rev-parse", "--is-inside-work-tree");
  if (inside.status !== 0 || inside.stdout.trim() !== "true") return null;
  const head = await git(dir, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  const commit = head.stdout.trim();
  if (head.status !== 0 || !commitPattern.test(commit)) return { head: null, clean: false };
  // Ignored files are read by us like any other, so they count; what is no access file or policy does not.
  const changed = await git(
    dir,
    "status",
    "--porcelain",
    "-z",
    "--untracked-files=all",
    "--ignored=matching",
    "--",
    ".",
  );
  const isClean =
    changed.status === 0 && !changed.stdout.split("\0").some((line) => /(\.ya?ml|\.json|\/)$/i.test(line));
  return { head: commit, clean: isClean };
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
  const { status } = await git(dir, "merge-base", "--is-ancestor", older, newer);
  if (status === 0) return "ancestor";
  if (status !== 1) return "unknown";
  const shallow = await git(dir, "rev-parse", "--is-shallow-repository");
  return shallow.status === 0 && shallow.stdout.trim() === "false" ? "not-ancestor" : "unknown";
}

/** Runs git to its end. The status is null when it could not be run at all. */
function git(dir: string, ...args: readonly string[]): Promise<{ status: number | null; stdout: string }> {
  const options = { cwd: dir, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile("git", ["--no-optional-locks", ...args], options, (error, stdout) => {
      if (error === null) resolve({ status: 0, stdout });
      else resolve({ status: typeof error.code === "number" ? error.code : null, stdout });
    });
  });
}
