import { execFile } from "node:child_process";

const commitPattern = /^[0-9a-f]{40}$/;

/**
 * The commit that holds exactly the access files in `dir`; `uncommitted` when git knows the folder and something there
 * differs from HEAD or is not tracked; null outside git, or without git.
 */
export async function checkoutOf(dir: string): Promise<{ commit: string } | { uncommitted: true } | null> {
  const inside = await git(dir, "rev-parse", "--is-inside-work-tree");
  if (inside.status !== 0 || inside.stdout.trim() !== "true") return null;
  const head = await git(dir, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  const commit = head.stdout.trim();
  if (head.status !== 0 || !commitPattern.test(commit)) return { uncommitted: true };
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
  if (changed.status !== 0) return { uncommitted: true };
  const isChanged = changed.stdout.split("\0").some((line) => /(\.ya?ml|\.json|\/)$/i.test(line));
  return isChanged ? { uncommitted: true } : { commit };
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
