"""What there is in an Identity Center, as boto3 sees it at the endpoints of the environment, by natural names.

The argument is the account whose assignments are shown.
"""

import json
import sys

import boto3

admin, store = boto3.client("sso-admin"), boto3.client("identitystore")
[instance] = admin.list_instances()["Instances"]
here = {"InstanceArn": instance["InstanceArn"]}
there = {"IdentityStoreId": instance["IdentityStoreId"]}


def rows(client, operation, key, **given):
    return [row for page in client.get_paginator(operation).paginate(**given) for row in page[key]]


users = {one["UserId"]: one for one in rows(store, "list_users", "Users", **there)}
groups = {one["GroupId"]: one for one in rows(store, "list_groups", "Groups", **there)}
names = {key: one["UserName"] for key, one in users.items()}
names.update({key: one["DisplayName"] for key, one in groups.items()})


def members(group):
    listed = rows(store, "list_group_memberships", "GroupMemberships", **there, GroupId=group)
    return sorted(users[one["MemberId"]["UserId"]]["UserName"] for one in listed)


def permission_set(arn):
    given = {**here, "PermissionSetArn": arn}
    described = admin.describe_permission_set(**given)["PermissionSet"]
    managed = rows(admin, "list_managed_policies_in_permission_set", "AttachedManagedPolicies", **given)
    customer = rows(
        admin,
        "list_customer_managed_policy_references_in_permission_set",
        "CustomerManagedPolicyReferences",
        **given,
    )
    inline = admin.get_inline_policy_for_permission_set(**given)["InlinePolicy"]
    granted = rows(admin, "list_account_assignments", "AccountAssignments", **given, AccountId=sys.argv[1])
    return described["Name"], {
        "description": described.get("Description"),
        "session": described["SessionDuration"],
        "managed": sorted(one["Arn"] for one in managed),
        "customer": customer,
        "inline": json.loads(inline) if inline else None,
        "granted": sorted(f"{one['PrincipalType']} {names[one['PrincipalId']]}" for one in granted),
    }


print(
    json.dumps(
        {
            "users": {
                one["UserName"]: {key: one[key] for key in ("Name", "DisplayName", "Emails", "Title") if key in one}
                for one in users.values()
            },
            "groups": {
                one["DisplayName"]: {"description": one.get("Description"), "members": members(key)}
                for key, one in groups.items()
            },
            "sets": dict(permission_set(arn) for arn in rows(admin, "list_permission_sets", "PermissionSets", **here)),
        }
    )
)
