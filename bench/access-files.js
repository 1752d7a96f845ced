import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";

/**
 * The access files of an organization, by path, as a large team would lay them out: files of some hundred entries.
 * @param {import("./organization.js").Organization} organization
 * @returns {Map<string, string>}
 */
export function accessFiles({ users, groups, permissionSets, grants, guardrails = {} }) {
  return new Map([
    // A tenth of an organization loses a larger share of itself by the same edits than any guard would let pass.
    ["settings.yaml", stringify({ guardrails: { maxRemovals: { percent: 100 }, ...guardrails } })],
    ...files("people", 500, [...users], (entries) => ({ users: Object.fromEntries(entries) })),
    ...files("groups", 100, [...groups], (entries) => ({
      groups: Object.fromEntries(
        entries.map(([group, { description, members }]) => [group, { description, members: [...members] }]),
      ),
    })),
    ...files("permission-sets", 50, [...permissionSets], (entries) => ({
      permissionSets: Object.fromEntries(
        entries.map(([set, { inlinePolicy, ...rest }]) => [
          set,
          { ...rest, ...(inlinePolicy && { inlinePolicy }) },
        ]),
      ),
    })),
    ...files("assignments", 500, grants, (rules) => ({ assignments: rules.map(rule) })),
  ]);
}

/** Files in memory, as the engine reads them. */
export function treeOf(files) {
  return {
    folder: "access",
    async *list() {
      for (const path of files.keys()) yield `access/${path}`;
    },
    origin: async (path) => path,
    async read(path) {
      return new TextEncoder().encode(files.get(path.slice("access/".length)));
    },
  };
}

export async function writeFiles(folder, files) {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function rule({ type, principal, permissionSet, ou, accounts }) {
  return {
    [`${type}s`]: [principal],
    permissionSets: [permissionSet],
    accounts: ou === null ? accounts : [{ ou }],
  };
}

function* files(folder, size, entries, contentOf) {
  for (let start = 0; start < entries.length; start += size) {
    const content = contentOf(entries.slice(start, start + size));
    yield [
      `${folder}/${String(start / size + 1).padStart(3, "0")}.yaml`,
      stringify(content, { lineWidth: 110 }),
    ];
  }
}
