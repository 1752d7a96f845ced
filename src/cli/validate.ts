import { Option } from "commander";
import type { Command } from "commander";
import { execute } from "./execute.js";

type Options = { readonly format: "text" | "json" | "github" };

export function addValidate(program: Command): void {
  program
    .command("validate")
    .description("Check the access files by themselves: no network, no credentials.")
    .addOption(
      new Option("--format <format>", "how to tell what is wrong")
        .choices(["text", "json", "github"])
        .default("text"),
    )
    .addHelpText("after", "\nExample:\n  $ idc validate --dir access")
    .action(async (_options: unknown, command: Command) => execute<Options>(command, validate));
}

const validate: Parameters<typeof execute<Options>>[1] = async ({ options, terminal }) => {
  const [{ folderTree }, { runValidate }, { exitCode }, report] = await Promise.all([
    import("../declare/source-tree.js"),
    import("../run/validate.js"),
    import("../run/exit-code.js"),
    import("../report/diagnostics.js"),
  ]);
  const { diagnostics, files, verdicts } = await runValidate(folderTree(options.dir));
  switch (options.format) {
    case "text": {
      const { color, width } = terminal;
      terminal.out(report.diagnosticsText(diagnostics, { color: color.out, width, files }));
      terminal.out(report.verdictText(diagnostics, { dir: options.dir, files: files.size }));
      break;
    }
    case "json":
      terminal.out(report.diagnosticsJson(diagnostics));
      break;
    case "github":
      terminal.out(report.diagnosticsGithub(diagnostics));
      break;
  }
  return exitCode(verdicts);
};
