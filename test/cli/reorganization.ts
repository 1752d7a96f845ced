const settings = `identityCenter:
  region: eu-west-1
  onUserRemoval: delete
  limits: {requestsPerSecond: 1000}
guardrails:
  maxRemovals: {percent: 100}
`;

/**
 * Two folders of access files: `before`, and the same company `after` a reorganization that takes some seventy changes of
 * every kind and action. Among them an e-mail address that changes hands, people who keep access by another way, roles
 * whose assignments are all replaced, and sets that are edited while people come to hold them and others lose them.
 */
export const reorganization = {
  "before/settings.yaml": settings,
  "before/people.yaml": `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com, title: Engineer}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
  chen: {givenName: Chen, familyName: Li, email: team@example.com}
  dora: {givenName: Dora, familyName: Keller}
  ivan: {givenName: Ivan, familyName: Petrov}
  jolene: {givenName: Jolene, familyName: Diaz}
  george: {givenName: George, familyName: Brown, title: Auditor}
  helen: {givenName: Helen, familyName: Moore}
  lena: {givenName: Lena, familyName: Berg}
  mike: {givenName: Mike, familyName: Kim}
  nora: {givenName: Nora, familyName: Silva}
  oscar: {givenName: Oscar, familyName: Roux}
groups:
  developers: {members: [alice, bob, chen, dora]}
  operators: {members: [ivan, jolene, george]}
  auditors: {members: [george, lena, mike]}
  contractors: {members: [helen, nora, oscar]}
  platform: {description: Builds the platform, members: [alice, ivan]}
`,
  "before/access.yaml": `permissionSets:
  Developer:
    sessionDuration: PT2H
    managedPolicies: [ReadOnlyAccess]
    inlinePolicy:
      Version: "2012-10-17"
      Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
    tags: {team: product, tier: one}
  Operator: {managedPolicies: [job-function/SystemAdministrator]}
  Auditor: {managedPolicies: [SecurityAudit]}
  Legacy: {managedPolicies: [ReadOnlyAccess], tags: {team: nobody}}
assignments:
  - {groups: [developers], permissionSets: [Developer], accounts: [sandbox, payments-dev, web-prod]}
  - {groups: [operators], permissionSets: [Operator], accounts: [sandbox, payments-prod, web-prod]}
  - {groups: [auditors], permissionSets: [Auditor], accounts: [log-archive, security-tooling, payments-prod]}
  - {groups: [contractors], permissionSets: [Legacy], accounts: [sandbox, payments-dev]}
  - {groups: [contractors], permissionSets: [Developer], accounts: [sandbox]}
  - {users: [dora], permissionSets: [Auditor], accounts: [sandbox]}
  - {users: [mike], permissionSets: [Operator], accounts: [sandbox]}
  - {users: [george], permissionSets: [Developer], accounts: [web-prod]}
`,
  "after/settings.yaml": settings,
  "after/people.yaml": `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com, title: Architect}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com, title: Operator, phone: "+353 1 555 0100"}
  chen: {givenName: Chen, familyName: Li, email: chen@example.com}
  dora: {givenName: Dora, familyName: Keller, enterprise: {costCenter: CC-100}}
  ivan: {givenName: Ivan, familyName: Petrov}
  jolene: {givenName: Jolene, familyName: Diaz}
  george: {givenName: George, familyName: Brown, title: Former auditor, status: disabled}
  lena: {givenName: Lena, familyName: Berg}
  mike: {givenName: Mike, familyName: Kim}
  nora: {givenName: Nora, familyName: Silva}
  oscar: {givenName: Oscar, familyName: Roux}
  paul: {givenName: Paul, familyName: Adams, email: team@example.com}
  quinn: {givenName: Quinn, familyName: Byrne}
  rosa: {givenName: Rosa, familyName: Costa, enterprise: {department: Product}}
  sam: {givenName: Sam, familyName: Dunn}
  tina: {givenName: Tina, familyName: Engel}
  uma: {givenName: Uma, familyName: Frank}
  victor: {givenName: Victor, familyName: Gray}
  wanda: {givenName: Wanda, familyName: Hill}
groups:
  developers: {members: [alice, chen, dora, nora, paul, quinn, rosa]}
  operators: {members: [ivan, jolene, george, bob, sam, tina]}
  auditors: {members: [george, lena, mike, uma]}
  platform: {description: Runs the platform, members: [alice]}
  finance: {description: Pays, members: [victor, wanda]}
  oncall: {members: [ivan, jolene, oscar, sam]}
`,
  "after/access.yaml": `permissionSets:
  Developer:
    sessionDuration: PT4H
    managedPolicies: [PowerUserAccess]
    inlinePolicy:
      Version: "2012-10-17"
      Statement: [{Effect: Allow, Action: ["s3:*", "sqs:*"], Resource: "*"}]
    tags: {team: platform}
  Operator:
    managedPolicies: [job-function/SystemAdministrator]
    customerManagedPolicies: [{name: OperatorBase, path: /platform/}]
    permissionsBoundary: PowerUserAccess
  Auditor: {managedPolicies: [SecurityAudit]}
  Billing:
    relayState: https://console.aws.amazon.com/billing/home
    managedPolicies: [job-function/Billing]
    tags: {team: finance}
  Responder:
    managedPolicies: [ReadOnlyAccess, AWSSupportAccess]
    inlinePolicy:
      Version: "2012-10-17"
      Statement: [{Effect: Allow, Action: "ec2:RebootInstances", Resource: "*"}]
    permissionsBoundary: PowerUserAccess
assignments:
  - {groups: [developers], permissionSets: [Developer], accounts: [sandbox, payments-dev, log-archive]}
  - {groups: [operators], permissionSets: [Operator], accounts: [payments-dev, payments-prod, web-prod]}
  - {groups: [auditors], permissionSets: [Auditor], accounts: [log-archive, security-tooling, web-prod, sandbox]}
  - {groups: [platform], permissionSets: [Auditor], accounts: [payments-prod]}
  - {groups: [oncall], permissionSets: [Responder], accounts: [{all: true}]}
  - {groups: [finance], permissionSets: [Billing], accounts: [management, payments-prod]}
  - {users: [mike], permissionSets: [Operator], accounts: [sandbox]}
`,
} as const satisfies Record<string, string>;
