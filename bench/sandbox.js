import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * A sandbox with a generated organization in it, served by a process of its own: what the engine takes of time and
 * memory is then the engine's alone.
 * @param {import("./sizes.js").Size} size
 */
export async function startSandbox(size) {
  const child = fork(fileURLToPath(new URL("sandbox-process.js", import.meta.url)), [JSON.stringify(size)]);
  const [url] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error("the sandbox ended before it listened");
    }),
  ]);
  return {
    url,
    async stop() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
