import { decodeOrganization } from "../dist/sandbox/organization.js";
import { createSandbox } from "../dist/sandbox/sandbox.js";
import { newState } from "../dist/sandbox/state.js";
import { assignmentsOf } from "./organization.js";

/** The access key id that stands for a delegated administrator; any other one is the management account's. */
export const delegatedKey = "AKIADELEGATED";

export const region = "eu-west-1";

/**
 * The state of a sandbox that holds the organization, made through the API as anybody would.
 * @param {import("./organization.js").Organization} organization
 */
export function filledState(organization) {
  const [managementAccount, ...accounts] = organization.accounts;
  const delegate = accounts.at(-1);
  const callers =
    delegate === undefined ? {} : { [delegatedKey]: { account: delegate.id, as: "delegated-administrator" } };
  const state = newState(decodeOrganization({ managementAccount, region, accounts, callers }, ""));
  const call = callerOf(createSandbox({ state }), state.instance);
  const ids = new Map();

  for (const [user, attributes] of organization.users)
    ids.set(`user ${user}`, call.store("CreateUser", userInput(user, attributes)).UserId);
  for (const [group, { description, members }] of organization.groups) {
    const { GroupId } = call.store("CreateGroup", { DisplayName: group, Description: description });
    ids.set(`group ${group}`, GroupId);
    for (const member of members)
      call.store("CreateGroupMembership", { GroupId, MemberId: { UserId: ids.get(`user ${member}`) } });
  }
  for (const [set, content] of organization.permissionSets)
    ids.set(`set ${set}`, createSet(call, set, content));
  for (const { type, principal, permissionSet, account } of assignmentsOf(organization))
    call.admin("CreateAccountAssignment", {
      PrincipalType: type.toUpperCase(),
      PrincipalId: ids.get(`${type} ${principal}`),
      PermissionSetArn: ids.get(`set ${permissionSet}`),
      TargetType: "AWS_ACCOUNT",
      TargetId: account,
    });
  // As if idc had been applied before: nothing may be removed from an Identity Center it does not know.
  call.admin("TagResource", {
    ResourceArn: state.instance.arn,
    Tags: [{ Key: "idc:applied", Value: "bench" }],
  });
  return state;
}

function userInput(userName, { givenName, familyName, email, title }) {
  return {
    UserName: userName,
    Name: { GivenName: givenName, FamilyName: familyName },
    DisplayName: `${givenName} ${familyName}`,
    Emails: [{ Value: email, Primary: true }],
    Title: title,
  };
}

function createSet(call, name, { description, sessionDuration, managedPolicies, inlinePolicy, tags }) {
  const { PermissionSet } = call.admin("CreatePermissionSet", {
    Name: name,
    Description: description,
    SessionDuration: sessionDuration,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const { PermissionSetArn } = PermissionSet;
  for (const policy of managedPolicies)
    call.admin("AttachManagedPolicyToPermissionSet", {
      PermissionSetArn,
      ManagedPolicyArn: `arn:aws:iam::aws:policy/${policy}`,
    });
  if (inlinePolicy !== null)
    call.admin("PutInlinePolicyToPermissionSet", {
      PermissionSetArn,
      InlinePolicy: JSON.stringify(inlinePolicy),
    });
  return PermissionSetArn;
}

/** Speaks to the sandbox without HTTP. Throws when it refuses. */
function callerOf(sandbox, { arn, identityStoreId }) {
  function call(target, input) {
    const headers = {
      "x-amz-target": target,
      authorization: `AWS4-HMAC-SHA256 Credential=bench/20260101/${region}/x/aws4_request, Signature=0`,
    };
    const response = sandbox.handle(
      { method: "POST", path: "/", headers, body: JSON.stringify(input) },
      Date,
    );
    if (response.status !== 200) throw new Error(`${target}: ${response.body}`);
    return JSON.parse(response.body);
  }
  return {
    admin: (operation, input) => call(`SWBExternalService.${operation}`, { InstanceArn: arn, ...input }),
    store: (operation, input) =>
      call(`AWSIdentityStore.${operation}`, { IdentityStoreId: identityStoreId, ...input }),
  };
}
