"""The calls that Terraform's AWS provider makes for a resource, in its order, and what it relies on in the answers.

The argument names the resource; the environment names the endpoints. Ends with an error where an answer is not what
the provider needs.
"""

import datetime
import json
import sys
import time

import boto3

admin, store = boto3.client("sso-admin"), boto3.client("identitystore")
account = "111122223333"


def missing(ask, **given):
    """What the provider takes for "not there": the one exception that it catches."""
    client = ask.__self__
    try:
        answer = ask(**given)
    except client.exceptions.ResourceNotFoundException:
        return
    raise AssertionError(f"it is there: {answer}")


def wait(ask, key, **given):
    """The provider's polling, without its delays: IN_PROGRESS goes on, SUCCEEDED ends, anything else is an error."""
    for _ in range(100):
        status = ask(**here, **given)[key]
        if status["Status"] == "SUCCEEDED":
            return status
        assert status["Status"] == "IN_PROGRESS", status
        time.sleep(0.05)
    raise AssertionError("it does not end")


def provision(arn):
    status = admin.provision_permission_set(
        **here, PermissionSetArn=arn, TargetType="ALL_PROVISIONED_ACCOUNTS"
    )["PermissionSetProvisioningStatus"]
    wait(
        admin.describe_permission_set_provisioning_status,
        "PermissionSetProvisioningStatus",
        ProvisionPermissionSetRequestId=status["RequestId"],
    )


def read_instances():
    [instance] = [one for page in admin.get_paginator("list_instances").paginate() for one in page["Instances"]]
    assert instance["InstanceArn"].startswith("arn:aws:sso:::instance/ssoins-"), instance
    return instance


def make_set(name, **more):
    made = admin.create_permission_set(**here, Name=name, SessionDuration="PT1H", **more)["PermissionSet"]
    return made["PermissionSetArn"]


def assigned_set(name):
    """A permission set that is provisioned somewhere, so that there is something to provision."""
    arn, group = make_set(name), store.create_group(**there, DisplayName=name)["GroupId"]
    create_assignment(arn, "GROUP", group)
    return arn


def create_assignment(arn, principal_type, principal):
    status = admin.create_account_assignment(
        **here,
        PermissionSetArn=arn,
        PrincipalType=principal_type,
        PrincipalId=principal,
        TargetId=account,
        TargetType="AWS_ACCOUNT",
    )["AccountAssignmentCreationStatus"]
    return wait(
        admin.describe_account_assignment_creation_status,
        "AccountAssignmentCreationStatus",
        AccountAssignmentCreationRequestId=status["RequestId"],
    )


def provider():
    caller = boto3.client("sts").get_caller_identity()
    assert caller["Account"] == "999900001111", caller


def permission_set():
    def read(arn):
        found = admin.describe_permission_set(**here, PermissionSetArn=arn)["PermissionSet"]
        tags = [
            tag
            for page in admin.get_paginator("list_tags_for_resource").paginate(**here, ResourceArn=arn)
            for tag in page["Tags"]
        ]
        assert isinstance(found.pop("CreatedDate"), datetime.datetime)
        return {**found, "Tags": {tag["Key"]: tag["Value"] for tag in tags}}

    arn = make_set("ReadOnly", Tags=[{"Key": "team", "Value": "platform"}])
    created = {"Name": "ReadOnly", "PermissionSetArn": arn, "SessionDuration": "PT1H", "Tags": {"team": "platform"}}
    assert read(arn) == created, read(arn)

    admin.update_permission_set(
        **here,
        PermissionSetArn=arn,
        Description="Looks",
        RelayState="https://console.aws.amazon.com/",
        SessionDuration="PT2H",
    )
    provision(arn)
    admin.untag_resource(**here, ResourceArn=arn, TagKeys=["team"])
    admin.tag_resource(**here, ResourceArn=arn, Tags=[{"Key": "owner", "Value": "security"}])
    updated = {
        **created,
        "Description": "Looks",
        "RelayState": "https://console.aws.amazon.com/",
        "SessionDuration": "PT2H",
        "Tags": {"owner": "security"},
    }
    assert read(arn) == updated, read(arn)

    pages = admin.get_paginator("list_permission_sets").paginate(**here)
    assert arn in [one for page in pages for one in page["PermissionSets"]]
    admin.delete_permission_set(**here, PermissionSetArn=arn)
    missing(admin.describe_permission_set, **here, PermissionSetArn=arn)
    missing(admin.delete_permission_set, **here, PermissionSetArn=arn)


def managed_policy_attachment():
    arn, policy = assigned_set("Auditor"), "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    given = {**here, "PermissionSetArn": arn}

    def find():
        pages = admin.get_paginator("list_managed_policies_in_permission_set").paginate(**given)
        return [one for page in pages for one in page["AttachedManagedPolicies"] if one["Arn"] == policy]

    assert find() == []
    admin.attach_managed_policy_to_permission_set(**given, ManagedPolicyArn=policy)
    provision(arn)
    assert find() == [{"Name": "ViewOnlyAccess", "Arn": policy}], find()
    admin.detach_managed_policy_from_permission_set(**given, ManagedPolicyArn=policy)
    provision(arn)
    assert find() == []
    missing(admin.detach_managed_policy_from_permission_set, **given, ManagedPolicyArn=policy)


def customer_managed_policy_attachment():
    arn, reference = assigned_set("Developer"), {"Name": "Base", "Path": "/platform/"}
    given = {**here, "PermissionSetArn": arn}

    def find():
        listing = admin.get_paginator("list_customer_managed_policy_references_in_permission_set")
        return [one for page in listing.paginate(**given) for one in page["CustomerManagedPolicyReferences"]]

    admin.attach_customer_managed_policy_reference_to_permission_set(
        **given, CustomerManagedPolicyReference=reference
    )
    provision(arn)
    assert find() == [reference], find()
    admin.detach_customer_managed_policy_reference_from_permission_set(
        **given, CustomerManagedPolicyReference=reference
    )
    provision(arn)
    assert find() == []


def permission_set_inline_policy():
    arn = assigned_set("Buckets")
    given = {**here, "PermissionSetArn": arn}
    for action in ("s3:ListAllMyBuckets", "s3:ListBucket"):
        statement = {"Action": action, "Effect": "Allow", "Resource": "*"}
        policy = {"Statement": [statement], "Version": "2012-10-17"}
        admin.put_inline_policy_to_permission_set(**given, InlinePolicy=json.dumps(policy))
        provision(arn)
        kept = admin.get_inline_policy_for_permission_set(**given)["InlinePolicy"]
        assert json.loads(kept) == policy, kept
    admin.delete_inline_policy_from_permission_set(**given)
    provision(arn)
    none = admin.get_inline_policy_for_permission_set(**given)
    assert none["InlinePolicy"] == "", none


def permissions_boundary_attachment():
    arn = assigned_set("Bounded")
    given = {**here, "PermissionSetArn": arn}
    for boundary in (
        {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"CustomerManagedPolicyReference": {"Name": "Limit", "Path": "/"}},
    ):
        missing(admin.get_permissions_boundary_for_permission_set, **given)
        admin.put_permissions_boundary_to_permission_set(**given, PermissionsBoundary=boundary)
        provision(arn)
        kept = admin.get_permissions_boundary_for_permission_set(**given)["PermissionsBoundary"]
        assert kept == boundary, kept
        admin.delete_permissions_boundary_from_permission_set(**given)
        provision(arn)
    missing(admin.get_permissions_boundary_for_permission_set, **given)


def account_assignment():
    arn, group = make_set("Grant"), store.create_group(**there, DisplayName="Grant")["GroupId"]

    def find():
        listing = admin.get_paginator("list_account_assignments")
        pages = listing.paginate(**here, AccountId=account, PermissionSetArn=arn)
        return [
            one
            for page in pages
            for one in page["AccountAssignments"]
            if one["PrincipalId"] == group and one["PrincipalType"] == "GROUP"
        ]

    assert find() == []
    status = create_assignment(arn, "GROUP", group)
    assert (status["TargetId"], status["PrincipalId"]) == (account, group), status
    row = {"AccountId": account, "PermissionSetArn": arn, "PrincipalType": "GROUP", "PrincipalId": group}
    assert find() == [row], find()

    grant = {
        **here,
        "PermissionSetArn": arn,
        "PrincipalType": "GROUP",
        "PrincipalId": group,
        "TargetId": account,
        "TargetType": "AWS_ACCOUNT",
    }
    status = admin.delete_account_assignment(**grant)["AccountAssignmentDeletionStatus"]
    wait(
        admin.describe_account_assignment_deletion_status,
        "AccountAssignmentDeletionStatus",
        AccountAssignmentDeletionRequestId=status["RequestId"],
    )
    assert find() == []
    missing(admin.delete_account_assignment, **grant)
    admin.delete_permission_set(**here, PermissionSetArn=arn)
    missing(admin.list_account_assignments, **here, AccountId=account, PermissionSetArn=arn)


def instance_access_control_attributes():
    def attributes(**sources):
        rows = [{"Key": key, "Value": {"Source": [source]}} for key, source in sources.items()]
        return {"AccessControlAttributes": rows}

    def read():
        answer = admin.describe_instance_access_control_attribute_configuration(**here)
        assert answer["Status"] in ("ENABLED", "CREATION_IN_PROGRESS"), answer
        return answer["InstanceAccessControlAttributeConfiguration"]

    missing(admin.describe_instance_access_control_attribute_configuration, **here)
    one = attributes(CostCenter="${path:enterprise.costCenter}")
    admin.create_instance_access_control_attribute_configuration(
        **here, InstanceAccessControlAttributeConfiguration=one
    )
    assert read() == one, read()
    two = attributes(CostCenter="${path:enterprise.costCenter}", Name="${path:userName}")
    admin.update_instance_access_control_attribute_configuration(
        **here, InstanceAccessControlAttributeConfiguration=two
    )
    assert read() == two, read()
    admin.delete_instance_access_control_attribute_configuration(**here)
    missing(admin.describe_instance_access_control_attribute_configuration, **here)


def identitystore_user():
    given = {
        "DisplayName": "Alice Nguyen",
        "UserName": "alice",
        "Name": {"FamilyName": "Nguyen", "GivenName": "Alice"},
        "Emails": [{"Primary": True, "Type": "work", "Value": "alice@example.com"}],
        "Title": "Engineer",
    }
    user = store.create_user(**there, **given)["UserId"]
    read = store.describe_user(**there, UserId=user)
    assert {key: read[key] for key in given} == given, read
    alternate = {"UniqueAttribute": {"AttributePath": "UserName", "AttributeValue": "alice"}}
    assert store.get_user_id(**there, AlternateIdentifier=alternate)["UserId"] == user

    emails = [{"primary": True, "value": "alicia@example.com"}]
    changes = {"displayName": "Alicia Nguyen", "name.givenName": "Alicia", "emails": emails, "title": None}
    store.update_user(
        **there,
        UserId=user,
        Operations=[{"AttributePath": path, "AttributeValue": value} for path, value in changes.items()],
    )
    read = store.describe_user(**there, UserId=user)
    assert (read["DisplayName"], read["Name"]["GivenName"]) == ("Alicia Nguyen", "Alicia"), read
    assert read["Emails"] == [{"Primary": True, "Value": "alicia@example.com"}], read
    assert "Title" not in read, read

    store.delete_user(**there, UserId=user)
    missing(store.describe_user, **there, UserId=user)
    missing(store.delete_user, **there, UserId=user)


def identitystore_group():
    group = store.create_group(**there, Description="Build", DisplayName="developers")["GroupId"]
    read = store.describe_group(**there, GroupId=group)
    assert (read["DisplayName"], read["Description"]) == ("developers", "Build"), read
    alternate = {"UniqueAttribute": {"AttributePath": "DisplayName", "AttributeValue": "developers"}}
    assert store.get_group_id(**there, AlternateIdentifier=alternate)["GroupId"] == group
    changes = [{"AttributePath": "description", "AttributeValue": "Build and run"}]
    store.update_group(**there, GroupId=group, Operations=changes)
    assert store.describe_group(**there, GroupId=group)["Description"] == "Build and run"
    store.delete_group(**there, GroupId=group)
    missing(store.describe_group, **there, GroupId=group)
    missing(store.delete_group, **there, GroupId=group)


def identitystore_group_membership():
    group = store.create_group(**there, DisplayName="members")["GroupId"]
    name = {"FamilyName": "Example", "GivenName": "Ben"}
    user = store.create_user(**there, UserName="ben", DisplayName="Ben", Name=name)["UserId"]
    membership = store.create_group_membership(**there, GroupId=group, MemberId={"UserId": user})["MembershipId"]
    read = store.describe_group_membership(**there, MembershipId=membership)
    assert (read["GroupId"], read["MemberId"]) == (group, {"UserId": user}), read
    listed = store.get_paginator("list_group_memberships").paginate(**there, GroupId=group)
    assert [one["MembershipId"] for page in listed for one in page["GroupMemberships"]] == [membership]
    store.delete_group_membership(**there, MembershipId=membership)
    missing(store.describe_group_membership, **there, MembershipId=membership)
    missing(store.delete_group_membership, **there, MembershipId=membership)


found = read_instances()
here, there = {"InstanceArn": found["InstanceArn"]}, {"IdentityStoreId": found["IdentityStoreId"]}
globals()[sys.argv[1]]()
print(json.dumps({"did": sys.argv[1]}))
