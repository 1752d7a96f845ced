import { describe, expect, it } from "vitest";
import type { ApplyResult } from "../../src/model/apply-result.js";
import { LiveError } from "../../src/model/live-error.js";
import { resultJson, resultText } from "../../src/report/result.js";
import { everyChange } from "./plans.js";

const options = { isFirstContact: false, accounts: { "111122223333": "sandbox" }, color: false, width: 100 };

const failure = new LiveError("The assignment in 111122223333 FAILED: Access denied by IAM.", {
  kind: "failed",
  operation: "sso-admin CreateAccountAssignment",
  action: "sso:CreateAccountAssignment",
  help: "Let the caller manage roles in the management account.",
  requestId: "r-1",
});

function result(given: Partial<ApplyResult>): ApplyResult {
  return { outcomes: [], interrupted: false, errors: [], ...given };
}

function change(id: string): ApplyResult["outcomes"][number]["change"] {
  const found = everyChange.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no change ${id}`);
  return found;
}

const mixed = result({
  outcomes: [
    { change: change("user:alice"), outcome: { status: "done" } },
    { change: change("group:developers"), outcome: { status: "failed", error: failure } },
    {
      change: change("membership:developers/alice"),
      outcome: { status: "skipped", because: "group:developers" },
    },
    { change: change("user:bob"), outcome: { status: "unconfirmed", reason: "title still reads Engineer" } },
    { change: change("user:dan"), outcome: { status: "interrupted" } },
  ],
  interrupted: true,
});

describe("resultText", () => {
  it("says that what is left to remove is asked for again, where idc was never applied", () => {
    const first = { ...options, isFirstContact: true };
    expect(resultText(mixed, first)).toContain(
      "goes on from here, and asks for --adopt again, for what is left.",
    );
    const added = result({
      outcomes: [{ change: change("group:developers"), outcome: { status: "failed", error: failure } }],
    });
    expect(resultText(added, first)).toContain("goes on from here.");
  });

  it("tells of what was not done why, and counts", () => {
    expect(resultText(mixed, options)).toMatchInlineSnapshot(`
      "Not done
      + group developers              access/groups.yaml:2
          FAILED: The assignment in 111122223333 FAILED: Access denied by IAM.
          help: Let the caller manage roles in the management account.
      + alice joins group developers  access/groups.yaml:4
          skipped: it needs group:developers, which was not done
      ~ user bob                      access/people.yaml:9
          UNCONFIRMED: title still reads Engineer

      Not started: the run was interrupted
      - user dan is deleted

      Interrupted: 1 of 5 changes done, 1 failed, 1 unconfirmed, 1 skipped, 1 not started. The next idc apply goes on from here.
      "
    `);
  });

  it("tells once that the credentials ended, and does not speak of an interruption", () => {
    const error = new LiveError("The AWS credentials have expired.", {
      kind: "credentials",
      help: "Sign in with: aws sso login",
    });
    const text = resultText(
      result({
        outcomes: [
          { change: change("user:alice"), outcome: { status: "failed", error } },
          { change: change("user:bob"), outcome: { status: "failed", error } },
          { change: change("user:dan"), outcome: { status: "interrupted" } },
        ],
      }),
      options,
    );
    expect(text).toMatchInlineSnapshot(`
      "Not done
      + user alice: Alice Nguyen, alice@example.com  access/people.yaml:4
          FAILED: The AWS credentials have expired.
          help: Sign in with: aws sso login
      ~ user bob                                     access/people.yaml:9
          FAILED for the same reason

      Not started: the credentials ended
      - user dan is deleted

      Applied in part: 0 of 3 changes done, 2 failed, 1 not started. The next idc apply goes on from here.
      "
    `);
  });

  it("tells once that writes could not be recorded, beside credentials that ended", () => {
    const full = new LiveError("The disk is full.", { kind: "unrecorded", help: "Make room." });
    const expired = new LiveError("The AWS credentials have expired.", { kind: "credentials" });
    const text = resultText(
      result({
        outcomes: [
          { change: change("user:alice"), outcome: { status: "failed", error: expired } },
          { change: change("user:bob"), outcome: { status: "failed", error: full } },
          { change: change("group:developers"), outcome: { status: "failed", error: full } },
          { change: change("user:dan"), outcome: { status: "interrupted" } },
        ],
      }),
      options,
    );
    expect(text.match(/FAILED.*/g)).toEqual([
      "FAILED: The AWS credentials have expired.",
      "FAILED: The disk is full.",
      "FAILED for the same reason",
    ]);
    expect(text).toContain("\nNot started: what is written could not be recorded\n- user dan is deleted\n");
  });

  it("does not call nothing applied", () => {
    const errors = [new LiveError("The mark stands.", { kind: "denied" })];
    expect(resultText(result({ errors }), options)).toMatch(
      /\nNo changes were left to apply, with 1 error above\.\n$/,
    );
  });

  it("counts when all is done", () => {
    const text = resultText(
      result({ outcomes: [{ change: change("user:alice"), outcome: { status: "done" } }] }),
      options,
    );
    expect(text).toBe("Applied: 1 change, all done.\n");
  });

  it("does not say that all is done when reading back failed", () => {
    const text = resultText(
      result({
        outcomes: [{ change: change("user:alice"), outcome: { status: "done" } }],
        errors: [new LiveError("The mark could not be set.", { kind: "denied", help: "Grant it.\nOr ask." })],
      }),
      options,
    );
    expect(text).toContain("FAILED: The mark could not be set.\n    help: Grant it.\n          Or ask.\n");
    expect(text).not.toContain("all done");
  });
});

describe("resultJson", () => {
  it("gives errors as their parts, and counts", () => {
    const json = JSON.parse(JSON.stringify(resultJson(mixed)));
    expect(json).toMatchObject({
      interrupted: true,
      errors: [],
      summary: { done: 1, failed: 1, unconfirmed: 1, skipped: 1, interrupted: 1 },
    });
    expect(json.outcomes[1]).toEqual({
      change: change("group:developers"),
      outcome: {
        status: "failed",
        error: {
          message: failure.message,
          kind: "failed",
          code: null,
          operation: failure.operation,
          action: failure.action,
          help: failure.help,
          requestId: "r-1",
        },
      },
    });
  });
});
