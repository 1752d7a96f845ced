// The main stories, told by the real AWS SDK over real sockets, and once more without sockets.
import * as store from "@aws-sdk/client-identitystore";
import * as organizations from "@aws-sdk/client-organizations";
import * as admin from "@aws-sdk/client-sso-admin";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.js";
import { serve, type Server } from "../../src/sandbox/server.js";
import { newState } from "../../src/sandbox/state.js";
import { inProcessHandler } from "../support/sandbox-handler.js";

const account = "111122223333";

describe.each(["http", "in process"])("over %s", (way) => {
  let sandbox: Sandbox;
  let server: Server;
  let clients: Clients;

  beforeAll(async () => {
    sandbox = createSandbox({ state: newState(exampleOrganization), onRequest: () => {} });
    server = await serve({ sandbox });
    clients = clientsOf(
      way === "http"
        ? { endpoint: server.url }
        : { requestHandler: inProcessHandler(sandbox, { now: () => 1e12 }) },
    );
  });
  afterAll(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await server.close();
  });

  test("the organisation, and who one is", async () => {
    const identity = await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe("999900001111");
    const { Organization } = await clients.organizations.send(
      new organizations.DescribeOrganizationCommand({}),
    );
    expect(Organization?.MasterAccountId).toBe("999900001111");
    const found = [];
    for await (const page of organizations.paginateListAccounts(
      { client: clients.organizations, pageSize: 2 },
      {},
    ))
      found.push(...(page.Accounts ?? []).map(({ Name }) => Name));
    expect(new Set(found)).toEqual(
      new Set([
        "log-archive",
        "management",
        "payments-dev",
        "payments-prod",
        "sandbox",
        "security-tooling",
        "web-prod",
      ]),
    );
    await expect(
      clients.organizations.send(new organizations.DescribeAccountCommand({ AccountId: "000000000000" })),
    ).rejects.toBeInstanceOf(organizations.AccountNotFoundException);
  });

  test("a person joins a group that reaches an account, and leaves", async () => {
    const { Instances = [] } = await clients.admin.send(new admin.ListInstancesCommand({}));
    const { InstanceArn = "", IdentityStoreId = "" } = Instances[0] ?? {};
    const instance = { InstanceArn };
    const directory = { IdentityStoreId };

    const user = await clients.store.send(
      new store.CreateUserCommand({
        ...directory,
        UserName: "alice",
        DisplayName: "Alice Nguyen",
        Name: { GivenName: "Alice", FamilyName: "Nguyen" },
        Emails: [{ Value: "alice@example.com", Primary: true }],
        Extensions: { "aws:identitystore:enterprise": { costCenter: "42" } },
      }),
    );
    const UserId = user.UserId ?? "";
    const { GroupId } = await clients.store.send(
      new store.CreateGroupCommand({ ...directory, DisplayName: "developers" }),
    );
    await clients.store.send(
      new store.CreateGroupMembershipCommand({ ...directory, GroupId, MemberId: { UserId } }),
    );
    await clients.store.send(
      new store.UpdateUserCommand({
        ...directory,
        UserId,
        Operations: [
          { AttributePath: "title", AttributeValue: "Engineer" },
          { AttributePath: "emails", AttributeValue: [{ value: "alice@example.org", primary: true }] },
          // The SDK sends a null as nothing at all: both remove.
          { AttributePath: "aws:identitystore:enterprise.costCenter", AttributeValue: null },
        ],
      }),
    );
    const alice = await clients.store.send(
      new store.DescribeUserCommand({ ...directory, UserId, Extensions: ["aws:identitystore:enterprise"] }),
    );
    expect(alice).toMatchObject({
      UserName: "alice",
      Title: "Engineer",
      Emails: [{ Value: "alice@example.org", Primary: true }],
      UserStatus: "ENABLED",
    });
    expect(alice.Extensions).toBeUndefined();
    expect(alice.CreatedAt).toBeInstanceOf(Date);
    const nobody = clients.store.send(new store.DescribeUserCommand({ ...directory, UserId: GroupId }));
    await expect(nobody).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "USER not found.",
      ResourceType: "USER",
      ResourceId: GroupId,
    });

    const { PermissionSet } = await clients.admin.send(
      new admin.CreatePermissionSetCommand({ ...instance, Name: "S3FullAccess", SessionDuration: "PT2H" }),
    );
    const set = { ...instance, PermissionSetArn: PermissionSet?.PermissionSetArn };
    await clients.admin.send(
      new admin.AttachManagedPolicyToPermissionSetCommand({
        ...set,
        ManagedPolicyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
      }),
    );
    const assignment = {
      ...set,
      TargetId: account,
      TargetType: "AWS_ACCOUNT",
      PrincipalType: "GROUP",
      PrincipalId: GroupId,
    } as const;
    const creation = await clients.admin.send(new admin.CreateAccountAssignmentCommand(assignment));
    expect(creation.AccountAssignmentCreationStatus?.Status).toBe("IN_PROGRESS");
    const followed = await clients.admin.send(
      new admin.DescribeAccountAssignmentCreationStatusCommand({
        ...instance,
        AccountAssignmentCreationRequestId: creation.AccountAssignmentCreationStatus?.RequestId,
      }),
    );
    expect(followed.AccountAssignmentCreationStatus).toMatchObject({
      Status: "SUCCEEDED",
      TargetId: account,
    });
    const { AccountAssignments } = await clients.admin.send(
      new admin.ListAccountAssignmentsForPrincipalCommand({
        ...instance,
        PrincipalId: UserId,
        PrincipalType: "USER",
      }),
    );
    expect(AccountAssignments).toMatchObject([
      { AccountId: account, PrincipalType: "GROUP", PrincipalId: GroupId },
    ]);

    await expect(clients.admin.send(new admin.DeletePermissionSetCommand(set))).rejects.toBeInstanceOf(
      admin.ConflictException,
    );
    await clients.admin.send(new admin.DeleteAccountAssignmentCommand(assignment));
    await clients.admin.send(new admin.DeletePermissionSetCommand(set));
    await clients.store.send(new store.DeleteUserCommand({ ...directory, UserId }));
    const { GroupMemberships } = await clients.store.send(
      new store.ListGroupMembershipsCommand({ ...directory, GroupId }),
    );
    expect(GroupMemberships).toEqual([]);
  });
});

type Clients = {
  readonly admin: admin.SSOAdminClient;
  readonly store: store.IdentitystoreClient;
  readonly organizations: organizations.OrganizationsClient;
  readonly sts: STSClient;
};

function clientsOf(
  way: { endpoint: string } | { requestHandler: ReturnType<typeof inProcessHandler> },
): Clients {
  const config = {
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDADMIN", secretAccessKey: "secret" },
    maxAttempts: 1,
    ...way,
  };
  return {
    admin: new admin.SSOAdminClient(config),
    store: new store.IdentitystoreClient(config),
    organizations: new organizations.OrganizationsClient(config),
    sts: new STSClient(config),
  };
}
