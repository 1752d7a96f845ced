import { createInterface } from "node:readline/promises";
import type { Answer } from "../run/apply.js";

/** Asks on stderr, since stdout carries the result. Ctrl-C, Ctrl-D and whatever is not "yes" mean no. */
export async function ask(question: string, signal: AbortSignal): Promise<Answer> {
  if (!process.stdin.isTTY) return "nobody-there";
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => {
    lines.once("close", () => resolve(""));
  });
  lines.once("SIGINT", () => {
    process.stderr.write("\n");
    lines.close();
  });
  try {
    const answer = await Promise.race([lines.question(question, { signal }), closed]);
    return answer.trim() === "yes" ? "yes" : "no";
  } catch (error) {
    if (signal.aborted) return "no";
    throw error;
  } finally {
    lines.close();
  }
}
