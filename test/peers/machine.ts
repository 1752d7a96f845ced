import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder of Terraform providers (`terraform providers mirror FOLDER` makes one); without it Terraform is left out. */
export const providersFolder = process.env["IDC_TERRAFORM_PROVIDERS"] ?? "";

/** The programs that the tests ask, whether they are here, and how to get them. */
const peers = {
  boto3: { isHere: () => runs("python3", "-c", "import boto3"), get: "pip install boto3" },
  moto: {
    isHere: () => runs("python3", "-c", "import moto.identitystore, moto.server, moto.ssoadmin"),
    get: "pip install 'moto[server]'",
  },
  "the AWS CLI": { isHere: () => runs("aws", "--version"), get: "pip install awscli" },
  Terraform: {
    isHere: () =>
      existsSync(join(providersFolder, "registry.terraform.io/hashicorp/aws")) &&
      runs("terraform", "version"),
    get: "install it, and set IDC_TERRAFORM_PROVIDERS to a folder made by terraform providers mirror",
  },
} as const;

type Peer = keyof typeof peers;

const parts: readonly { readonly file: string; readonly what: string; readonly needs: readonly Peer[] }[] = [
  { file: "aws-cli", what: "the AWS CLI as docs/sandbox.md shows it", needs: ["the AWS CLI"] },
  { file: "boto3", what: "boto3 on the sandbox", needs: ["boto3"] },
  { file: "provider-calls", what: "the calls of Terraform's provider", needs: ["boto3"] },
  { file: "terraform", what: "Terraform on the sandbox", needs: ["Terraform"] },
  { file: "side-by-side", what: "the sandbox and moto side by side", needs: ["boto3", "moto"] },
  { file: "engine-on-moto", what: "the engine with moto as its server", needs: ["boto3", "moto"] },
];

/** The test files whose peers are all on this machine. Says on stderr which are left out, and why. */
export function filesToRun(): string[] {
  const missing = new Set((Object.keys(peers) as Peer[]).filter((peer) => !peers[peer].isHere()));
  return parts.flatMap(({ file, what, needs }) => {
    const lacks = needs.filter((peer) => missing.has(peer));
    if (lacks.length === 0) return [`test/peers/${file}.peer.ts`];
    const why = lacks.map((peer) => `needs ${peer}: ${peers[peer].get}`).join("; ");
    process.stderr.write(`left out: ${what} (${why})\n`);
    return [];
  });
}

function runs(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
