import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serialize } from "node:v8";
import { load } from "../dist/declare/load.js";
import { resolve } from "../dist/declare/resolve.js";
import { accessFiles, treeOf } from "./access-files.js";
import { edited } from "./edit.js";
import { withFolder } from "./folder.js";
import { generate } from "./organization.js";

const run = promisify(execFile);
const planOnce = fileURLToPath(new URL("plan-once.js", import.meta.url));

/**
 * What making a plan takes once Identity Center is read, when it is as the files say, when an ordinary day's changes
 * are to be made, and when nothing is there yet. Each in a process of its own, which reads the files as `idc plan` does
 * and is given the rest.
 * @param {import("./sizes.js").Size} size
 */
export async function measurePlan(size) {
  const organization = generate(size);
  const directory = directoryOf(organization);
  const before = await stateOf(organization, directory);
  const measured = [];
  const [changed, guardrails] = [edited(organization), everyGuard(organization)];
  for (const [what, files, state] of [
    ["nothing to do", organization, before],
    ["an ordinary day", changed, before],
    ["an ordinary day, guarded", { ...changed, guardrails }, before],
    ["everything new", organization, nothing],
    ["everything new, guarded", { ...organization, guardrails }, nothing],
  ])
    measured.push({
      what,
      ...(await withFolder(files, ({ folder, access }) => quickest(folder, access, { directory, state }))),
    });
  return measured;
}

/** Every guard there is, with much to look after: a tenth of all people, groups and sets, and lock-out checks everywhere. */
function everyGuard({ groups, permissionSets }) {
  const protectedSets = [...permissionSets.keys()].slice(0, 20);
  return {
    protect: {
      users: ["user-*1"],
      groups: ["group-*1"],
      permissionSets: protectedSets,
      accounts: ["account-*1"],
    },
    keepAccess: protectedSets.map((permissionSet) => ({
      permissionSet,
      accounts: [{ all: true }],
      atLeast: 2,
    })),
    selfLockout: { groups: [...groups.keys()].slice(0, 2), permissionSets: protectedSets.slice(0, 2) },
    rules: {
      adminAccess: "warn",
      adminSession: "PT12H",
      wildcardActions: "warn",
      passRole: "warn",
      privilegeEscalation: "warn",
      directUserAssignment: "warn",
    },
  };
}

/** Of a few runs the one that the rest of the machine disturbed least. */
async function quickest(folder, access, given) {
  const file = join(folder, "given");
  await writeFile(file, serialize(given));
  const runs = [];
  for (let round = 0; round < 3; round += 1) {
    const { stdout } = await run(process.execPath, [planOnce, access, file]);
    runs.push(JSON.parse(stdout));
  }
  return runs.reduce((best, one) => (one.clockSeconds < best.clockSeconds ? one : best));
}

const nothing = {
  users: new Map(),
  groups: new Map(),
  memberships: new Map(),
  permissionSets: new Map(),
  assignments: new Map(),
  applicationAssignments: new Map(),
};

function directoryOf({ accounts: [management, ...others] }) {
  const known = (account) => ({ ...account, tags: null, state: "ACTIVE" });
  return {
    kind: "organization",
    managementAccount: management.id,
    accounts: [management, ...others].map(known),
  };
}

/** What Identity Center holds when it is as the organization's files say. */
async function stateOf(organization, directory) {
  const written = await load(treeOf(accessFiles(organization)));
  const declared = resolve(written.value, directory, {
    partition: "aws",
    commit: null,
    now: Date.now(),
  }).value;
  const values = (declarations, valueOf) =>
    new Map([...declarations].map(([id, { value }]) => [id, valueOf(value)]));
  return {
    users: values(declared.users, ({ attributes }) => attributes),
    groups: values(declared.groups, (group) => group),
    memberships: values(declared.memberships, (key) => key),
    permissionSets: values(declared.permissionSets, (set) => set),
    assignments: values(declared.assignments, ({ key }) => key),
    applicationAssignments: new Map(),
  };
}
