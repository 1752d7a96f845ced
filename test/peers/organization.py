"""What any server tells of an organization and of who asks.

Standard input is JSON: the accounts that the organization has besides its management account, to be made first
where `make` is true.
"""

import json
import sys

from scenario import Scenario

given = json.load(sys.stdin)
scenario = Scenario()
organizations = scenario.client("organizations")


def make(accounts):
    organizations.create_organization(FeatureSet="ALL")
    [root] = organizations.list_roots()["Roots"]
    units = {"": root["Id"]}
    for account in accounts:
        parent = ""
        for name in account["ou"].split("/"):
            path = f"{parent}/{name}".lstrip("/")
            if path not in units:
                unit = organizations.create_organizational_unit(ParentId=units[parent], Name=name)
                units[path] = unit["OrganizationalUnit"]["Id"]
            parent = path
        tags = [{"Key": key, "Value": value} for key, value in account["tags"].items()]
        made = organizations.create_account(Email=account["email"], AccountName=account["name"], Tags=tags)
        organizations.move_account(
            AccountId=made["CreateAccountStatus"]["AccountId"],
            SourceParentId=root["Id"],
            DestinationParentId=units[account["ou"]],
        )


if given["make"]:
    make(given["accounts"])


def ask(step, operation, names=None, **more):
    return scenario.ask(step, f"organizations {operation}", names, **more)


def named(listed, kind):
    return {one["Id"]: f"{kind} {one['Name']}" for one in listed}


def everything(of, key, **more):
    paginator = organizations.get_paginator(of)
    return [item for page in paginator.paginate(**more) for item in page[key]]


for account in everything("list_accounts", "Accounts"):
    scenario.name(f"account {account['Name']}", account["Id"])
ask(
    "the organization",
    "DescribeOrganization",
    lambda answer: {answer["Organization"]["Id"]: "organization", answer["Organization"]["MasterAccountId"]: "owner"},
)
[root] = ask("roots", "ListRoots", lambda answer: named(answer["Roots"], "root"))["Roots"]
top = ask(
    "units at the root",
    "ListOrganizationalUnitsForParent",
    lambda answer: named(answer["OrganizationalUnits"], "unit"),
    ParentId=root["Id"],
)["OrganizationalUnits"]
workloads = next(unit["Id"] for unit in top if unit["Name"] == "Workloads")
below = ask(
    "units in a unit",
    "ListOrganizationalUnitsForParent",
    lambda answer: named(answer["OrganizationalUnits"], "unit"),
    ParentId=workloads,
)["OrganizationalUnits"]
development = next(unit["Id"] for unit in below if unit["Name"] == "Dev")
ask("accounts", "ListAccounts")
accounts = ask("accounts in a unit", "ListAccountsForParent", ParentId=development)["Accounts"]
ask("accounts at the root", "ListAccountsForParent", ParentId=root["Id"])
sandbox = next(account["Id"] for account in accounts if account["Name"] == "sandbox")
ask("an account", "DescribeAccount", AccountId=sandbox)
ask("where an account is", "ListParents", ChildId=sandbox)
ask("where a unit is", "ListParents", ChildId=development)
ask("tags of an account", "ListTagsForResource", ResourceId=sandbox)
ask("an unknown account", "DescribeAccount", AccountId="000000000000")
ask("accounts in an unknown unit", "ListAccountsForParent", ParentId="ou-0000-00000000")
ask("where an unknown account is", "ListParents", ChildId="000000000000")
ask("tags of an unknown account", "ListTagsForResource", ResourceId="000000000000")
scenario.ask("who asks", "sts GetCallerIdentity")

scenario.print()
