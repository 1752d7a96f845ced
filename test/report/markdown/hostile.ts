import fc from "fast-check";
import type { Change } from "../../../src/model/change.js";
import { diagnostic } from "../../../src/model/diagnostic.js";
import { changeId } from "../../../src/model/keys.js";
import type { AccessChange, Plan } from "../../../src/model/plan.js";
import { planOf } from "../plans.js";
import { deploy } from "./company.js";

/** What somebody might name a group to make a comment do or show something else. */
const hostileTexts = [
  "a|b",
  "\\|b",
  "`code` ```fence",
  "<script>alert(1)</script>",
  "</details></sub>",
  "--><b>",
  "@example/security",
  "mail@example.com",
  "#123",
  "GH-1",
  "example/access#7",
  "https://example.com/?a=1&b=2",
  "www.example.com",
  ":x: :rocket:",
  "$math$ and $`more`$",
  "![img](https://example.com/x.png)",
  "[link](javascript:alert(1))",
  "**bold** _it_ ~~gone~~",
  "# heading",
  "- item",
  "1. item",
  "> quote",
  "a\u202eb",
  "two\nlines\r\n\n```",
  "&lt;&#64;&amp;",
  "0123456789abcdef0123456789abcdef01234567",
  "| --- | --- |",
  "  spaces   inside  ",
  "",
];

/** Text that collides with markdown and with what GitHub looks for, far more often than chance would have it. */
export const untrusted = fc
  .array(
    fc.oneof(
      fc.constantFrom(...hostileTexts),
      fc.constantFrom(...Array.from("`|\\@#:&<>[]()!*_~$-+=.,;'\"/ \n1a")),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

function names(): readonly string[] {
  return hostileTexts.filter((text) => text !== "");
}

/** Names of a certain length, made of the worst there is. */
export function hostileNames(length: number): (index: number) => string {
  const all = names();
  return (index) => `${index} ${(all[index % all.length] ?? "").repeat(length)}`.slice(0, length);
}

/** Every one of the texts as a person, a group, an account, a permission set, a file and a message. */
export function hostilePlan(all: readonly string[] = names()): Plan {
  const account = "111122223333";
  return planOf({
    changes: all.flatMap((name, index) => [
      membership(name, name, index),
      {
        ...common(index, `access/${name}.yaml`),
        kind: "permissionSet",
        action: "update",
        id: changeId.permissionSet(name),
        key: { name },
        before: deploy,
        after: { ...deploy, description: name, managedPolicies: [name] },
        fields: [
          { path: "description", before: deploy.description, after: name },
          { path: "managedPolicies", before: [], after: [name] },
        ],
      } satisfies Change,
    ]),
    access: {
      gained: all.map((name) => row(name, name, name)),
      lost: [],
      changed: [],
    },
    accounts: { [account]: all.join(" ") },
    diagnostics: all.map((message) =>
      diagnostic({ code: "hostile", severity: "warning", message, help: message }),
    ),
    withheld: all.map((reason, index) => ({
      change: membership("someone", "group", index),
      code: "in-use",
      reason,
    })),
  });
}

/** Five thousand people who join one group each, and gain what it has. */
export function thousands(name: (index: number) => string = (index) => `person-${index}`): Plan {
  const numbers = Array.from({ length: 5000 }, (_, index) => index);
  return planOf({
    changes: numbers.map((index) => membership(name(index), groupOf(index), index)),
    access: {
      gained: numbers.map((index) => row(name(index), `Set-${index % 700}`, groupOf(index))),
      lost: [],
      changed: [],
    },
  });
}

function groupOf(index: number): string {
  return `group-${index % 700}`;
}

function common(index: number, file: string): Pick<Change, "cause" | "dependsOn" | "source"> {
  return { cause: "config", dependsOn: [], source: { file, line: index + 1, column: 3 } };
}

function membership(user: string, group: string, index: number): Change {
  return {
    ...common(index, "access/groups.yaml"),
    kind: "membership",
    action: "create",
    id: changeId.membership(group, user),
    key: { group, user },
    before: null,
    after: {},
  };
}

function row(user: string, permissionSet: string, group: string): AccessChange {
  return { user, permissionSet, accounts: ["111122223333"], via: [`group/${group}`], cause: "config" };
}
