import { execFileSync } from "node:child_process";

/** Runs git in `folder` as somebody, whatever the machine's own settings are, and gives what it says. */
export function gitIn(folder: string, ...args: readonly string[]): string {
  const settings = [
    "user.name=Test",
    "user.email=test@example.com",
    "commit.gpgsign=false",
    "core.autocrlf=false",
  ];
  return execFileSync("git", [...settings.flatMap((setting) => ["-c", setting]), ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}
