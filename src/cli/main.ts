import { version } from "./version.js";

const args = process.argv.slice(2);

// What scripts ask most is answered before anything else is loaded.
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V"))
  process.stdout.write(`${version()}\n`);
else {
  const { runProgram } = await import("./program.js");
  await runProgram(args);
}
