import { Option } from "commander";
import type { Command } from "commander";
import { execute } from "./execute.js";
import { version } from "./version.js";

type Options = { readonly format: "text" | "json" | "github" | "sarif" };

export function addValidate(program: Command): void {
  program
    .command("validate")
    .description("Check the access files by themselves: no network, no credentials.")
    .addOption(
      new Option("--format <format>", "how to tell what is wrong")
        .choices(["text", "json", "github", "sarif"])
        .default("text"),
    )
    .addHelpText(
      "after",
      "\nExample:\n  $ idc validate --dir access\n  $ idc validate --format sarif > idc.sarif",
    )
    .action(async (_options: unknown, command: Command) => execute<Options>(command, validate));
}

const validate: Parameters<typeof execute<Options>>[1] = async ({ options, terminal }) => {
  const [{ folderTree }, { runValidate }, { exitCode }, report] = await Promise.all([
    import("../declare/source-tree.js"),
    import("../run/validate.js"),
    import("../run/exit-code.js"),
    import("../report/diagnostics.js"),
  ]);
  const tree = folderTree(options.dir);
  const { diagnostics, files, verdicts } = await runValidate(tree, Date.now());
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
    case "sarif": {
      const { diagnosticsSarif } = await import("../report/sarif.js");
      terminal.out(diagnosticsSarif(diagnostics, { version: version(), folder: tree.folder, files }));
      break;
    }
  }
  return exitCode(verdicts);
};
