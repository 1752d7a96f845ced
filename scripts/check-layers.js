#!/usr/bin/env node
// Holds the direction of imports between the rooms of src/ (the picture is in CONTRIBUTING.md):
// every import must go to a room that its own room may know, only live/ may import an AWS client,
// and the pure rooms may import nothing that does I/O.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** Which rooms each room may import from, besides itself. */
const mayImport = {
  model: [],
  policy: ["model"],
  declare: ["model", "policy"],
  plan: ["model", "policy"],
  apply: ["model", "policy", "plan"],
  live: ["model", "policy", "apply"],
  run: ["model", "policy", "declare", "plan", "apply"],
  report: ["model", "policy"],
  github: ["model", "report"],
  sandbox: [],
  cli: ["model", "policy", "declare", "plan", "apply", "live", "run", "report", "github", "sandbox"],
};
const pureRooms = new Set(["model", "policy", "plan", "report"]);
const pureBuiltins = new Set(["node:crypto", "node:util"]);

/** Every breach of the layers below `root` (the folder that holds the rooms), one sentence each. */
export function layerBreaches(root) {
  return sourceFiles(root).flatMap((file) => {
    const [room] = relative(root, file).split(sep);
    const place = relative(dirname(root), file);
    if (!(room in mayImport)) return [`${place}: "${room}" is no room of ${relative(dirname(root), root)}/`];
    return importsOf(file).flatMap((specifier) => {
      const breach = breachOf(room, file, specifier, root);
      return breach === null ? [] : [`${place}: ${breach}`];
    });
  });
}

function breachOf(room, file, specifier, root) {
  if (specifier.startsWith(".")) {
    const target = relative(root, resolve(dirname(file), specifier));
    const targetRoom = target.split(sep)[0];
    if (targetRoom === room) return null;
    if (targetRoom === "..") return `src/ stands by itself (${specifier})`;
    return mayImport[room].includes(targetRoom)
      ? null
      : `${room}/ must not import ${targetRoom}/ (${specifier})`;
  }
  if (/^@(aws-sdk|smithy)\//.test(specifier))
    return room === "live" ? null : `only live/ imports an AWS client (${specifier})`;
  if (specifier.startsWith("@octokit/"))
    return room === "github" ? null : `only github/ imports a GitHub client (${specifier})`;
  if (/^(node:)?process$/.test(specifier))
    return room === "cli" ? null : `only cli/ knows the process (${specifier})`;
  if (/^(node:)?console$/.test(specifier)) return room === "cli" ? null : `only cli/ prints (${specifier})`;
  if (/^(node:)?module$/.test(specifier)) return `imports are for all to see (${specifier})`;
  if (specifier.startsWith("node:") && pureRooms.has(room) && !pureBuiltins.has(specifier))
    return `${room}/ is pure and must not import ${specifier}`;
  return null;
}

function importsOf(file) {
  const { module, errors } = parseSync(file, readFileSync(file, "utf8"));
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const text = readFileSync(file, "utf8");
  const dynamic = module.dynamicImports.map((found) =>
    text.slice(found.moduleRequest.start, found.moduleRequest.end),
  );
  return [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) =>
      found.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
    ...dynamic.map((literal) => literal.replace(/^["'`]|["'`]$/g, "")),
  ];
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../src"));
  const breaches = layerBreaches(root);
  for (const breach of breaches) console.error(breach);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
