#!/usr/bin/env node
// What `npm start` tells: an organization goes from files into the embedded Identity Center, is changed by hand, is found
// out and put right. Every step is the real command, run as one would type it; a step that ends otherwise than told ends
// the story with an error.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CreateGroupMembershipCommand,
  GetGroupIdCommand,
  GetUserIdCommand,
  IdentitystoreClient,
} from "@aws-sdk/client-identitystore";
import {
  DescribePermissionSetCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  SSOAdminClient,
  UpdatePermissionSetCommand,
} from "@aws-sdk/client-sso-admin";

const root = join(fileURLToPath(new URL(".", import.meta.url)), "..");
const idc = join(root, "bin/idc.js");
const state = ".idc/story.json";
const inColor = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
const onSandbox = ["--sandbox", "--state", state];
// The story changes the sandbox itself once; Node 20 would tell its readers of a support window that is not theirs.
process.removeAllListeners("warning");
// `npm start | head`: a reader who has seen enough.
process.stdout.on("error", () => process.exit(0));

process.on("uncaughtException", ({ message }) => {
  console.error(
    `\nThe story breaks off: ${message.replace(/\.$/, "")}.\nIt goes with the example under access/ as it came; git diff access shows what is different.`,
  );
  process.exit(1);
});

rmSync(join(root, state), { force: true });

tell("This is an organization in YAML: people, groups, permission sets, and who gets what in which account.");
tell("Are the files sound? No network, no credentials:");
await run(["validate"], { ends: 0 });

tell(
  "What would it take to make Identity Center so? (--sandbox: one that runs inside idc, for trying things out.)",
);
await run(["plan", ...onSandbox, "--quiet"], { ends: 0 });

tell("Make it so:");
await run(["apply", ...onSandbox, "--yes", "--quiet"], { ends: 0, short: true });

tell("Is there anything left to do?");
await run(["plan", ...onSandbox, "--detailed-exitcode", "--quiet"], { ends: 0 });

tell(
  "In a pull request somebody tidies up: one person with BreakGlass, the way in for emergencies, will do. settings.yaml says otherwise, so the plan is shown and refused, with code 4:",
);
await run(["plan", "--dir", tidiedUp(), ...onSandbox, "--quiet"], { ends: 4 });

tell(
  "Somebody changes two things by hand, as one would in the console: a session of twelve hours, one more administrator.",
);
await changeByHand();

tell(
  "The scheduled look for drift finds both, says who could reach what because of them, and ends with code 2:",
);
await run(["drift", ...onSandbox, "--quiet"], { ends: 2 });

tell("Applying the same files again puts it right:");
await run(["apply", ...onSandbox, "--yes", "--quiet"], { ends: 0 });

tell("And nothing differs any more:");
await run(["drift", ...onSandbox, "--quiet"], { ends: 0 });

tell(
  `That is the whole loop. Now it is yours: edit a file under access/, then run\n  npx idc plan --sandbox --state ${state}\nREADME.md says how to point it at a real Identity Center.`,
);

function tell(words) {
  console.log(`\n${bold(words)}`);
}

/** Runs one idc command as a reader would type it, shows what it prints, and insists on its exit code. */
async function run(args, { ends, short = false }) {
  console.log(`\n${dim(`$ npx idc ${args.join(" ")}`)}`);
  const child = spawn(process.execPath, [idc, ...args], {
    cwd: root,
    env: { ...process.env, ...(inColor && { FORCE_COLOR: "1" }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  const code = child.exitCode ?? (await once(child, "close"))[0];
  const shown =
    short && lines.length > 12
      ? [...lines.slice(0, 5), dim(`  … ${lines.length - 8} more lines …`), ...lines.slice(-3)]
      : lines;
  console.log(shown.join("\n"));
  if (code !== ends) throw new Error(`idc ${args[0]} ended with ${code}, and the story says ${ends}`);
}

/** A copy of the files in which one line of a rule has one name less. */
function tidiedUp() {
  const folder = ".idc/story-access";
  const [before, after] = ["users: [emil, ivan]", "users: [emil]"];
  rmSync(join(root, folder), { recursive: true, force: true });
  cpSync(join(root, "access"), join(root, folder), { recursive: true });
  const file = join(root, folder, "assignments.yaml");
  const text = readFileSync(file, "utf8");
  if (!text.includes(before)) throw new Error(`assignments.yaml has no ${before}`);
  writeFileSync(file, text.replace(before, after));
  console.log(dim(`\n  access/assignments.yaml\n  -   - ${before}\n  +   - ${after}`));
  return folder;
}

/** Two changes through the AWS SDK, over HTTP, behind the files' back. */
async function changeByHand() {
  console.log(
    dim(`
$ npx idc sandbox serve --state ${state} &
$ aws sso-admin update-permission-set … --session-duration PT12H          (S3FullAccess)
$ aws identitystore create-group-membership …                             (george into administrators)`),
  );
  const server = spawn(process.execPath, [idc, "sandbox", "serve", "--state", state, "--quiet"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: server.stdout }), "line"),
      once(server, "close").then(([code]) => {
        throw new Error(`idc sandbox serve ended with ${code}`);
      }),
    ]);
    const options = {
      endpoint: line.replace("listening on ", ""),
      region: "eu-west-1",
      credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    };
    const admin = new SSOAdminClient(options);
    const {
      Instances: [{ InstanceArn, IdentityStoreId }],
    } = await admin.send(new ListInstancesCommand({}));
    const { PermissionSets } = await admin.send(new ListPermissionSetsCommand({ InstanceArn }));
    for (const PermissionSetArn of PermissionSets) {
      const { PermissionSet } = await admin.send(
        new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }),
      );
      if (PermissionSet.Name !== "S3FullAccess") continue;
      const { Description, RelayState } = PermissionSet;
      await admin.send(
        new UpdatePermissionSetCommand({
          InstanceArn,
          PermissionSetArn,
          Description,
          RelayState,
          SessionDuration: "PT12H",
        }),
      );
    }
    const store = new IdentitystoreClient(options);
    const named = (AttributePath, AttributeValue) => ({ UniqueAttribute: { AttributePath, AttributeValue } });
    const { GroupId } = await store.send(
      new GetGroupIdCommand({ IdentityStoreId, AlternateIdentifier: named("displayName", "administrators") }),
    );
    const { UserId } = await store.send(
      new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: named("userName", "george") }),
    );
    await store.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId } }));
  } finally {
    server.kill("SIGTERM");
    if (server.exitCode === null) await once(server, "close");
  }
}

function bold(text) {
  return paint(text, "1");
}

function dim(text) {
  return paint(text, "2");
}

function paint(text, code) {
  return inColor ? `\u001b[${code}m${text}\u001b[0m` : text;
}
