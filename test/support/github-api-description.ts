/** GitHub's own description of its API, for the operations that idc uses: what a request and an answer may be. */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

type Parameter = {
  readonly in: "path" | "query";
  readonly name: string;
  readonly required: boolean;
  readonly schema: object;
};

type Extract = {
  readonly source: string;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly parameters: readonly Parameter[];
        readonly body: { readonly properties: Readonly<Record<string, object>> } | null;
        readonly responses: Readonly<Record<string, object | null>>;
      }
    >
  >;
};

type Values = Readonly<Record<string, unknown>>;

/** A request that the description allows. */
export type Described = {
  /** `GET /repos/{owner}/{repo}/issues` */
  readonly operation: string;
  readonly path: Values;
  readonly query: Values;
  readonly body: Values;
  /** What is wrong with an answer to it; null when nothing is. */
  faultOf(status: number, body: unknown): string | null;
};

const extract = JSON.parse(
  readFileSync(new URL("github-api.generated.json", import.meta.url), "utf8"),
) as Extract;

const ajv = new Ajv({
  strict: false,
  formats: {
    int64: true,
    email: /^\S+@\S+$/,
    uri: { validate: (text: string) => URL.canParse(text) },
    "date-time": /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
  },
});
/** Parameters come as text. */
const lenient = new Ajv({ strict: false, coerceTypes: true, formats: { int64: true, "date-time": true } });
const compiled = new Map<object, ValidateFunction>();
const compiledParameters = new Map<string, ValidateFunction>();

/** The request, or what is wrong with it. */
export function describedOperation(method: string, url: URL, text: string): Described | string {
  const asked = `${method} ${url.pathname}`;
  for (const [operation, { parameters, body, responses }] of Object.entries(extract.operations)) {
    const inPath = pathOf(operation, asked);
    if (inPath === null) continue;
    const inQuery = Object.fromEntries(url.searchParams);
    const json = parsed(text);
    const fault =
      parameterFault(operation, parameters, "path", inPath) ??
      parameterFault(operation, parameters, "query", inQuery) ??
      bodyFault(body, json);
    if (fault !== null) return `${operation}: ${fault}`;
    return {
      operation,
      path: inPath,
      query: inQuery,
      body: (json ?? {}) as Values,
      faultOf: (status, answer) => answerFault(operation, responses, status, answer),
    };
  }
  return `${asked} is no operation of the description`;
}

/** The values in a path that fits the operation's; null when it does not fit. */
function pathOf(operation: string, asked: string): Record<string, unknown> | null {
  const pattern = operation.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  const found = RegExp(`^${pattern}$`).exec(asked);
  if (found === null) return null;
  const values = Object.entries(found.groups ?? {});
  return Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value)]));
}

/** Turns texts in `values` into what the schemas ask for. */
function parameterFault(
  operation: string,
  parameters: readonly Parameter[],
  place: Parameter["in"],
  values: object,
): string | null {
  const key = `${operation} ${place}`;
  const validate = compiledParameters.get(key) ?? lenient.compile(parameterSchema(parameters, place));
  compiledParameters.set(key, validate);
  return validate(values) ? null : lenient.errorsText(validate.errors, { dataVar: place });
}

function parameterSchema(parameters: readonly Parameter[], place: Parameter["in"]): object {
  const here = parameters.filter((parameter) => parameter.in === place);
  return {
    type: "object",
    properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
    required: here.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** GitHub itself passes over what it does not know; here it is refused, because nobody would send it on purpose. */
function bodyFault(schema: Extract["operations"][string]["body"], json: unknown): string | null {
  if (schema === null) return json === undefined ? null : "there is a body, and none is described";
  const fault = faultIn(schema, json);
  if (fault !== null) return `body${fault}`;
  const unknown = Object.keys(json as object).filter((name) => !(name in schema.properties));
  return unknown.length === 0 ? null : `body has ${unknown.join(", ")}, which is not described`;
}

/** Refusals that GitHub describes once for all operations are held to the form of those that it describes here. */
function answerFault(
  operation: string,
  responses: Readonly<Record<string, object | null>>,
  status: number,
  answer: unknown,
): string | null {
  const general = extract.operations["GET /user"]?.responses["403"] ?? null;
  const schema = responses[status] ?? (status >= 400 ? general : null);
  if (schema === null && !(status in responses)) return `${operation}: no answer ${status} is described`;
  const fault =
    schema === null ? (answer === null ? null : " is described as empty") : faultIn(schema, answer);
  return fault === null ? null : `${operation}: answer ${status}${fault}`;
}

function faultIn(schema: object, value: unknown): string | null {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: "" });
}

function parsed(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text);
}
