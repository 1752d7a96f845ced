/**
 * What refreshing the same organization costs with Terraform's AWS provider, which asks for every resource by itself
 * (so its source has it): a permission set by DescribePermissionSet and ListTagsForResource, each attached policy by
 * ListManagedPoliciesInPermissionSet, an inline policy by GetInlinePolicyForPermissionSet, each assignment by
 * ListAccountAssignments, users, groups and memberships by Describe…. Left out, in its favour: data sources, further
 * pages, retries, and the account directory.
 * @param {import("./organization.js").Organization} organization
 */
export function terraformRefresh({ users, groups, permissionSets, grants }) {
  const sets = [...permissionSets.values()];
  return (
    2 * sets.length +
    sum(sets.map(({ managedPolicies }) => managedPolicies.length)) +
    sets.filter(({ inlinePolicy }) => inlinePolicy !== null).length +
    sum(grants.map(({ accounts }) => accounts.length)) +
    users.size +
    groups.size +
    sum([...groups.values()].map(({ members }) => members.size))
  );
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
