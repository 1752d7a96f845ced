import { expect, test } from "vitest";
import {
  actionOf,
  operations,
  serviceOf,
  type Operation,
  type OperationName,
} from "../../src/live/operations.js";

const names = Object.keys(operations) as OperationName[];

test("every operation is called by the command of its own name", () => {
  for (const name of names) {
    const [service, operation] = name.split(" ");
    expect(serviceOf(name)).toBe(service);
    expect(operations[name].command.name).toBe(`${operation}Command`);
  }
});

test("what changes anything is a write", () => {
  const writes = /^(Create|Update|Delete|Attach|Detach|Put|Tag|Untag|Provision)/;
  for (const name of names)
    expect([name, operations[name].access]).toEqual([
      name,
      writes.test(name.split(" ")[1] ?? "") ? "write" : "read",
    ]);
});

test("IAM actions have the prefix that IAM knows the service by", () => {
  expect(actionOf("sso-admin ListInstances")).toBe("sso:ListInstances");
  expect(actionOf("identitystore ListUsers")).toBe("identitystore:ListUsers");
  expect(actionOf("organizations ListAccounts")).toBe("organizations:ListAccounts");
  expect(actionOf("sts GetCallerIdentity")).toBe("sts:GetCallerIdentity");
});

test("further actions are actions", () => {
  for (const name of names) {
    const operation: Operation = operations[name];
    for (const action of [...(operation.also ?? []), ...(operation.inManagementAccount ?? [])])
      expect(action).toMatch(/^[a-z]+:[A-Z][A-Za-z]+$/);
  }
});
