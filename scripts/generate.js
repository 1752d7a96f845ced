#!/usr/bin/env node
// Compiles the published JSON Schemas to validators at build time: compiling them when a command starts would cost
// more than the command; and brings the catalogue of IAM actions down to what is needed of it. Writes beside the
// sources that import them, and to dist/, where tsc does not copy JavaScript.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { actionCatalogueCode, actionCatalogueDeclaration } from "./action-catalogue.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");

const validators = [
  { schema: "schema/access.schema.json", module: "declare/access-schema.generated" },
  { schema: "schema/plan.schema.json", module: "plan/plan-schema.generated" },
];

const declaration = `import type { ErrorObject } from "ajv";

declare const validate: {
  (data: unknown): boolean;
  /** What is wrong with the data of the last call; null or undefined when nothing is. */
  errors?: ErrorObject[] | null;
};
export default validate;
`;

for (const { schema, module } of validators) {
  const path = join(repository, schema);
  if (!existsSync(path)) continue;
  writeModule(module, compile(JSON.parse(readFileSync(path, "utf8"))), declaration);
}
writeModule("policy/action-catalogue.generated", actionCatalogueCode(), actionCatalogueDeclaration);

/** An ES module whose default export is the validator. */
function compile(schema) {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    code: { esm: true, source: true, lines: true },
  });
  return appendErrors(importRuntime(standaloneCode(ajv, ajv.compile(schema))));
}

/** Ajv copies all errors so far whenever a part has one: a file of a hundred thousand faults would take minutes. */
function appendErrors(code) {
  const helper =
    "function append(errors, more) { for (const one of more) errors.push(one); return errors; }\n";
  return code.replace(/vErrors\.concat\((\w+\.errors)\)/g, "append(vErrors, $1)") + helper;
}

/** Ajv's ES modules still `require` its runtime helpers. A CommonJS module's default arrives wrapped or not. */
function importRuntime(code) {
  const imports = [];
  const body = code
    .replace(/^export const validate = .*$/m, "")
    .replace(/require\("(ajv\/[^"]+)"\)\.default/g, (_, specifier) => {
      const name = `runtime${imports.length}`;
      imports.push(`import ${name} from "${specifier}.js";`);
      return `${name}.default ?? ${name}`;
    });
  if (/\brequire\(/.test(body)) throw new Error("the compiled schema requires what it should import");
  return `${[...imports, body].join("\n")}\n`;
}

function writeModule(module, code, types) {
  write(join(repository, "src", `${module}.js`), code);
  write(join(repository, "src", `${module}.d.ts`), types);
  write(join(repository, "dist", `${module}.js`), code);
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}
