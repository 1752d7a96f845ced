import { describe, expect, it } from "vitest";
import { failureOf, UsageError } from "../../src/cli/failure.js";
import { Interrupted } from "../../src/cli/interrupt.js";
import { LiveError } from "../../src/model/live-error.js";
import { OrganizationFileError } from "../../src/sandbox/organization.js";
import { SandboxStateError } from "../../src/sandbox/state.js";
import { ProfilesError } from "../../src/report/aws-config.js";
import { SourceTreeError } from "../../src/declare/source-tree.js";

const quiet = { verbose: false };

const denied = new LiveError("sso-admin ListInstances is not allowed.", {
  kind: "denied",
  code: "AccessDeniedException",
  operation: "sso-admin ListInstances",
  action: "sso:ListInstances",
  help: "Grant sso:ListInstances.\nOr ask somebody who may.",
  requestId: "abc-1",
  cause: new TypeError("underneath"),
});

describe("failureOf", () => {
  it("tells what AWS said in a sentence, and what to do", () => {
    expect(failureOf(denied, quiet)).toMatchObject({
      code: 1,
      text: "error: sso-admin ListInstances is not allowed.\n  help: Grant sso:ListInstances.\n        Or ask somebody who may.\n",
    });
  });

  it("tells the rest when asked to", () => {
    const { text } = failureOf(denied, { verbose: true });
    expect(text).toContain("operation sso-admin ListInstances, code AccessDeniedException, request id abc-1");
    expect(text).toContain("caused by TypeError: underneath");
  });

  it.each([
    new UsageError("No.", "Yes."),
    new SandboxStateError("No."),
    new OrganizationFileError("No."),
    new ProfilesError("profile-conflict", "No.", "Yes."),
    new SourceTreeError([{ path: "x", code: "unreadable", message: "No.", help: null }]),
  ])("takes a $name for bad input: no stack, exit 3", (error) => {
    const { code, text } = failureOf(error, quiet);
    expect(code).toBe(3);
    expect(text).toMatch(/^error: No\.\n( {2}help: Yes\.\n)?$/);
  });

  it.each([
    [denied, "denied"],
    [new UsageError("No.", "Yes."), "usage"],
    [new ProfilesError("profile-conflict", "No.", "Yes."), "profile-conflict"],
    [new Interrupted("interrupted"), "interrupted"],
    [new TypeError("x is not a function"), "bug"],
  ])("gives programs a code: %s is %s", (error, code) => {
    const { diagnostic } = failureOf(error, quiet);
    expect(diagnostic).toMatchObject({ code, severity: "error", source: null, change: null });
    expect(diagnostic.help).toBe("help" in error ? error.help : null);
  });

  it("lets nothing hidden through to the terminal", () => {
    expect(failureOf(new UsageError("a\u001b[2Jb", "c\u202ed"), quiet).text).toBe(
      "error: a\\u{1b}[2Jb\n  help: c\\u{202e}d\n",
    );
  });

  it("says softly that it was interrupted", () => {
    expect(failureOf(new Interrupted("interrupted"), quiet)).toMatchObject({
      code: 130,
      text: "Interrupted. Nothing was changed.\n",
    });
  });

  it("owns up to a bug, with all there is to report", () => {
    const { code, text } = failureOf(new TypeError("x is not a function"), quiet);
    expect(code).toBe(1);
    expect(text).toMatch(/^error: This is a bug in idc\..*\nTypeError: x is not a function\n +at /);
  });
});
