import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/model/apply-result.js";
import type { Change } from "../../src/model/change.js";
import { LiveError } from "../../src/model/live-error.js";
import type { LiftResult, RevokeResult } from "../../src/model/revoke-result.js";
import { liftText } from "../../src/report/lift.js";
import { revokeJson, revokePreview, revokeText } from "../../src/report/revoke.js";

const layout = { color: false, width: 120 };
const userId = "1111222233-1a2b3c4d-0000-4000-8000-000000000001";
const common = {
  action: "delete",
  before: {},
  after: null,
  cause: "config",
  source: null,
  dependsOn: [],
} as const;
const leaves: Change = {
  ...common,
  kind: "membership",
  id: "membership:operators/bob",
  key: { group: "operators", user: "bob" },
};
const loses: Change = {
  ...common,
  kind: "assignment",
  id: "assignment:user/bob:Admin:111122223333",
  key: { principalType: "user", principal: "bob", permissionSet: "Admin", account: "111122223333" },
};
const done: Outcome = { status: "done" };
const refused = new LiveError("The caller may not use it.", { kind: "denied", help: "Grant it." });

function result(given: Partial<RevokeResult> = {}): RevokeResult {
  return {
    user: "bob",
    userId,
    outcomes: [
      { change: leaves, outcome: done },
      { change: loses, outcome: done },
    ],
    since: "2026-11-26T09:30:00Z",
    sessions: { sets: ["Admin"], longest: "PT4H", cutOff: null },
    skipped: [],
    errors: [],
    interrupted: false,
    byHand: ["First this.", "Then that."],
    ...given,
  };
}

describe("what a revocation tells", () => {
  test("is what was taken, what is open, what is left to do, and how it ended", () => {
    expect(revokeText(result(), layout)).toBe(`Taken from bob
- bob leaves group operators
- user bob loses Admin in 111122223333

Role sessions that are open
Not cut off. They last as long as their permission set says, at most 4 hours; and for up to an hour Identity Center may still open one.
To cut them off now: idc revoke bob --sessions

Left for a person to do
1. First this.
2. Then that.

Revoked: everything of bob is taken away, and was seen to be gone. Plans give nothing back until it is lifted.
`);
  });

  test("is each set whose sessions are cut off, and each that is left with why", () => {
    const text = revokeText(
      result({
        sessions: {
          sets: null,
          longest: null,
          cutOff: [
            { permissionSet: "Admin", status: "done", until: "2026-11-26T14:30:00Z" },
            { permissionSet: "Old", status: "left", why: "full", reason: "there is no room", until: null },
          ],
        },
      }),
      layout,
    );
    expect(text).toContain(`Role sessions that are open
What they could use is not known for certain, so all permission sets were gone through.
- sessions of Admin are cut off, until 2026-11-26T14:30:00Z
! sessions of Old: full, there is no room
`);
    expect(text).toMatch(
      /Revoked in part: .*; sessions of 1 permission set are not cut off\. .*Run the same again/,
    );
  });

  test.each<readonly [string, Partial<RevokeResult>, RegExp]>([
    ["nothing was held", { outcomes: [] }, /^Revoked: bob was seen to hold nothing\. Plans/m],
    [
      "a removal failed",
      { outcomes: [{ change: loses, outcome: { status: "failed", error: refused } }] },
      /FAILED: The caller may not use it\.\n {4}help: Grant it\.[^]*Revoked in part: 0 of 1 membership or grant of bob taken away\./,
    ],
    [
      "something could not be read",
      { errors: [refused] },
      /Revoked in part: 2 of 2 memberships and grants of bob taken away, and more may be left/,
    ],
    ["there is no tag", { since: null, errors: [refused] }, /Plans are not kept from giving it back\./],
    [
      "it was interrupted",
      { interrupted: true, since: null, skipped: ["tag", "look", "sessions"] },
      /^Interrupted: .*not begun: the tag on the instance .*, the look .*, the sessions\./m,
    ],
    ["no set was theirs", { sessions: { sets: [], longest: null, cutOff: null } }, /None: they could use no/],
    ["nothing is in force", { sessions: { sets: [], longest: null, cutOff: [] } }, /None: no permission set/],
    [
      "it did not come to sessions",
      { skipped: ["sessions"], sessions: { sets: null, longest: null, cutOff: [] } },
      /\nRole sessions that are open\nNot cut off\. .*\nTo cut them off now: idc revoke bob --sessions\n\n[^]*not begun: the sessions/,
    ],
    ["sessions are not known", { sessions: { sets: null, longest: null, cutOff: null } }, /at most 12 hours/],
  ])("when %s is said", (_when, given, words) => {
    expect(revokeText(result(given), layout)).toMatch(words);
  });

  test("claims success of nothing that is open", () => {
    for (const given of [
      { since: null },
      { errors: [refused] },
      { skipped: ["look"] as const },
      { outcomes: [{ change: loses, outcome: { status: "unconfirmed", reason: "it is there" } as const }] },
    ])
      expect(revokeText(result(given), layout)).not.toMatch(/^Revoked: /m);
  });

  test("shows names and words for what they are", () => {
    const evil = "bob\u001b[2J'; rm -rf /\u202e";
    const text = revokeText(
      result({
        user: evil,
        outcomes: [{ change: { ...leaves, key: { group: "a\nb", user: evil } }, outcome: done }],
        byHand: [`Users, ${evil}`],
        since: null,
        sessions: {
          sets: [],
          longest: null,
          cutOff: [
            { permissionSet: "x\u001b[1m", status: "left", why: "failed", reason: "a\u009b1m", until: null },
          ],
        },
      }),
      layout,
    );
    expect(["\u001b", "\u009b", "\u202e"].filter((sign) => text.includes(sign))).toEqual([]);
    expect(text).toContain("\\u{1b}");
  });

  test("before the question is all that goes, and what is not known", () => {
    const preview = { user: "bob", userId, since: null, removals: [leaves, loses], unread: [refused] };
    const instance = { identityStoreId: "d-1111222233", region: "eu-west-1" };
    expect(revokePreview({ ...preview, instance }, layout))
      .toBe(`Revoke bob (${userId}) in Identity Center d-1111222233 (eu-west-1)
- bob leaves group operators
- user bob loses Admin in 111122223333
FAILED: The caller may not use it.
    help: Grant it.
`);
    expect(
      revokePreview(
        { ...preview, removals: [], unread: [], since: "2026-11-26T09:30:00Z", instance },
        layout,
      ),
    ).toContain(
      "Revoked before, 2026-11-26T09:30:00Z.\nThey have no membership and no grant of their own.\n",
    );
  });

  test("to programs is the same, with errors as their parts", () => {
    const json = revokeJson(
      result({
        outcomes: [{ change: loses, outcome: { status: "failed", error: refused } }],
        errors: [refused],
      }),
    );
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      user: "bob",
      userId,
      outcomes: [
        {
          change: { id: loses.id },
          outcome: { status: "failed", error: { kind: "denied", help: "Grant it." } },
        },
      ],
      errors: [{ message: "The caller may not use it." }],
    });
  });
});

describe("what lifting tells", () => {
  const lifted: LiftResult = {
    user: "bob",
    userId,
    since: "2026-11-26T09:30:00Z",
    isLifted: true,
    sets: [{ permissionSet: "Admin", status: "done" }],
    errors: [],
    interrupted: false,
    byHand: [],
  };
  test("is where something was taken out, and that nothing is given by it", () => {
    expect(liftText(lifted, layout)).toBe(`What cut off sessions of bob
~ Admin: taken out and put in force

Lifted: bob has nothing by that alone. The next idc apply gives what the files say.
`);
  });

  test.each<readonly [string, Partial<LiftResult>, RegExp]>([
    [
      "who is not revoked",
      { since: null, isLifted: false, sets: [] },
      /^bob is not revoked: there is nothing to lift\.$/m,
    ],
    ["that it is not", { isLifted: false, errors: [refused] }, /^Not lifted: bob stays revoked\./m],
    ["that it was interrupted", { isLifted: false, interrupted: true }, /^Interrupted: bob stays revoked\./m],
    [
      "what is left",
      { sets: [{ permissionSet: "Admin", status: "left", why: "failed", reason: "no" }] },
      /^! Admin: failed, no$/m,
    ],
    [
      "what is left for a person",
      { byHand: ["First this.", "Then\u001b that."] },
      /^Left for a person to do\n1\. First this\.\n2\. Then\\u\{1b\} that\.\n\nLifted: /m,
    ],
  ])("is %s", (_what, given, words) => {
    expect(liftText({ ...lifted, ...given }, layout)).toMatch(words);
  });
});
