import type { Context, SomeHandlers } from "../context.js";
import { notFound, quotaExceeded, validationError } from "../errors.js";
import { page } from "../page.js";
import { instancesOf, requireInstance, requireReach } from "./common.js";

type TagOperation = "ListTagsForResource" | "TagResource" | "UntagResource";
type Tag = { readonly Key: string; readonly Value: string };

const maxTags = 75;
/** There is no MaxResults to ask for less. */
const tagsPerPage = 50;

export const tagHandlers: SomeHandlers<"sso-admin", TagOperation> = {
  ListTagsForResource: (context, input) => {
    requireResource(context, input);
    const tags = [...tagsOf(context, input.ResourceArn)].map(([Key, Value]) => ({ Key, Value }));
    const { rows, next } = page(context, input, tags, ({ Key }) => Key, tagsPerPage);
    return { Tags: rows, ...next };
  },

  TagResource: (context, input) => {
    requireTaggable(context, input);
    const tags = withTags(tagsOf(context, input.ResourceArn), input.Tags);
    context.state.tags.set(input.ResourceArn, tags);
    return {};
  },

  UntagResource: (context, input) => {
    requireTaggable(context, input);
    const kept = new Map(tagsOf(context, input.ResourceArn));
    for (const key of input.TagKeys) kept.delete(key);
    context.state.tags.set(input.ResourceArn, kept);
    return {};
  },
};

/** @throws ServiceError for keys that repeat or that AWS keeps for itself, and for too many. */
export function withTags(
  current: ReadonlyMap<string, string>,
  added: readonly Tag[],
): ReadonlyMap<string, string> {
  const keys = added.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw validationError("A tag key is given twice.");
  const reserved = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined)
    throw validationError(`The tag key ${reserved} is reserved: it begins with aws:.`);
  const all = new Map([...current, ...added.map(({ Key, Value }) => [Key, Value] as const)]);
  if (all.size > maxTags) throw quotaExceeded(`A resource can have ${maxTags} tags.`);
  return all;
}

function tagsOf(context: Context, arn: string): ReadonlyMap<string, string> {
  return context.state.tags.get(arn) ?? new Map();
}

type TagInput = { readonly InstanceArn?: string; readonly ResourceArn: string };

/** An instance or a permission set; nothing else is tagged here. */
function requireResource(context: Context, { InstanceArn, ResourceArn }: TagInput): void {
  const { instance, permissionSets } = context.state;
  const home = permissionSets.has(ResourceArn) ? instance.arn : ResourceArn;
  const exists = instancesOf(context.state).some(({ arn }) => arn === home);
  if (!exists || (InstanceArn ?? home) !== home) throw notFound(`Resource ${ResourceArn} does not exist.`);
  requireInstance(context, home);
}

function requireTaggable(context: Context, input: TagInput): void {
  requireResource(context, input);
  const set = context.state.permissionSets.get(input.ResourceArn);
  if (set !== undefined) requireReach(context, set);
}
