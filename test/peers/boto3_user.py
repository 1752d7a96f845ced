"""boto3 as somebody would use it on an Identity Center with nothing in it yet, at the endpoints of the environment.

Prints one JSON value: the part that its argument names.
"""

import datetime
import json
import sys

import boto3
from botocore.config import Config

admin, store = boto3.client("sso-admin"), boto3.client("identitystore")
organizations = boto3.client("organizations")
[instance] = admin.list_instances()["Instances"]
here = {"InstanceArn": instance["InstanceArn"]}
there = {"IdentityStoreId": instance["IdentityStoreId"]}
account = "111122223333"
nobody = "1111222233-00000000-0000-4000-8000-000000000000"


def make_user(name, **more):
    given = {
        "UserName": name,
        "DisplayName": name,
        "Name": {"GivenName": name, "FamilyName": "Example"},
        "Emails": [{"Value": f"{name}@example.com"}],
    }
    return store.create_user(**there, **{**given, **more})["UserId"]


def make_group(name):
    return store.create_group(**there, DisplayName=name)["GroupId"]


def make_set(name, **more):
    return admin.create_permission_set(**here, Name=name, **more)["PermissionSet"]["PermissionSetArn"]


def assign(arn, principal, principal_type="USER", target=account):
    return admin.create_account_assignment(
        **here,
        PermissionSetArn=arn,
        TargetType="AWS_ACCOUNT",
        TargetId=target,
        PrincipalType=principal_type,
        PrincipalId=principal,
    )["AccountAssignmentCreationStatus"]


def pages():
    """Of each paginator: how many items its pages of two have, and how often none of them came twice."""
    users = [make_user(f"user{number}") for number in range(5)]
    groups = [make_group(f"group{number}") for number in range(5)]
    sets = [make_set(f"Set{number}") for number in range(5)]
    for user in users:
        store.create_group_membership(**there, GroupId=groups[0], MemberId={"UserId": user})
    for group in groups[1:]:
        store.create_group_membership(**there, GroupId=group, MemberId={"UserId": users[0]})
    for number in range(5):
        arn = f"arn:aws:iam::aws:policy/Policy{number}"
        admin.attach_managed_policy_to_permission_set(**here, PermissionSetArn=sets[0], ManagedPolicyArn=arn)
        admin.attach_customer_managed_policy_reference_to_permission_set(
            **here, PermissionSetArn=sets[0], CustomerManagedPolicyReference={"Name": f"Policy{number}", "Path": "/"}
        )
    accounts = [one["Id"] for one in organizations.list_accounts()["Accounts"]][:5]
    created = [assign(sets[0], user) for user in users]
    created += [assign(sets[0], users[0], target=target) for target in accounts if target != account]
    created += [assign(arn, users[0]) for arn in sets[1:]]
    of_set = {**here, "PermissionSetArn": sets[0]}
    done = admin.provision_permission_set(**of_set, TargetType="ALL_PROVISIONED_ACCOUNTS")
    assert created and done
    asked = {
        (store, "list_users"): there,
        (store, "list_groups"): there,
        (store, "list_group_memberships"): {**there, "GroupId": groups[0]},
        (store, "list_group_memberships_for_member"): {**there, "MemberId": {"UserId": users[0]}},
        (admin, "list_instances"): {},
        (admin, "list_permission_sets"): here,
        (admin, "list_managed_policies_in_permission_set"): of_set,
        (admin, "list_customer_managed_policy_references_in_permission_set"): of_set,
        (admin, "list_account_assignments"): {**of_set, "AccountId": account},
        (admin, "list_account_assignments_for_principal"): {
            **here,
            "PrincipalId": users[0],
            "PrincipalType": "USER",
        },
        (admin, "list_accounts_for_provisioned_permission_set"): of_set,
        (admin, "list_permission_sets_provisioned_to_account"): {**here, "AccountId": account},
        (admin, "list_account_assignment_creation_status"): here,
        (organizations, "list_accounts"): {},
    }
    return {name: count(client, name, given) for (client, name), given in asked.items()}


def count(client, name, given):
    paginator = client.get_paginator(name)
    key = str(paginator.result_keys[0].expression)
    pages = [page[key] for page in paginator.paginate(**given, PaginationConfig={"PageSize": 2})]
    assert all(len(page) <= 2 for page in pages), pages
    items = [json.dumps(item, default=str) for page in pages for item in page]
    whole = getattr(client, name)(**given)[key]
    assert sorted(items) == sorted(json.dumps(item, default=str) for item in whole), name
    first = paginator.paginate(**given, PaginationConfig={"MaxItems": 3, "PageSize": 2}).build_full_result()
    rest = paginator.paginate(
        **given, PaginationConfig={"PageSize": 2, "StartingToken": first.get("NextToken")}
    ).build_full_result()
    resumed = len(first[key]) + (len(rest[key]) if "NextToken" in first else 0)
    return {"items": len(set(items)), "pages": len(pages), "resumed": resumed}


def errors():
    """What each refusal is to boto3, and what it carries."""
    alice, group = make_user("alice"), make_group("developers")
    arn = make_set("Read")
    of_set = {**here, "PermissionSetArn": arn}
    for number in range(20):
        policy = f"arn:aws:iam::aws:policy/Policy{number}"
        admin.attach_managed_policy_to_permission_set(**of_set, ManagedPolicyArn=policy)
    store.create_group_membership(**there, GroupId=group, MemberId={"UserId": alice})
    lost = arn[:-16] + "0" * 16
    refused = {
        "a user name twice": (store, "ConflictException", lambda: make_user("alice", Emails=[{"Value": "a@b.c"}])),
        "a user that is not there": (
            store,
            "ResourceNotFoundException",
            lambda: store.describe_user(**there, UserId=nobody),
        ),
        "a name with a space": (store, "ValidationException", lambda: make_user("a b")),
        "a permission set's name twice": (admin, "ConflictException", lambda: make_set("Read")),
        "a permission set that is not there": (
            admin,
            "ResourceNotFoundException",
            lambda: admin.describe_permission_set(**here, PermissionSetArn=lost),
        ),
        "a name that is too long": (admin, "ValidationException", lambda: make_set("x" * 33)),
        "one policy too many": (
            admin,
            "ServiceQuotaExceededException",
            lambda: admin.attach_managed_policy_to_permission_set(
                **of_set, ManagedPolicyArn="arn:aws:iam::aws:policy/Policy20"
            ),
        ),
        "an account that is not there": (
            organizations,
            "AccountNotFoundException",
            lambda: organizations.describe_account(AccountId="000000000000"),
        ),
        "an account's id of letters": (
            organizations,
            "InvalidInputException",
            lambda: organizations.describe_account(AccountId="twelve-chars"),
        ),
    }
    return {step: caught(*how) for step, how in refused.items()}


def caught(client, name, ask):
    try:
        ask()
    except getattr(client.exceptions, name) as error:
        answer = error.response
        members = {key: answer[key] for key in ("Reason", "ResourceType", "ResourceId") if key in answer}
        sent = answer["ResponseMetadata"]
        same = "RequestId" not in answer or answer["RequestId"] == sent["RequestId"]
        assert same and sent["RequestId"], answer
        return {"caught": name, "status": sent["HTTPStatusCode"], "message": answer["Error"]["Message"], **members}
    return None


def times():
    """By where it stands: whether it is a datetime with a zone, of the last minute."""
    alice, group = make_user("alice"), make_group("developers")
    member = store.create_group_membership(**there, GroupId=group, MemberId={"UserId": alice})["MembershipId"]
    arn = make_set("Read")
    now = datetime.datetime.now(datetime.timezone.utc)
    user = store.describe_user(**there, UserId=alice)
    membership = store.describe_group_membership(**there, MembershipId=member)
    found = {
        "user, created": user["CreatedAt"],
        "user, updated": user["UpdatedAt"],
        "group": store.describe_group(**there, GroupId=group)["CreatedAt"],
        "membership": membership["CreatedAt"],
        "permission set": admin.describe_permission_set(**here, PermissionSetArn=arn)["PermissionSet"]["CreatedDate"],
        "request": assign(arn, alice)["CreatedDate"],
    }
    return {
        name: isinstance(at, datetime.datetime) and at.tzinfo is not None and abs((now - at).total_seconds()) < 60
        for name, at in found.items()
    }


def throttled():
    """Against a server that takes two requests a second: without and with boto3's own retries."""
    once = boto3.client("sso-admin", config=Config(retries={"total_max_attempts": 1}))
    refusals = 0
    for _ in range(5):
        try:
            once.list_permission_sets(**here)
        except once.exceptions.ThrottlingException:
            refusals += 1
    patient = boto3.client("sso-admin", config=Config(retries={"mode": "standard", "total_max_attempts": 8}))
    answers = [patient.list_permission_sets(**here)["PermissionSets"] for _ in range(4)]
    return {"refused": refusals > 0, "answers": answers}


print(json.dumps({"pages": pages, "errors": errors, "times": times, "throttled": throttled}[sys.argv[1]]()))
