/** Small decoders that turn untrusted JSON or YAML into typed values, or say where it is not what it should be. */

/** `path` is the place in the document, such as `accounts[2].tags.env`; empty for the document itself. */
export type Decoder<T> = (value: unknown, path: string) => T;

export class DecodeError extends Error {
  override readonly name = "DecodeError";

  constructor(path: string, problem: string) {
    super(`${path === "" ? "the document" : path} ${problem}`);
  }
}

export function text(value: unknown, path: string): string {
  if (typeof value !== "string") throw new DecodeError(path, `must be a text${hint(value)}`);
  return value;
}

export function integer(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new DecodeError(path, "must be an integer");
  return value;
}

export function boolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw new DecodeError(path, "must be true or false");
  return value;
}

/** A text that matches `pattern`; `what` completes "must be …". */
export function matching(pattern: RegExp, what: string): Decoder<string> {
  return (value, path) => {
    if (typeof value !== "string" || !pattern.test(value))
      throw new DecodeError(path, `must be ${what}${hint(value)}`);
    return value;
  };
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Decoder<T> {
  return (value, path) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new DecodeError(path, `must be ${allowed.join(" or ")}`);
    return found;
  };
}

export function list<T>(member: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new DecodeError(path, "must be a list");
    return value.map((item: unknown, index) => member(item, `${path}[${index}]`));
  };
}

export function mapping<T>(member: Decoder<T>): Decoder<ReadonlyMap<string, T>> {
  return (value, path) =>
    new Map(Object.entries(record(value, path)).map(([key, item]) => [key, member(item, join(path, key))]));
}

/** An object with exactly these fields; a field may be left out where its decoder is `optional`. */
export function object<T>(fields: { readonly [K in keyof T]: Decoder<T[K]> }): Decoder<T> {
  return (value, path) => {
    const given = record(value, path);
    for (const key of Object.keys(given))
      if (!Object.hasOwn(fields, key)) throw new DecodeError(join(path, key), "is not known here");
    const decoded: Partial<T> = {};
    for (const key in fields) {
      const found = Object.hasOwn(given, key) ? given[key] : undefined;
      if (found === undefined && !optionals.has(fields[key]))
        throw new DecodeError(join(path, key), "is missing");
      decoded[key] = fields[key](found, join(path, key));
    }
    // Every field of T was just decoded.
    return decoded as T;
  };
}

const optionals = new WeakSet<object>();

/** `fallback` where the value is absent. */
export function optional<T, F>(decoder: Decoder<T>, fallback: F): Decoder<T | F> {
  const decode: Decoder<T | F> = (value, path) => (value === undefined ? fallback : decoder(value, path));
  optionals.add(decode);
  return decode;
}

export function nullable<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === null ? null : decoder(value, path));
}

export function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new DecodeError(path, "must be a mapping");
  return value as Readonly<Record<string, unknown>>;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function hint(value: unknown): string {
  return typeof value === "number" ? `, not the number ${value} (put it in quotes)` : "";
}
