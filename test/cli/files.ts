/** A small organisation as a team would write it. */
export const accessFiles = {
  "access/settings.yaml": "identityCenter:\n  region: eu-west-1\n",
  "access/people.yaml": `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com, title: Engineer}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
groups:
  developers: {description: Build and run, members: [alice, bob]}
`,
  "access/sets.yaml": `permissionSets:
  Developer:
    sessionDuration: PT2H
    managedPolicies: [ReadOnlyAccess]
    inlinePolicy:
      Version: "2012-10-17"
      Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
assignments:
  - groups: [developers]
    permissionSets: [Developer]
    accounts: [{ou: Workloads/Dev}]
`,
} as const satisfies Record<string, string>;
