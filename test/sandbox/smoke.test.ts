import {
  IdentitystoreClient,
  CreateUserCommand,
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  ListUsersCommand,
} from "@aws-sdk/client-identitystore";
import { OrganizationsClient, paginateListAccounts } from "@aws-sdk/client-organizations";
import * as sso from "@aws-sdk/client-sso-admin";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import { createSandbox } from "../../src/sandbox/sandbox.js";
import { serve } from "../../src/sandbox/server.js";
import { newState, serialize, deserialize } from "../../src/sandbox/state.js";
import { inProcessHandler } from "../support/sandbox-handler.js";

test.each(["http", "process"])("over %s", async (mode) => {
  const sandbox = createSandbox({ state: newState(exampleOrganization) });
  const server = await serve({ sandbox });
  const config = {
    region: "eu-west-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "x" },
    ...(mode === "http"
      ? { endpoint: server.url }
      : { requestHandler: inProcessHandler(sandbox, { now: () => 1e12 }) }),
  };
  const admin = new sso.SSOAdminClient(config);
  const store = new IdentitystoreClient(config);
  const { Instances } = await admin.send(new sso.ListInstancesCommand({}));
  const { InstanceArn, IdentityStoreId } = Instances?.[0] ?? {};
  const { UserId } = await store.send(
    new CreateUserCommand({
      IdentityStoreId,
      UserName: "alice",
      DisplayName: "A",
      Name: { GivenName: "A", FamilyName: "B" },
      Emails: [{ Value: "a@example.com", Primary: true }],
    }),
  );
  const { GroupId } = await store.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: "dev" }));
  await store.send(
    new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: UserId ?? "" } }),
  );
  const users = await store.send(new ListUsersCommand({ IdentityStoreId }));
  expect(users.Users?.[0]?.CreatedAt).toBeInstanceOf(Date);
  const set = await admin.send(new sso.CreatePermissionSetCommand({ InstanceArn, Name: "S3" }));
  const PermissionSetArn = set.PermissionSet?.PermissionSetArn;
  await expect(admin.send(new sso.CreatePermissionSetCommand({ InstanceArn, Name: "S3" }))).rejects.toThrow(
    "already exists",
  );
  await admin.send(
    new sso.CreateAccountAssignmentCommand({
      InstanceArn,
      PermissionSetArn,
      PrincipalId: GroupId,
      PrincipalType: "GROUP",
      TargetId: "111122223333",
      TargetType: "AWS_ACCOUNT",
    }),
  );
  const list = await admin.send(
    new sso.ListAccountAssignmentsCommand({ InstanceArn, PermissionSetArn, AccountId: "111122223333" }),
  );
  expect(list.AccountAssignments).toHaveLength(1);
  const names = [];
  for await (const page of paginateListAccounts({ client: new OrganizationsClient(config), pageSize: 2 }, {}))
    names.push(...(page.Accounts ?? []));
  expect(names).toHaveLength(7);
  expect((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account).toBe("999900001111");
  expect(serialize(deserialize(serialize(sandbox.state)))).toBe(serialize(sandbox.state));
  admin.destroy();
  store.destroy();
  await server.close();
});
