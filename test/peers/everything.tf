# One of each resource that the AWS provider has for Identity Center, applications excepted.

variable "title" {
  type    = string
  default = "Engineer"
}

variable "action" {
  type    = string
  default = "s3:ListAllMyBuckets"
}

data "aws_caller_identity" "me" {}
data "aws_organizations_organizational_unit_descendant_accounts" "all" {
  parent_id = "r-sbox"
}

locals {
  instance = one(data.aws_ssoadmin_instances.sandbox.arns)
  store    = one(data.aws_ssoadmin_instances.sandbox.identity_store_ids)
}

resource "aws_identitystore_user" "alice" {
  identity_store_id = local.store
  user_name         = "alice"
  display_name      = "Alice Nguyen"
  title             = var.title == "" ? null : var.title
  name {
    given_name  = "Alice"
    family_name = "Nguyen"
  }
  emails {
    value   = "alice@example.com"
    type    = "work"
    primary = true
  }
}

resource "aws_identitystore_group" "developers" {
  identity_store_id = local.store
  display_name      = "developers"
  description       = "Build and run with ${var.action}"
}

resource "aws_identitystore_group_membership" "alice" {
  identity_store_id = local.store
  group_id          = aws_identitystore_group.developers.group_id
  member_id         = aws_identitystore_user.alice.user_id
}

resource "aws_ssoadmin_permission_set" "developer" {
  instance_arn = local.instance
  name         = "Developer"
  description  = "For ${var.action}"
  relay_state  = "https://console.aws.amazon.com/"
  tags         = { action = var.action }
}

resource "aws_ssoadmin_managed_policy_attachment" "view" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
}

resource "aws_ssoadmin_customer_managed_policy_attachment" "base" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  customer_managed_policy_reference {
    name = "Base"
    path = "/platform/"
  }
}

resource "aws_ssoadmin_permission_set_inline_policy" "buckets" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  inline_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
  })
}

resource "aws_ssoadmin_permissions_boundary_attachment" "limit" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  permissions_boundary {
    managed_policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
  }
}

resource "aws_ssoadmin_account_assignment" "developers" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  principal_type     = "GROUP"
  principal_id       = aws_identitystore_group.developers.group_id
  target_type        = "AWS_ACCOUNT"
  target_id          = one([for account in data.aws_organizations_organizational_unit_descendant_accounts.all.accounts : account.id if account.name == "sandbox"])
  depends_on = [
    aws_ssoadmin_managed_policy_attachment.view,
    aws_ssoadmin_customer_managed_policy_attachment.base,
    aws_ssoadmin_permission_set_inline_policy.buckets,
    aws_ssoadmin_permissions_boundary_attachment.limit,
  ]
}

resource "aws_ssoadmin_instance_access_control_attributes" "tags" {
  instance_arn = local.instance
  attribute {
    key = "Title"
    value {
      source = ["$${path:title}"]
    }
  }
}

data "aws_identitystore_user" "alice" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "UserName"
      attribute_value = aws_identitystore_user.alice.user_name
    }
  }
}

data "aws_identitystore_group" "developers" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "DisplayName"
      attribute_value = aws_identitystore_group.developers.display_name
    }
  }
}

data "aws_ssoadmin_permission_set" "developer" {
  instance_arn = local.instance
  name         = aws_ssoadmin_permission_set.developer.name
}

output "seen" {
  value = {
    account = data.aws_caller_identity.me.account_id
    user    = data.aws_identitystore_user.alice.display_name
    group   = data.aws_identitystore_group.developers.description
    set     = data.aws_ssoadmin_permission_set.developer.session_duration
  }
}
