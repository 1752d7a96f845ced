import { Argument } from "commander";
import type { Command } from "commander";
import type { Command as Subject } from "../live/permissions.js";
import { safeJson } from "../report/untrusted.js";
import { execute } from "./execute.js";

export function addPermissions(program: Command): void {
  program
    .command("permissions")
    .description("Print the least IAM policy that a command needs, as JSON: no network, no credentials.")
    .addArgument(
      new Argument("<command>", "plan is all that drift needs, too").choices([
        "plan",
        "apply",
        "revoke",
      ] satisfies Subject[]),
    )
    .addHelpText(
      "after",
      `
With --instance-arn what it allows on permission sets and assignments is for that Identity Center alone. The statements for apply and revoke that end in
InManagementAccount are needed only where permission sets are assigned in the management account.

Example, for the role idc-plan:
  $ idc permissions plan > policy.json
  $ aws iam put-role-policy --role-name idc-plan --policy-name idc --policy-document file://policy.json`,
    )
    .action(async (subject: Subject, _options: unknown, command: Command) =>
      execute(command, async ({ options, terminal }) => {
        const { leastPolicy } = await import("../live/permissions.js");
        terminal.out(safeJson(leastPolicy(subject, options.instanceArn ?? null)));
        return 0;
      }),
    );
}
