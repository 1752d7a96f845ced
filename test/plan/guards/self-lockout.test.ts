import { describe, expect, test } from "vitest";
import { LiveError } from "../../../src/model/live-error.js";
import type { GapScope, Snapshot } from "../../../src/model/snapshot.js";
import type { Guarding } from "../../support/guardrails.js";
import { lineOf } from "../../support/guardrails.js";
import { judged, organization, saidBy, wordsOf } from "../../support/judging.js";
import type { Judging, Short } from "../../support/judging.js";

const [a, b, management] = ["111111111111", "222222222222", "999900001111"] as const;
const reserved = "AWSReservedSSO_IdcApply_0123456789abcdef";

const company = {
  users: ["ann", "ben", "cat"],
  groups: { platform: ["ann", "ben"], dev: ["cat"] },
  sets: { IdcApply: { sessionDuration: "PT2H" }, Read: {} },
  grants: [`group/platform IdcApply ${a}`, `group/platform IdcApply ${b}`, `group/dev Read ${a}`],
} satisfies Short;

function said(
  files: Short,
  selfLockout: Guarding["selfLockout"],
  given: Partial<Judging> = {},
): readonly string[] {
  const plan = judged({
    live: organization(company),
    files: organization({ ...company, ...files }),
    guards: { maxRemovals: { percent: 100 }, selfLockout: selfLockout ?? {} },
    ...given,
  });
  return wordsOf("self-lockout", plan);
}

function signedIn(arn: string, accountId: string = a): Pick<Judging, "seen"> {
  return { seen: { caller: { accountId, arn, isManagement: true } } };
}

describe("what the settings name", () => {
  const stands = (what: string, rest: string): string =>
    `error: idc or its approvers stand on the ${what}, and with this plan it ${rest}.`;

  test.each<[string, Short, Guarding["selfLockout"], readonly string[]]>([
    ["stays", {}, { groups: ["platform"], permissionSets: ["IdcApply"] }, []],
    [
      "a group loses a grant",
      { grants: company.grants.slice(1) },
      { groups: ["platform"] },
      [stands('group "platform"', `loses IdcApply in ${a}`)],
    ],
    [
      "a group loses its last members",
      { groups: { platform: [], dev: ["cat"] } },
      { groups: ["platform", "dev"] },
      [stands('group "platform"', "is left without members")],
    ],
    [
      "a group loses one of its members",
      { groups: { platform: ["ben"], dev: ["cat"] } },
      { groups: ["platform"] },
      [],
    ],
    [
      "a group is removed",
      { groups: { platform: ["ann", "ben"] }, grants: company.grants.slice(0, 2) },
      { groups: ["dev"] },
      [stands('group "dev"', `loses Read in ${a}, is left without members and is removed`)],
    ],
    [
      "a set is taken from somebody",
      { grants: company.grants.slice(1) },
      { permissionSets: ["IdcApply"] },
      [stands('permission set "IdcApply"', `is taken from group platform in ${a}`)],
    ],
    [
      "a set is weakened",
      { sets: { IdcApply: { sessionDuration: "PT1H" }, Read: {} } },
      { permissionSets: ["IdcApply"] },
      [stands('permission set "IdcApply"', "allows less than before, or may")],
    ],
    [
      "a set is left to nobody, though its grants stay",
      { groups: { platform: [], dev: ["cat"] } },
      { permissionSets: ["IdcApply"] },
      [stands('permission set "IdcApply"', "is left to nobody")],
    ],
    [
      "others lose what is theirs",
      { groups: { platform: ["ann", "ben"], dev: [] }, grants: company.grants.slice(0, 2) },
      { groups: ["platform"], permissionSets: ["IdcApply"] },
      [],
    ],
  ])("%s", (_what, files, selfLockout, told) => {
    expect(said(files, selfLockout)).toEqual(told);
  });

  test("is told with its place, a change, and what to do", () => {
    const plan = judged({
      live: organization(company),
      files: organization({ ...company, grants: company.grants.slice(1) }),
      guards: { selfLockout: { groups: ["platform"] } },
    });
    expect(saidBy("self-lockout", plan)).toEqual([
      expect.objectContaining({
        help: "Put back what this takes away. If others shall run or approve changes, name them in guardrails.selfLockout first and apply that by itself.",
        source: { file: "access/settings.yaml", line: lineOf.selfLockout, column: 1 },
        change: `assignment:group/platform:IdcApply:${a}`,
      }),
    ]);
  });

  test("is a name and no pattern: what names nothing is a fault", () => {
    expect(() => said({}, { groups: ["plat*"] })).toThrow(
      /unknown-guarded.*guardrails.selfLockout names the group \\"plat\*\\"/,
    );
    expect(() => said({}, { permissionSets: ["IdcAply"] })).toThrow(/Did you mean \\"IdcApply\\"\?/);
    const starred = organization({ groups: { "*": ["ann"] }, grants: [`group/* Read ${a}`] });
    expect(said({}, { groups: ["*"] }, { live: starred, files: starred })).toEqual([]);
  });
});

describe("the caller", () => {
  const arn = `arn:aws:sts::${a}:assumed-role/${reserved}/ann`;
  const files: Short = { groups: { platform: ["ben"], dev: ["cat"] } };
  const you = `You run idc as ann with the permission set IdcApply in ${a}`;
  const loses = `error: ${you}, and this plan takes it from you.`;

  test("keeps what they are signed in with", () => {
    expect(said({}, {}, signedIn(arn))).toEqual([]);
    expect(said(files, {}, signedIn(arn))).toEqual([loses]);
    expect(said({ grants: company.grants.slice(1) }, {}, signedIn(arn))).toEqual([loses]);
  });

  test("may lose it elsewhere, lose something else, or be joined by others who do", () => {
    expect(
      said({ grants: company.grants.filter((grant) => grant !== company.grants[1]) }, {}, signedIn(arn)),
    ).toEqual([]);
    expect(said(files, {}, signedIn(arn.replace("/ann", "/ben")))).toEqual([]);
    expect(said(files, {}, signedIn(arn, b))).toEqual([loses.replace(a, b)]);
  });

  test("keeps it by another way", () => {
    expect(
      said({ ...files, grants: [...company.grants, `user/ann IdcApply ${a}`] }, {}, signedIn(arn)),
    ).toEqual([]);
  });

  test.each([
    ["in GovCloud", `arn:aws-us-gov:sts::${a}:assumed-role/${reserved}/ann`],
    ["in China", `arn:aws-cn:sts::${a}:assumed-role/${reserved}/ann`],
    ["whose session spells the name in other letters", `arn:aws:sts::${a}:assumed-role/${reserved}/Ann`],
  ])("is known %s", (_where, other) => {
    const [message] = said(files, {}, signedIn(other));
    expect(message).toMatch(
      /^error: You run idc as [Aa]nn with the permission set IdcApply .* takes it from you\.$/,
    );
  });

  test.each([
    ["a role that idc assumes in an automation", `arn:aws:sts::${a}:assumed-role/IdcApply/ann`],
    ["a role with a path", `arn:aws:iam::${a}:role/platform/AWSReservedSSO_IdcApply_0123456789abcdef`],
    ["a role that only looks alike", `arn:aws:sts::${a}:assumed-role/AWSReservedSSO_IdcApply_0123/ann`],
    ["a role that ends alike", `arn:aws:sts::${a}:assumed-role/x-${reserved}/ann`],
    ["a user of IAM", `arn:aws:iam::${a}:user/ann`],
    ["the root user", `arn:aws:iam::${a}:root`],
    ["nobody", ""],
  ])("is nobody here as %s", (_what, other) => {
    expect(said(files, {}, signedIn(other))).toEqual([]);
  });

  test.each<[set: string, user: string]>([
    ["Idc_Apply_v2", "ann"],
    ["Idc.Apply-2+x=y,@z", "ann.o-neil+test=x,y@example.com"],
    ["AWSReservedSSO_X_0123456789abcdef", "ann"],
  ])("is known with the permission set %s as %s", (set, user) => {
    const live = organization({
      groups: { platform: [user, "ben"] },
      grants: [`group/platform ${set} ${a}`],
    });
    const after = organization({
      users: [user],
      groups: { platform: ["ben"] },
      grants: [`group/platform ${set} ${a}`],
    });
    const role = `AWSReservedSSO_${set}_0123456789abcdef`;
    expect(
      said({}, {}, { live, files: after, ...signedIn(`arn:aws:sts::${a}:assumed-role/${role}/${user}`) }),
    ).toEqual([
      `error: You run idc as ${user} with the permission set ${set} in ${a}, and this plan takes it from you.`,
    ]);
  });

  test("is warned when it comes to allow less", () => {
    expect(said({ sets: { IdcApply: {}, Read: {} } }, {}, signedIn(arn))).toEqual([
      `warning: ${you}, and with this plan it allows less than before, or may: make sure that idc can still be run.`,
    ]);
  });

  test("is refused when it comes to allow nothing", () => {
    const policies = (managedPolicies: readonly string[]) =>
      organization({ ...company, sets: { IdcApply: { managedPolicies }, Read: {} } });
    const live = policies(["arn:aws:iam::aws:policy/AWSSSOMasterAccountAdministrator"]);
    expect(said({}, {}, { live, files: policies([]), ...signedIn(arn) })).toEqual([
      `error: ${you}, and with this plan it comes to allow nothing.`,
    ]);
  });

  test("whose access could not be read does not lose it unseen", () => {
    const seen = (scope: GapScope): Partial<Snapshot> => ({
      ...signedIn(arn).seen,
      gaps: [{ covers: [scope], error: new LiveError("Reading failed.", { kind: "throttled" }) }],
    });
    const live = organization({ ...company, groups: { platform: [], dev: ["cat"] } });
    const after = organization({ ...company, grants: company.grants.slice(1) });
    const unknown = `error: ${you}, and whether this plan takes it from you cannot be told: not all who hold it could be read.`;
    expect(
      said({}, {}, { live, files: after, seen: seen({ kind: "membership", group: "platform" }) }),
    ).toEqual([unknown]);
    const hidden = organization({ ...company, grants: company.grants.slice(1) });
    expect(
      said(
        files,
        {},
        { live: hidden, seen: seen({ kind: "assignment", permissionSet: "IdcApply", account: a }) },
      ),
    ).toEqual([unknown]);
    expect(
      said(files, {}, { seen: seen({ kind: "assignment", permissionSet: "Read", account: a }) }),
    ).toEqual([loses]);
    // Who is seen to keep it does, in whatever letters the session says who they are.
    for (const who of ["ann", "Ann"]) {
      const some = seen({ kind: "assignment", permissionSet: "IdcApply", account: a });
      const { seen: caller } = signedIn(arn.replace("/ann", `/${who}`));
      const given = { seen: { ...some, ...caller } };
      expect(said({ groups: { ...company.groups, dev: [] } }, {}, given)).toEqual([]);
    }
  });
});

describe("a delegated administrator", () => {
  const delegated: Partial<Snapshot> = {
    caller: { accountId: b, arn: `arn:aws:sts::${b}:assumed-role/idc/run`, isManagement: false },
  };
  const grants = [...company.grants, `group/dev Read ${management}`];
  const refused = (level: string): string =>
    `${level}: idc runs from ${b}, a delegated administrator, and these files ask for 1 change in the management account ${management} or to permission sets that are provisioned there (assignment:group/dev:Read:${management}). AWS lets only the management account itself make them.`;

  test.each<[Guarding["selfLockout"], readonly string[]]>([
    [{}, [refused("error")]],
    [{ managementAccount: "error" }, [refused("error")]],
    [{ managementAccount: "warn" }, [refused("warning")]],
    [{ managementAccount: "off" }, []],
  ])("with %j, where the files ask for what is not theirs", (selfLockout, told) => {
    expect(said({ grants }, selfLockout, { seen: delegated })).toEqual(told);
  });

  test("is told how the rest can go on, and where it does already", () => {
    const helpAt = (managementAccount: "error" | "warn"): unknown =>
      saidBy(
        "self-lockout",
        judged({
          live: organization(company),
          files: organization({ ...company, grants }),
          guards: { selfLockout: { managementAccount } },
          seen: delegated,
        }),
      ).map(({ help }) => help);
    const rest = "the rest goes on without them.";
    expect(helpAt("error")).toEqual([
      expect.stringContaining(`With guardrails.selfLockout.managementAccount: warn ${rest}`),
    ]);
    expect(helpAt("warn")).toEqual([
      expect.stringContaining(`guardrails.selfLockout.managementAccount is warn: ${rest}`),
    ]);
  });

  test("is not spoken to where the rest is all there is, nor is the management account itself", () => {
    expect(said({ grants: company.grants.slice(1) }, {}, { seen: delegated })).toEqual([]);
    expect(said({ grants }, {})).toEqual([]);
  });

  test("is not refused for what was asked for before, and somebody changed by hand", () => {
    const files = organization({ ...company, grants });
    expect(said({}, {}, { files, base: { files }, seen: delegated })).toEqual([]);
    expect(said({}, {}, { files, base: { files: organization(company) }, seen: delegated })).toEqual([
      refused("error"),
    ]);
  });

  test("is told of sets that are provisioned there, at the place that asks for it", () => {
    const live = organization({ ...company, grants });
    const plan = judged({
      live,
      files: organization({
        ...company,
        grants,
        sets: { ...company.sets, Read: { sessionDuration: "PT4H" } },
      }),
      seen: delegated,
    });
    expect(saidBy("self-lockout", plan)).toEqual([
      expect.objectContaining({
        message: expect.stringContaining("ask for 2 changes"),
        source: { file: "access/all.yaml", line: 1, column: 1 },
        change: "permissionSet:Read",
        help: expect.stringContaining("With guardrails.selfLockout.managementAccount: warn the rest goes on"),
      }),
    ]);
  });
});
