import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccessRow } from "../../src/model/plan.js";
import { byText } from "../../src/model/text.js";
import { mergeProfiles, ProfilesError } from "../../src/report/aws-config.js";
import { profileNames } from "../../src/report/profile-names.js";
import { renderProfiles, startUrlOf } from "../../src/report/profiles.js";

const session = { name: "acme", startUrl: "https://d-1234567890.awsapps.com/start", region: "eu-west-1" };
const one = "111122223333";
const two = "444455556666";

function row(permissionSet: string, ...accounts: readonly string[]): AccessRow {
  return { user: "alice", permissionSet, accounts, via: ["group/developers"] };
}

function render(
  rows: readonly AccessRow[],
  accountNames: Record<string, string>,
  region = session.region,
): string {
  return renderProfiles({ session: { ...session, region }, rows, accountNames });
}

function names(rows: readonly AccessRow[], accountNames: Record<string, string>): readonly string[] {
  return [...render(rows, accountNames).matchAll(/^\[profile (.*)\]$/gm)].map((match) => match[1] ?? "");
}

function error(run: () => unknown): ProfilesError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof ProfilesError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

describe("renderProfiles", () => {
  it("writes one session and a profile for each account and permission set, by name", () => {
    const rows = [row("ReadOnly", two, one), row("Deploy", two)];
    expect(render(rows, { [one]: "sandbox", [two]: "payments-prod" }, "eu-central-1"))
      .toBe(`[sso-session acme]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[profile payments-prod-Deploy]
sso_session = acme
sso_account_id = 444455556666
sso_role_name = Deploy
region = eu-central-1

[profile payments-prod-ReadOnly]
sso_session = acme
sso_account_id = 444455556666
sso_role_name = ReadOnly
region = eu-central-1

[profile sandbox-ReadOnly]
sso_session = acme
sso_account_id = 111122223333
sso_role_name = ReadOnly
region = eu-central-1
`);
  });

  it("has no profiles where nothing is reached", () => {
    expect(render([], {})).not.toContain("[profile");
  });

  it("writes what several people reach once", () => {
    const rows = [row("ReadOnly", one), { ...row("ReadOnly", one), user: "bob" }];
    expect(names(rows, { [one]: "sandbox" })).toEqual(["sandbox-ReadOnly"]);
  });

  it.each([
    ["a permission set", () => render([row("Read\nOnly", one)], {})],
    ["a permission set's length", () => render([row("R".repeat(33), one)], {})],
    ["an account", () => render([row("ReadOnly", "1111]\n[default")], {})],
    ["a region", () => render([], {}, "eu-west-1\n[default]")],
    [
      "a session's name",
      () => renderProfiles({ session: { ...session, name: "a]\n[b" }, rows: [], accountNames: {} }),
    ],
    [
      "a session's region",
      () => renderProfiles({ session: { ...session, region: "" }, rows: [], accountNames: {} }),
    ],
    [
      "a start URL",
      () =>
        renderProfiles({
          session: { ...session, startUrl: "https://x/\nregion = y" },
          rows: [],
          accountNames: {},
        }),
    ],
  ])("refuses %s that would break out of its line", (_, run) => {
    const { code, message, help } = error(run);
    expect({ code, message: message.includes("\n"), help: help.length > 0 }).toEqual({
      code: "profile-value",
      message: false,
      help: true,
    });
  });
});

describe("startUrlOf", () => {
  it("has the identity store's id as its host", () => {
    expect(startUrlOf("d-1234567890")).toBe("https://d-1234567890.awsapps.com/start");
  });
  it("is not guessed for an older id, nor for anything else", () => {
    for (const id of ["12345678-1234-1234-1234-123456789012", "d-123", "d-1234567890/x", ""]) {
      expect(error(() => startUrlOf(id)).code).toBe("profile-value");
    }
  });
});

describe("profile names", () => {
  it("take letters that every reader takes", () => {
    const rows = [row("Data=Read,Write+@x.y", one), row("ReadOnly", two)];
    expect(names(rows, { [one]: "Zürich / R&D (prod)", [two]: "日本" })).toEqual([
      "444455556666-ReadOnly",
      "Zurich-R-D-prod-Data-Read-Write+@x.y",
    ]);
  });

  it("cannot be made to open a line or a section", () => {
    const rows = [row("ReadOnly", one)];
    expect(names(rows, { [one]: "x]\n[profile admin]\r\ncredential_process = rm -rf" })).toEqual([
      "x-profile-admin-credential_process-rm--rf-ReadOnly",
    ]);
    expect(names(rows, { [one]: "--]\u2028[#;" })).toEqual(["111122223333-ReadOnly"]);
  });

  it("fall back to the id of an account without a name, whatever objects inherit", () => {
    expect(names([row("ReadOnly", one)], {})).toEqual(["111122223333-ReadOnly"]);
  });

  it("of two accounts of one name, case apart, both carry the id, in whatever order they come", () => {
    const accountNames = { [one]: "sandbox", [two]: "Sandbox" };
    const expected = ["Sandbox-444455556666-ReadOnly", "sandbox-111122223333-ReadOnly"];
    expect(names([row("ReadOnly", one, two)], accountNames)).toEqual(expected);
    expect(names([row("ReadOnly", two, one)], accountNames)).toEqual(expected);
    expect(names([row("ReadOnly", one), row("Deploy", two)], accountNames)).toEqual([
      "Sandbox-Deploy",
      "sandbox-ReadOnly",
    ]);
  });

  it("stay apart where a dash makes two pairs read the same, or two sets' odd letters fall together", () => {
    expect(names([row("c", one), row("b-c", two)], { [one]: "a-b", [two]: "a" })).toEqual([
      "a-444455556666-b-c",
      "a-b-111122223333-c",
    ]);
    expect(names([row("a=b", one), row("a,b", one)], { [one]: "x" })).toEqual([
      "111122223333-a%2Cb",
      "111122223333-a%3Db",
    ]);
  });

  it("of an account that is named like another one's id carry its own", () => {
    expect(names([row("ReadOnly", one, two)], { [one]: two, [two]: "payments" })).toEqual([
      "111122223333-ReadOnly",
      "payments-ReadOnly",
    ]);
  });

  it("law: all different, in letters that need no quotes, and the same in any order", () => {
    const account = fc.constantFrom(one, two, "777788889999");
    const set = fc.constantFrom("a", "b-a", "a=b", "a,b", `${two}-a`, "A", "a-b");
    const accountName = fc.oneof(fc.constantFrom("a", "A", "a-b", `a-${one}`, one, "é/", ""), fc.string());
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ account, permissionSet: set }), {
          selector: (pair) => pair.account + pair.permissionSet,
        }),
        fc.dictionary(account, accountName),
        (reachable, accountNames) => {
          const given = profileNames(reachable, accountNames);
          expect(new Set(given).size).toBe(reachable.length);
          for (const name of given) expect(name).toMatch(/^[A-Za-z0-9_.@+%][A-Za-z0-9_.@+%-]*$/);
          expect(profileNames([...reachable].reverse(), accountNames)).toEqual([...given].reverse());
        },
      ),
    );
  });
});

describe("mergeProfiles", () => {
  const generated = render([row("ReadOnly", one)], { [one]: "sandbox" }, "eu-west-1");
  const block = mergeProfiles("", generated);

  it("makes the file where there is none", () => {
    expect(block).toMatch(/^# >>> idc profiles >>>\n# .*\n\[sso-session acme\]\n/);
    expect(block).toMatch(/\nregion = eu-west-1\n# <<< idc profiles <<<\n$/);
  });

  it("appends to what is there, and touches none of it", () => {
    const mine = "[default]\nregion = us-east-1\n\n; mine\n[profile mine]\nrole_arn = x\n";
    expect(mergeProfiles(mine, generated)).toBe(`${mine}\n${block}`);
    expect(mergeProfiles(`${mine}\n`, generated)).toBe(`${mine}\n${block}`);
    expect(mergeProfiles(mine.trimEnd(), generated)).toBe(`${mine}\n${block}`);
  });

  it("replaces its own block where it stands, old profiles included", () => {
    const before = "\uFEFF[default]\nregion = us-east-1\n";
    const after = "[profile mine]\nregion = us-east-1";
    const old = mergeProfiles("", render([row("Old", one)], {}));
    expect(mergeProfiles(before + old + after, generated)).toBe(before + block + after);
  });

  it("keeps CRLF, and writes its own part so", () => {
    const merged = mergeProfiles("[default]\r\nregion = us-east-1", generated);
    expect(merged).toBe(`[default]\r\nregion = us-east-1\r\n\r\n${block.replaceAll("\n", "\r\n")}`);
    expect(mergeProfiles(merged, generated)).toBe(merged);
  });

  it.each([
    ["[profile sandbox-ReadOnly]"],
    ["  [profile sandbox-ReadOnly]  # mine"],
    ['[profile "sandbox-ReadOnly"]'],
    ["[profile\t'sandbox-ReadOnly' ]"],
    ["[profile sandbox\\-ReadOnly]"],
  ])("refuses a second section of one name: %s", (line) => {
    for (const text of [`${line}\nregion = x\n`, `${block}${line}\nregion = x\n`]) {
      const { code, message } = error(() => mergeProfiles(text, generated));
      expect(code).toBe("profile-conflict");
      expect(message).toContain("[profile sandbox-ReadOnly]");
    }
  });

  it("names every conflict, the session's too", () => {
    const text = "[sso-session acme]\nsso_region = x\n[profile sandbox-ReadOnly]\n[profile other]\n";
    expect(error(() => mergeProfiles(text, generated)).message).toContain(
      "[sso-session acme], [profile sandbox-ReadOnly] outside",
    );
  });

  it("takes names that only resemble ours", () => {
    const text =
      "[profile sandbox-readonly]\n[sandbox-ReadOnly]\n# [profile sandbox-ReadOnly]\n[sso-session sandbox-ReadOnly]\n";
    expect(mergeProfiles(text, generated).startsWith(text)).toBe(true);
  });

  it.each([
    ["no end", block.replace("# <<< idc profiles <<<\n", "")],
    ["no begin", block.replace("# >>> idc profiles >>>\n", "")],
    ["two blocks", block + block],
    ["marks the wrong way round", "# <<< idc profiles <<<\n# >>> idc profiles >>>\n"],
    ["settings after the block", `${block}\n# note\nregion = us-east-1\n`],
  ])("refuses a damaged block: %s", (_, text) => {
    expect(error(() => mergeProfiles(text, generated)).code).toBe("profiles-block-damaged");
  });

  it("law: what is outside the block stays to the byte, and writing again changes nothing", () => {
    const line = fc.constantFrom(
      "",
      "  ",
      "[default]",
      "[profile a]",
      "region = x",
      "# é",
      "s3 =",
      "  x = y",
    );
    const end = fc.constantFrom("\n", "\r\n");
    const lines = fc
      .array(
        fc.tuple(line, end).map((parts) => parts.join("")),
        { maxLength: 8 },
      )
      .map((all) => all.join(""));
    fc.assert(
      fc.property(lines, fc.boolean(), lines, (before, ended, after) => {
        const mine = ended ? before : before.trimEnd();
        const appended = mergeProfiles(mine, generated);
        expect(appended.startsWith(mine)).toBe(true);
        expect(mergeProfiles(appended, generated)).toBe(appended);
        const around = `${before}${block}[profile b]\n${after}`;
        const replaced = mergeProfiles(around, generated);
        expect(replaced.startsWith(before)).toBe(true);
        expect(replaced.endsWith(`[profile b]\n${after}`)).toBe(true);
        expect(replaced.replaceAll("\r\n", "\n")).toBe(around.replaceAll("\r\n", "\n"));
      }),
    );
  });
});

describe("the AWS CLI and botocore as witnesses", () => {
  const accountNames = {
    [one]: "Zürich / R&D",
    [two]: "Zürich / R&D",
    "777788889999": "x]\n[profile admin]",
  };
  const rows = [row("a=b", one), row("a,b", one, two), row("ReadOnly", one, two, "777788889999")];
  const expected = names(rows, accountNames);
  const text = mergeProfiles(
    '[default]\r\nregion = us-east-1\r\n[profile "my own"]\r\nregion = x',
    render(rows, accountNames, "eu-west-1"),
  );

  const written = { sso_session: "acme", sso_account_id: one, sso_role_name: "a=b", region: "eu-west-1" };
  const oddest = "111122223333-a%3Db";

  it("the text has each section once", () => {
    expect(expected).toHaveLength(6);
    expect(expected).toContain(oddest);
    const sections = text.match(/^\[.*\]/gm) ?? [];
    expect(sections).toEqual([
      "[default]",
      '[profile "my own"]',
      "[sso-session acme]",
      ...expected.map((name) => `[profile ${name}]`),
    ]);
  });

  it("the AWS CLI reads it", () => {
    const read = witness("aws", ["configure", "get", "sso_role_name", "--profile", oddest]);
    expect(read?.trim() ?? written.sso_role_name).toBe(written.sso_role_name);
  });

  it("botocore reads it", () => {
    const script =
      "import botocore.session, json; c = botocore.session.Session().full_config; " +
      'print(json.dumps([c["sso_sessions"], sorted(c["profiles"]), c["profiles"][__import__("sys").argv[1]]]))';
    const read: unknown = JSON.parse(witness("python3", ["-c", script, oddest]) ?? "null");
    const right = [
      {
        acme: {
          sso_start_url: "https://d-1234567890.awsapps.com/start",
          sso_region: "eu-west-1",
          sso_registration_scopes: "sso:account:access",
        },
      },
      ["default", "my own", ...expected].sort(byText),
      written,
    ];
    expect(read ?? right).toEqual(right);
  });

  /** What a program prints that reads the file; null, with one line that says so, where it is not installed. */
  function witness(program: string, args: readonly string[]): string | null {
    const folder = mkdtempSync(join(tmpdir(), "idc-profiles-"));
    const file = join(folder, "config");
    writeFileSync(file, text);
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
    const env = {
      ...Object.fromEntries(others),
      AWS_CONFIG_FILE: file,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    };
    try {
      return execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (thrown) {
      const said = thrown instanceof Error ? thrown.message : "";
      if (!/ENOENT|No module named|command not found/.test(said)) throw thrown;
      console.log(`The witness ${program} is left out: it is not installed here.`);
      return null;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
