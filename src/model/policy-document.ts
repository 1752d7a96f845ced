export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** An IAM policy document as parsed JSON; policy/ brings it into normal form and compares it by meaning. */
export type PolicyDocument = JsonObject;
