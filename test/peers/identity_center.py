"""One scenario for any server of Identity Center, at the endpoints that the environment names."""

import json
import re

from scenario import Scenario

scenario = Scenario()
account, other_account = "111122223333", "333300001111"
[found] = scenario.client("sso-admin").list_instances()["Instances"]
instance = scenario.name("instance", found["InstanceArn"])
store = scenario.name("store", found["IdentityStoreId"])
scenario.name("owner", found["OwnerAccountId"])
unknown = scenario.name("nobody", "906719f3a1-00000000-0000-4000-8000-000000000000")


def people(step, operation, names=None, **given):
    return scenario.ask(step, f"identitystore {operation}", names, **{"IdentityStoreId": store, **given})


def admin(step, operation, names=None, **given):
    return scenario.ask(step, f"sso-admin {operation}", names, **{"InstanceArn": instance, **given})


scenario.ask("instances", "sso-admin ListInstances")
admin("the instance gets a name", "UpdateInstance", Name="ours")
scenario.ask("instances, with a name", "sso-admin ListInstances")


def user(step, name, **more):
    given = {
        "UserName": name,
        "DisplayName": f"{name.title()} Example",
        "Name": {"GivenName": name.title(), "FamilyName": "Example"},
        "Emails": [{"Value": f"{name}@example.com", "Type": "work", "Primary": True}],
        **more,
    }
    answer = people(step, "CreateUser", lambda made: {made["UserId"]: step}, **given)
    return answer and answer["UserId"]


alice = user("a user", "alice")
bob = user(
    "a user with all attributes",
    "bob",
    NickName="bo",
    ProfileUrl="https://example.com/bob",
    Title="Engineer",
    UserType="staff",
    PreferredLanguage="en",
    Locale="en-GB",
    Timezone="Europe/London",
    Addresses=[{"StreetAddress": "1 High St", "Country": "GB", "Type": "work", "Primary": True}],
    PhoneNumbers=[{"Value": "+44 20 7946 0000", "Type": "work", "Primary": True}],
    Website="https://bob.example.com",
    Birthdate="1990-01-31",
    Roles=[{"Value": "Lead", "Type": "work", "Primary": True}],
)
people("a user by id", "DescribeUser", UserId=alice)
people("a user with all attributes by id", "DescribeUser", UserId=bob)
people("an unknown user by id", "DescribeUser", UserId=unknown)
for path, value in (("userName", "alice"), ("userName", "nobody"), ("emails.value", "bob@example.com")):
    alternate = {"UniqueAttribute": {"AttributePath": path, "AttributeValue": value}}
    people(f"a user by {path} {value}", "GetUserId", AlternateIdentifier=alternate)
for name in ("alice", "nobody"):
    by_name = [{"AttributePath": "UserName", "AttributeValue": name}]
    people(f"users filtered by the name {name}", "ListUsers", Filters=by_name)
people("users", "ListUsers")
user("a user of the same name", "alice", Emails=[{"Value": "alice2@example.com"}])
user("a user of the same name in capitals", "ALICE", Emails=[{"Value": "alice3@example.com"}])
user("a user with somebody's e-mail address", "carol", Emails=[{"Value": "alice@example.com"}])
user("a user of a reserved name", "Administrator")
user("a user without a family name", "dave", Name={"GivenName": "Dave"})
user("a user without a display name", "erin", DisplayName=None)
user("a user with a name of 200 letters", "x" * 200)
two = [{"Value": f"frank{number}@example.com"} for number in range(2)]
user("a user with two e-mail addresses", "frank", Emails=two)
people("users, 500 a page", "ListUsers", MaxResults=500)
people("users from a token of nobody's", "ListUsers", NextToken="bm9uZQ==")


def group(step, name, **more):
    given = {"DisplayName": name, **more}
    answer = people(step, "CreateGroup", lambda made: {made["GroupId"]: step}, **given)
    return answer and answer["GroupId"]


developers = group("a group", "developers", Description="Build and run the product")
empty = group("a group without a description", "empty")
people("a group by id", "DescribeGroup", GroupId=developers)
people("an unknown group by id", "DescribeGroup", GroupId=unknown)
for name in ("developers", "nobody"):
    alternate = {"UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": name}}
    people(f"a group by the name {name}", "GetGroupId", AlternateIdentifier=alternate)
    by_name = [{"AttributePath": "DisplayName", "AttributeValue": name}]
    people(f"groups filtered by the name {name}", "ListGroups", Filters=by_name)
people("groups", "ListGroups")
group("a group of the same name", "developers")
group("a group without a name", None)
group("a group of a reserved name", "AWSAdministrators")


def membership(step, group_id, user_id):
    given = {"GroupId": group_id, "MemberId": {"UserId": user_id}}
    answer = people(step, "CreateGroupMembership", lambda made: {made["MembershipId"]: step}, **given)
    return answer and answer["MembershipId"]


membership("a membership", developers, alice)
of_bob = membership("another membership", developers, bob)
membership("a membership of an unknown user", developers, unknown)
membership("a membership of an unknown group", unknown, alice)
people("members of a group", "ListGroupMemberships", GroupId=developers)
people("members of an unknown group", "ListGroupMemberships", GroupId=unknown)
people("members of an empty group", "ListGroupMemberships", GroupId=empty)
people("groups of a member", "ListGroupMembershipsForMember", MemberId={"UserId": alice})
people("a membership is deleted", "DeleteGroupMembership", MembershipId=of_bob)
people("members of the group, one fewer", "ListGroupMemberships", GroupId=developers)
people("an unknown membership is deleted", "DeleteGroupMembership", MembershipId=unknown)


def permission_set(step, name, **more):
    given = {"Name": name, **more}
    answer = admin(
        step, "CreatePermissionSet", lambda made: arn_by_name(made["PermissionSet"]["PermissionSetArn"], step), **given
    )
    return answer and answer["PermissionSet"]["PermissionSetArn"]


def arn_by_name(arn, name):
    """With its form, which is not the same everywhere."""
    shape = re.sub(r"(ssoins|ps)-[0-9A-Za-z]{16}", r"\1-16", arn)
    return {arn: f"{name}, {shape}"}


read = permission_set(
    "a permission set",
    "Read",
    Description="Looks and touches nothing",
    SessionDuration="PT2H",
    RelayState="https://console.aws.amazon.com/",
)
bare = permission_set("a permission set with a name only", "Bare")
admin("a permission set by ARN", "DescribePermissionSet", PermissionSetArn=read)
admin("a permission set with a name only by ARN", "DescribePermissionSet", PermissionSetArn=bare)
lost = re.sub(r"ps-.*$", "ps-0123456789abcdef", read)
admin("an unknown permission set by ARN", "DescribePermissionSet", PermissionSetArn=lost)
admin("permission sets", "ListPermissionSets")
settings = {
    "Description": "Looks",
    "SessionDuration": "PT4H",
    "RelayState": "https://console.aws.amazon.com/s3",
}
admin("all settings are changed", "UpdatePermissionSet", PermissionSetArn=read, **settings)
admin("a permission set with all changed", "DescribePermissionSet", PermissionSetArn=read)
admin("the description alone is changed", "UpdatePermissionSet", PermissionSetArn=read, Description="Sees")
admin("a permission set with a description changed", "DescribePermissionSet", PermissionSetArn=read)

attach, detach = "AttachManagedPolicyToPermissionSet", "DetachManagedPolicyFromPermissionSet"
on_read = {"PermissionSetArn": read, "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
admin("a managed policy is attached", attach, **on_read)
admin("a managed policy is attached twice", attach, **on_read)
admin("managed policies", "ListManagedPoliciesInPermissionSet", PermissionSetArn=read)
admin("a managed policy is detached", detach, **on_read)
admin("a managed policy is detached twice", detach, **on_read)
admin("managed policies, none left", "ListManagedPoliciesInPermissionSet", PermissionSetArn=read)
for step, policy in (("with a path", "job-function/Billing"), ("that AWS does not have", "NoSuchPolicy")):
    arn = f"arn:aws:iam::aws:policy/{policy}"
    admin(f"a managed policy {step} is attached", attach, PermissionSetArn=bare, ManagedPolicyArn=arn)

attach = "AttachCustomerManagedPolicyReferenceToPermissionSet"
detach = "DetachCustomerManagedPolicyReferenceFromPermissionSet"
listing = "ListCustomerManagedPolicyReferencesInPermissionSet"
on_read = {
    "PermissionSetArn": read,
    "CustomerManagedPolicyReference": {"Name": "Base", "Path": "/platform/"},
}
admin("a customer managed policy is attached", attach, **on_read)
admin("a customer managed policy is attached twice", attach, **on_read)
admin("customer managed policies", listing, PermissionSetArn=read)
admin("a customer managed policy is detached", detach, **on_read)
admin("a customer managed policy is detached twice", detach, **on_read)
admin("customer managed policies, none left", listing, PermissionSetArn=read)

statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
get, put = "GetInlinePolicyForPermissionSet", "PutInlinePolicyToPermissionSet"
delete = "DeleteInlinePolicyFromPermissionSet"
admin("an inline policy that is not there", get, PermissionSetArn=read)
admin("an inline policy is put", put, PermissionSetArn=read, InlinePolicy=document)
admin("an inline policy", get, PermissionSetArn=read)
admin("an inline policy is put that is none", put, PermissionSetArn=bare, InlinePolicy='{"not": "a policy"}')
admin("an inline policy is deleted", delete, PermissionSetArn=read)
admin("an inline policy is deleted twice", delete, PermissionSetArn=read)
admin("an inline policy that was deleted", get, PermissionSetArn=read)


def grant(principal_type, principal, arn=read):
    return {
        "PermissionSetArn": arn,
        "PrincipalType": principal_type,
        "PrincipalId": principal,
        "TargetType": "AWS_ACCOUNT",
        "TargetId": account,
    }


def assignments(step, of=account):
    admin(step, "ListAccountAssignments", PermissionSetArn=read, AccountId=of)


def request(kind):
    return lambda made: {made[f"AccountAssignment{kind}Status"]["RequestId"]: f"the {kind.lower()}"}


made = admin(
    "an assignment of a group", "CreateAccountAssignment", request("Creation"), **grant("GROUP", developers)
)
creation = made["AccountAssignmentCreationStatus"]["RequestId"]
status = "DescribeAccountAssignmentCreationStatus"
admin("how its creation stands", status, AccountAssignmentCreationRequestId=creation)
admin("how an unknown creation stands", status, AccountAssignmentCreationRequestId=unknown[-36:])
admin("an assignment of a user", "CreateAccountAssignment", **grant("USER", alice))
assignments("assignments")
assignments("assignments in an account that has none", other_account)
for of, principal_type, principal in (
    ("a group", "GROUP", developers),
    ("a user", "USER", alice),
    ("nobody", "USER", unknown),
):
    given = {"PrincipalType": principal_type, "PrincipalId": principal}
    admin(f"assignments of {of}", "ListAccountAssignmentsForPrincipal", **given)
admin("an assignment of a group, again", "CreateAccountAssignment", **grant("GROUP", developers))
assignments("assignments, one of them made twice")
admin("an assignment of an unknown group", "CreateAccountAssignment", **grant("GROUP", unknown))
admin(
    "an assignment of an unknown permission set", "CreateAccountAssignment", **grant("GROUP", developers, lost)
)

where, what = "ListAccountsForProvisionedPermissionSet", "ListPermissionSetsProvisionedToAccount"
admin("accounts where the set is", where, PermissionSetArn=read)
admin("sets that are in the account", what, AccountId=account)
admin("sets that are in another account", what, AccountId=other_account)
one, everywhere = {"TargetType": "AWS_ACCOUNT", "TargetId": account}, {"TargetType": "ALL_PROVISIONED_ACCOUNTS"}
admin("the set is provisioned in one account", "ProvisionPermissionSet", PermissionSetArn=read, **one)
admin("the set is provisioned everywhere", "ProvisionPermissionSet", PermissionSetArn=read, **everywhere)
admin("accounts where the set is, provisioned", where, PermissionSetArn=read)
admin("sets that are in the account, provisioned", what, AccountId=account)
admin("sets that are in another account, provisioned", what, AccountId=other_account)

admin("a permission set is deleted while assigned", "DeletePermissionSet", PermissionSetArn=read)
taken = admin(
    "an assignment is deleted", "DeleteAccountAssignment", request("Deletion"), **grant("GROUP", developers)
)
deletion = taken["AccountAssignmentDeletionStatus"]["RequestId"]
status = "DescribeAccountAssignmentDeletionStatus"
admin("how its deletion stands", status, AccountAssignmentDeletionRequestId=deletion)
status = "DescribeAccountAssignmentCreationStatus"
admin("how its creation stands after that", status, AccountAssignmentCreationRequestId=creation)
admin("an assignment that is not there is deleted", "DeleteAccountAssignment", **grant("GROUP", empty))
admin("the assignment of a user is deleted", "DeleteAccountAssignment", **grant("USER", alice))
assignments("assignments, those of the group and the user deleted")
admin("a permission set is deleted", "DeletePermissionSet", PermissionSetArn=bare)
admin("a permission set that was deleted", "DescribePermissionSet", PermissionSetArn=bare)
admin("a permission set is deleted twice", "DeletePermissionSet", PermissionSetArn=bare)
permission_set("another permission set", "Other")
permission_set("a permission set of the same name", "Other")
permission_set("a permission set with a space in its name", "Read Only")
permission_set("a permission set with sessions of 15 minutes", "Short", SessionDuration="PT15M")

membership("a membership, again", developers, alice)
people("a group is deleted", "DeleteGroup", GroupId=developers)
people("a group is deleted twice", "DeleteGroup", GroupId=developers)
people("a group that was deleted", "DescribeGroup", GroupId=developers)
people("groups of a member of it", "ListGroupMembershipsForMember", MemberId={"UserId": alice})
people("a user is deleted", "DeleteUser", UserId=alice)
people("a user is deleted twice", "DeleteUser", UserId=alice)
people("a user that was deleted", "DescribeUser", UserId=alice)
people("users of an unknown identity store", "ListUsers", IdentityStoreId="d-0000000000")

scenario.print()
