#!/usr/bin/env node
// Writes test/support/github-api.generated.json, what GitHub's own description of its API says of the operations that idc
// uses, from the package @octokit/openapi, which is too large to depend on. Run by hand when the API moves on:
//
//   npm pack @octokit/openapi@VERSION && tar xzf octokit-openapi-VERSION.tgz
//   node scripts/github-api.js package
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const operations = [
  "GET /user",
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "GET /repos/{owner}/{repo}/issues",
  "POST /repos/{owner}/{repo}/issues",
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
  "GET /repos/{owner}/{repo}/labels/{name}",
  "POST /repos/{owner}/{repo}/labels",
];
const file = "generated/api.github.com.deref.json";

/** What no validation needs. */
const words = new Set([
  "description",
  "example",
  "examples",
  "title",
  "default",
  "deprecated",
  "externalDocs",
]);
/** Under these keys stand schemas by names of the API's own, not keywords. */
const named = new Set(["properties", "patternProperties"]);

const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(join(folder, file))) {
  console.error("It takes the folder of the unpacked package @octokit/openapi.");
  process.exit(3);
}

const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const { paths } = JSON.parse(readFileSync(join(folder, file), "utf8"));
const extract = {
  source: `${name} ${version}, ${file}`,
  operations: Object.fromEntries(operations.map((operation) => [operation, extractOf(operation)])),
};
writeFileSync(
  new URL("../test/support/github-api.generated.json", import.meta.url),
  `${JSON.stringify(extract)}\n`,
);

function extractOf(operation) {
  const [method, path] = operation.split(" ");
  const found = paths[path]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`${operation} is not in the description`);
  return {
    parameters: (found.parameters ?? []).map(({ in: place, name, required = false, schema }) => ({
      in: place,
      name,
      required,
      schema: translated(schema),
    })),
    body: schemaIn(found.requestBody),
    responses: Object.fromEntries(
      Object.entries(found.responses).map(([status, response]) => [status, schemaIn(response)]),
    ),
  };
}

/** The schema of what is sent as JSON; null when nothing is. */
function schemaIn(holder) {
  const schema = holder?.content?.["application/json"]?.schema;
  return schema === undefined ? null : translated(schema);
}

/** OpenAPI 3.0 says `nullable` where JSON Schema names the type. */
function translated(schema) {
  if (Array.isArray(schema)) return schema.map(translated);
  if (typeof schema !== "object" || schema === null) return schema;
  const { nullable = false, ...rest } = schema;
  const kept = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !words.has(key) && !key.startsWith("x-"))
      .map(([key, value]) => [key, named.has(key) ? eachTranslated(value) : translated(value)]),
  );
  if (nullable !== true) return kept;
  if (typeof kept.type !== "string") return { anyOf: [kept, { type: "null" }] };
  return {
    ...kept,
    type: [kept.type, "null"],
    ...(kept.enum !== undefined && !kept.enum.includes(null) && { enum: [...kept.enum, null] }),
  };
}

function eachTranslated(schemas) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, translated(schema)]));
}
