import { describe, expect, test } from "vitest";
import type { Guardrails } from "../../src/model/guardrails.js";
import { LiveError } from "../../src/model/live-error.js";
import type { PolicyDocument } from "../../src/model/policy-document.js";
import type { Revoked, Snapshot } from "../../src/model/snapshot.js";
import type { State } from "../../src/model/state.js";
import { assumed, targetOf } from "../../src/plan/target.js";
import { leftToSomebody } from "../../src/plan/unattended.js";
import { normalize } from "../../src/policy/normal-form.js";
import {
  revocationsIn,
  revocationStatement,
  withoutRevocations,
  withRevocation,
} from "../../src/policy/revocation.js";
import type { RevocationStatement } from "../../src/policy/revocation.js";
import { declaration, declaring, managing } from "../support/declarations.js";
import { permissionSet, person, snapshotOf, stateOf } from "../support/organizations.js";
import { planned, told } from "../support/planning.js";

const account = "111122223333";
const readAt = "2026-11-26T09:30:00.000Z";
const now = Date.parse(readAt);
const hour = 3_600_000;
const bobsId = "1111222233-1a2b3c4d-0000-4000-8000-000000000001";
const annsId = "1111222233-1a2b3c4d-0000-4000-8000-000000000002";
const bob: Revoked = { userId: bobsId, user: "bob", since: "2026-11-26T09:00:00Z" };
const policy = normalize({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});
const reads = { principalType: "group", principal: "dev", permissionSet: "Read", account } as const;

function company(given: {
  members?: readonly string[];
  direct?: readonly string[];
  policy?: PolicyDocument | null;
}): State {
  const { members = ["ann", "bob"], direct = [], policy: inlinePolicy = policy } = given;
  return stateOf({
    users: new Map(["ann", "bob"].map((name) => [name, person(name)])),
    groups: new Map([["dev", {}]]),
    permissionSets: new Map([["Read", permissionSet({ inlinePolicy })]]),
    memberships: members.map((user) => ({ group: "dev", user })),
    assignments: [
      reads,
      ...direct.map((principal) => ({ ...reads, principalType: "user" as const, principal })),
    ],
  });
}

function live(state: State, given: Partial<Snapshot> = {}): Snapshot {
  return snapshotOf(state, { readAt, revoked: [bob], ...given });
}

describe("who is revoked", () => {
  test("gets nothing of what the files say, and nothing is planned again and again", () => {
    const plan = planned(declaring(company({ direct: ["bob"] })), live(company({ members: ["ann"] })));
    expect(told(plan)).toEqual([]);
    expect(plan.notes).toEqual([
      expect.objectContaining({
        code: "revoked",
        severity: "info",
        message:
          "bob is revoked since 2026-11-26T09:00:00Z, and gets no membership and no grant, whatever the files say.",
        help: expect.stringContaining("idc revoke bob --lift"),
        source: { file: "access/all.yaml", line: 1, column: 1 },
      }),
    ]);
  });

  const taken = [
    `delete assignment:user/bob:Read:${account}`,
    "delete membership:dev/bob",
    "disable user:bob",
  ];
  test.each([
    ["the files say so", {}],
    ["users are not managed", managing({ users: "none" })],
    ["groups are not managed", managing({ users: "none", groups: "none" })],
    [
      "only what is declared is",
      managing({ users: "declared", groups: "declared", assignments: "declared" }),
    ],
    ["assignments are not", managing({ assignments: "none" })],
    ["the group is ignored", managing({}, { ignore: { ...managing({}).ignore, groups: ["dev"] } })],
    ["the user is ignored", managing({}, { ignore: { ...managing({}).ignore, users: ["bob"] } })],
  ])("loses what they have come to hold since, where %s", (_what, settings) => {
    const state = company({ direct: ["bob"] });
    const files = declaring(state, "manage" in settings ? { settings } : {});
    const plan = planned(files, live(state), { base: { commit: "c0ffee", declared: files } });
    expect(told(plan)).toEqual(taken);
    expect(plan.changes.map(({ cause }) => cause)).toEqual(["drift", "drift", "drift"]);
    expect(plan.access.lost).toMatchObject([{ user: "bob", permissionSet: "Read" }]);
  });

  test("gets it all back when that was lifted", () => {
    const plan = planned(
      declaring(company({ direct: ["bob"] })),
      live(company({ members: ["ann"] }), { revoked: [] }),
    );
    expect(told(plan)).toEqual([`create assignment:user/bob:Read:${account}`, "create membership:dev/bob"]);
    expect(plan.notes).toEqual([]);
  });

  test("is not told to be flipped in the console twice, nor that the files want them enabled", () => {
    const state = company({ members: ["ann"] });
    const plan = planned(declaring(state), live(state, { status: new Map([["bob", "DISABLED"]]) }));
    expect(plan.notes.map(({ code }) => code)).toEqual(["revoked"]);
  });

  test("and is to be disabled by the files, too, is told to be flipped in the console", () => {
    const state = company({ members: ["ann"] });
    const users = new Map([["bob", declaration({ attributes: {}, status: "disabled" as const })]]);
    const plan = planned(declaring(state, { users, settings: managing({ users: "declared" }) }), live(state));
    expect(plan.notes.map(({ code }) => code)).toEqual(["disable-in-console", "revoked"]);
  });

  test("is one of those who leave for the guards", () => {
    const guardrails: Guardrails = {
      ...declaring(company({})).guardrails,
      protect: {
        users: [{ value: "bob", source: null }],
        groups: [],
        permissionSets: [],
        accounts: [],
      },
    };
    const state = company({});
    const plan = planned(declaring(state, { guardrails }), live(state));
    expect(plan.diagnostics.map(({ code }) => code)).toContain("protected");
  });

  test("is nobody to rely on where so many people are to keep access", () => {
    const guardrails: Guardrails = {
      ...declaring(company({})).guardrails,
      keepAccess: [
        {
          permissionSet: { value: "Read", source: null },
          accounts: [account],
          atLeast: 2,
          source: null,
        },
      ],
    };
    const state = company({});
    const files = declaring(state, { guardrails });
    const plan = planned(files, live(state), { base: { commit: "c0ffee", declared: files } });
    expect(told(plan)).toEqual(["delete membership:dev/bob", "disable user:bob"]);
    // Somebody may have forged the tag to lock people out. Whoever means it revokes bob once more, which asks no guard.
    expect(plan.diagnostics).toMatchObject([
      { severity: "error", code: "keep-access", message: expect.stringContaining("1 after, 2 now") },
    ]);
    const already = planned(files, live(company({ members: ["ann"] })), {
      base: { commit: "c0ffee", declared: files },
    });
    expect(told(already)).toEqual([]);
    expect(already.diagnostics).toMatchObject([{ severity: "warning", code: "keep-access" }]);
  });

  test("whose tag is all that is left of them is told of once, with the way to take it away", () => {
    const gone = [annsId, bobsId].map((userId) => ({ userId, user: null, since: "2026-01-01T00:00:00Z" }));
    const state = company({});
    const plan = planned(declaring(state), live(state, { revoked: gone }));
    expect(plan.notes).toEqual([
      expect.objectContaining({
        code: "revoked-gone",
        message: expect.stringContaining(`${annsId}, ${bobsId}`),
        help: expect.stringContaining(`idc revoke ${annsId} --lift`),
      }),
    ]);
    const error = new LiveError("The caller may not use it.", { kind: "denied" });
    const gaps = [{ covers: [{ kind: "user" as const }], error }];
    expect(planned(declaring(state), live(state, { revoked: gone, gaps })).notes).toEqual([]);
  });
});

describe("a plan of what files change", () => {
  test("takes who is revoked to hold nothing", () => {
    const base = declaring(company({ direct: ["bob"] }));
    const files = declaring(company({ direct: ["bob"] }), {
      groups: new Map([["dev", declaration({ description: "Builds" })]]),
    });
    const target = targetOf(files, base);
    if (target === null) throw new Error("the settings are the same");
    const read = live(stateOf({ groups: new Map([["dev", {}]]) }), {
      scope: { kind: "targeted", ...target },
    });
    const plan = planned(files, assumed(base, read, target), { base: { commit: "c0ffee", declared: base } });
    expect(told(plan)).toEqual(["update group:dev"]);
    expect(plan.notes.map(({ code }) => code)).toEqual(["revoked"]);
  });
});

describe("a statement that cuts off sessions", () => {
  const standing: RevocationStatement = { userId: bobsId, until: now + hour };
  const cut = (...revocations: readonly RevocationStatement[]): PolicyDocument =>
    revocations.reduce(withRevocation, policy);
  const afterRevoke = (given: PolicyDocument | null): Snapshot =>
    live(company({ members: ["ann"], policy: given }));

  test("is left where it is, and nothing is planned because of it", () => {
    const plan = planned(declaring(company({})), afterRevoke(cut(standing)));
    expect(told(plan)).toEqual([]);
  });

  test("is left where the files have no policy at all", () => {
    const plan = planned(declaring(company({ policy: null })), afterRevoke(withRevocation(null, standing)));
    expect(told(plan)).toEqual([]);
  });

  test("is kept by an update for other reasons", () => {
    const wider = normalize({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: ["*", "arn:aws:s3:::logs"] }],
    });
    const plan = planned(declaring(company({ policy: wider })), afterRevoke(cut(standing)));
    expect(told(plan)).toEqual(["provision provisioning:Read", "update permissionSet:Read"]);
    const [update] = plan.changes.filter(({ kind }) => kind === "permissionSet");
    if (update?.kind !== "permissionSet" || update.after === null) throw new Error("it is an update");
    expect(revocationsIn(update.after.inlinePolicy)).toEqual([standing]);
    expect(withoutRevocations(update.after.inlinePolicy, () => true)).toEqual(wider);
  });

  test.each([
    [9_000, []],
    [10_100, ["no-room-for-revocation"]],
  ])(
    "leaves room for a new policy of %i signs, or it is told that the service will refuse it",
    (size, codes) => {
      const long = normalize({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::${"x".repeat(size)}` }],
      });
      const plan = planned(declaring(company({ policy: long })), afterRevoke(cut(standing)));
      expect(told(plan)).toContain("update permissionSet:Read");
      expect(plan.diagnostics.map(({ code }) => code)).toEqual(codes);
      expect(plan.diagnostics.every(({ message }) => message.includes("2026-11-26T10:30:00Z"))).toBe(true);
    },
  );

  test("stays in force although the files use its Sid for something else", () => {
    const other = normalize({
      Version: "2012-10-17",
      Statement: [{ ...revocationStatement(standing), Effect: "Allow", Action: "s3:List*" }],
    });
    const files = declaring(company({ policy: other }));
    const plan = planned(files, afterRevoke(cut(standing)));
    const [update] = plan.changes.filter(({ kind }) => kind === "permissionSet");
    if (update?.kind !== "permissionSet" || update.after === null) throw new Error("it is an update");
    const { inlinePolicy } = update.after;
    expect(revocationsIn(inlinePolicy)).toEqual([{ userId: bobsId, until: standing.until + 1000 }]);
    expect(withoutRevocations(inlinePolicy, () => true)).toEqual(other);
    expect(told(planned(files, afterRevoke(inlinePolicy)))).toEqual([]);
  });

  test("is not doubled where the files have come to declare it", () => {
    const plan = planned(declaring(company({ policy: cut(standing) })), afterRevoke(cut(standing)));
    expect(told(plan)).toEqual([]);
  });

  const removal = ["provision provisioning:Read", "update permissionSet:Read"];
  test("goes when its time is over, as something that has run out", () => {
    const files = declaring(company({}));
    const over = afterRevoke(cut({ ...standing, until: now }));
    for (const base of [null, { commit: "c0ffee", declared: files }])
      for (const purpose of ["plan", "drift"] as const) {
        const plan = planned(files, over, { base, purpose });
        expect(told(plan)).toEqual(purpose === "plan" ? removal : ["update permissionSet:Read"]);
        expect(new Set(plan.changes.map(({ cause }) => cause))).toEqual(new Set(["expiry"]));
        expect(leftToSomebody(plan.changes, "expiries").size).toBe(0);
      }
  });

  test("goes by hand with whatever else differs, when nobody has to say that its time is over", () => {
    const files = declaring(company({}));
    const edited = afterRevoke(
      withRevocation(
        normalize({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "ec2:*", Resource: "*" }],
        }),
        { ...standing, until: now },
      ),
    );
    const plan = planned(files, edited, { base: { commit: "c0ffee", declared: files } });
    expect(new Set(plan.changes.map(({ cause }) => cause))).toEqual(new Set(["drift"]));
  });

  test.each<readonly [string, Snapshot]>([
    ["about somebody without a tag", afterRevoke(cut({ ...standing, userId: annsId }))],
    ["that claims to be for longer", afterRevoke(cut({ ...standing, until: now + 14 * hour + 1000 }))],
    ["of another form", afterRevoke(withStatement({ Action: "s3:*" }))],
    ["with another test", afterRevoke(withStatement({ Condition: {} }))],
    ["when nobody is revoked", live(company({ policy: cut(standing) }), { revoked: [] })],
  ])("%s is a difference like any other", (_what, snapshot) => {
    const files = declaring(company({ members: snapshot.revoked.length > 0 ? ["ann"] : ["ann", "bob"] }));
    const plan = planned(files, snapshot, { base: { commit: "c0ffee", declared: files } });
    expect(told(plan)).toEqual(removal);
    expect(new Set(plan.changes.map(({ cause }) => cause))).toEqual(new Set(["drift"]));
  });

  test("neither widens nor weakens for the guards when it goes", () => {
    const guardrails: Guardrails = {
      ...declaring(company({})).guardrails,
      protect: {
        users: [],
        groups: [],
        permissionSets: [{ value: "Read", source: null }],
        accounts: [],
      },
      rules: {
        adminAccess: { value: "error", source: null },
        wildcardActions: { value: "error", source: null },
        passRole: { value: "error", source: null },
        privilegeEscalation: { value: "error", source: null },
        directUserAssignment: { value: "error", source: null },
        adminSession: { value: "PT1H", source: null },
      },
    };
    for (const action of ["*", "s3:*", "iam:*"]) {
      const all = normalize({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
      });
      const over = withRevocation(all, { ...standing, until: now });
      const plan = planned(declaring(company({ policy: all }), { guardrails }), afterRevoke(over));
      expect(told(plan)).toEqual(removal);
      expect(plan.diagnostics).toEqual([]);
    }
  });

  function withStatement(edits: object): PolicyDocument {
    const statements = policy["Statement"] as readonly object[];
    return normalize({
      ...policy,
      Statement: [...statements, { ...revocationStatement(standing), ...edits }] as never,
    });
  }
});
