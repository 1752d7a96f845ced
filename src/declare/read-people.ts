import type { Declaration, DeclaredGroup, DeclaredUser } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";
import { userAttributes } from "../model/state.js";
import type { UserAttribute } from "../model/state.js";
import { readExpiry } from "./expiry.js";
import { childOf, entriesOf, itemsOf, locatedText, placeOf, textOf } from "./node.js";
import type { Entry, Node } from "./node.js";
import type { Member, WrittenGroup } from "./written.js";

export function readUser({ key, node }: Entry): Declaration<DeclaredUser> {
  const attributes: { [A in UserAttribute]?: string | null } = {};
  const fields = new Map<string, Source>();
  for (const path of userAttributes) {
    const found = attributeAt(node, path);
    if (found === undefined) continue;
    attributes[path] = found.value;
    fields.set(path, found.source);
  }
  const { givenName, familyName, displayName } = attributes;
  if (displayName === undefined && typeof givenName === "string" && typeof familyName === "string") {
    attributes.displayName = `${givenName} ${familyName}`;
    fields.set("displayName", fields.get("givenName") ?? key);
  }
  const status = entriesOf(node).get("status");
  if (status !== undefined) fields.set("status", placeOf(status));
  const isDisabled = textOf(status?.node) === "disabled";
  return { value: { attributes, status: isDisabled ? "disabled" : "enabled" }, source: key, fields };
}

/** What the file says of an attribute: a text, or null to remove it. */
function attributeAt(user: Node, path: UserAttribute): { value: string | null; source: Source } | undefined {
  const [first = "", second] = path.split(".");
  const entry =
    second === undefined ? entriesOf(user).get(first) : entriesOf(childOf(user, first)).get(second);
  if (entry?.node.kind !== "scalar") return undefined;
  const { value } = entry.node;
  return value === null || typeof value === "string" ? { value, source: placeOf(entry) } : undefined;
}

export function readGroup({ key, node }: Entry): WrittenGroup {
  const entries = entriesOf(node);
  const fields = new Map<string, Source>();
  for (const name of ["description", "members"]) {
    const entry = entries.get(name);
    if (entry !== undefined) fields.set(name, placeOf(entry));
  }
  const written = entries.get("description")?.node;
  const description = written?.kind === "scalar" && written.value === null ? null : textOf(written);
  const value: DeclaredGroup = written === undefined ? {} : { description };
  return { value, source: key, fields, members: itemsOf(childOf(node, "members")).flatMap(readMember) };
}

/** One member; none for what the schema has refused. */
function readMember(item: Node): readonly Member[] {
  const name = locatedText(item.kind === "mapping" ? childOf(item, "user") : item);
  return name === null ? [] : [{ ...name, expires: readExpiry(childOf(item, "expires")) }];
}
