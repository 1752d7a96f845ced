import type { Change } from "../model/change.js";
import { LiveError } from "../model/live-error.js";
import { statusAfter } from "../plan/status.js";
import { userAttributes } from "../model/state.js";
import type { Writer } from "./ports.js";

/** Makes one change and resolves when it is in force; rejects with LiveError. */
export async function make(change: Change, writer: Writer): Promise<void> {
  switch (change.kind) {
    case "user":
      return await makeUser(change, writer);
    case "group":
      return await makeGroup(change, writer);
    case "membership":
      return change.action === "create"
        ? await writer.membership.create(change.key)
        : await writer.membership.delete(change.key);
    case "permissionSet":
      return await makePermissionSet(change, writer);
    case "assignment":
      return change.action === "create"
        ? await writer.assignment.create(change.key)
        : await writer.assignment.delete(change.key);
    case "applicationAssignment":
      return await writer.applicationAssignment.delete(change.key);
    case "provisioning":
      return await writer.provision(
        change.key.permissionSet,
        change.everywhere ? "everywhere" : change.accounts,
      );
  }
}

async function makeUser(change: Extract<Change, { kind: "user" }>, { user }: Writer): Promise<void> {
  const { name } = change.key;
  switch (change.action) {
    case "create":
      return await user.create(name, change.after);
    case "update":
    case "disable": {
      const status = statusAfter(change);
      // The service refuses edits to a user that is DISABLED.
      if (status === "ENABLED") await user.setStatus(name, status);
      const attributes = change.fields.filter(({ path }) =>
        (userAttributes as readonly string[]).includes(path),
      );
      if (attributes.length > 0) await user.update(name, attributes);
      if (change.action === "disable") await seeGone(name, user);
      if (status === "DISABLED") await user.setStatus(name, status);
      return;
    }
    case "delete":
      return await user.delete(name);
  }
}

/** The removals were changes of their own; being disabled means that nothing is left, and that has to be seen. */
async function seeGone(name: string, user: Writer["user"]): Promise<void> {
  const groups = await user.groupsOf(name);
  if (groups.length > 0)
    throw new LiveError(`${name} is still a member of ${groups.join(", ")}.`, {
      kind: "conflict",
      help: "Somebody added them since the plan was made. Apply again.",
    });
}

async function makeGroup(change: Extract<Change, { kind: "group" }>, { group }: Writer): Promise<void> {
  const { name } = change.key;
  switch (change.action) {
    case "create":
      return await group.create(name, change.after);
    case "update":
      return await group.update(name, change.fields);
    case "delete":
      return await group.delete(name);
  }
}

async function makePermissionSet(
  change: Extract<Change, { kind: "permissionSet" }>,
  { permissionSet }: Writer,
): Promise<void> {
  const { name } = change.key;
  switch (change.action) {
    case "create":
      return await permissionSet.create(name, change.after);
    case "update":
      return await permissionSet.update(name, change.before, change.after);
    case "delete":
      return await permissionSet.delete(name);
  }
}
