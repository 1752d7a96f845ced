import type { Change } from "../model/change.js";
import type { User } from "../model/state.js";
import type { AccountNames } from "./names.js";
import { accountWord, accountWords, principalWords } from "./names.js";
import { count, listed } from "../model/plural.js";
import { shownName, shownPhrase } from "./untrusted.js";

export type Sign = "+" | "~" | "-";

/** One change in plain words. */
export type Phrase = { readonly sign: Sign; readonly words: string };

/** What a plan will do: `+ group developers gets S3FullAccess in sandbox (111122223333)`. */
export function planPhrase(change: Change, accounts: AccountNames): Phrase {
  switch (change.kind) {
    case "user": {
      const name = `user ${shownName(change.key.name)}`;
      switch (change.action) {
        case "create":
          return { sign: "+", words: `${name}: ${personWords(change.after)}` };
        case "update":
          return { sign: "~", words: name };
        case "disable":
          return { sign: "-", words: `${name} is disabled: ${takenWords(change)}, the user kept` };
        case "delete":
          return { sign: "-", words: `${name} is deleted` };
      }
    }
    case "group": {
      const name = `group ${shownName(change.key.name)}`;
      return named(name, change.action);
    }
    case "membership": {
      const user = shownName(change.key.user);
      const group = `group ${shownName(change.key.group)}`;
      return change.action === "create"
        ? { sign: "+", words: `${user} joins ${group}` }
        : { sign: "-", words: `${user} leaves ${group}` };
    }
    case "permissionSet":
      return named(`permission set ${shownName(change.key.name)}`, change.action);
    case "assignment": {
      const { action, key } = change;
      const grant = `${shownName(key.permissionSet)} in ${accountWords(key.account, accounts)}`;
      return action === "create"
        ? { sign: "+", words: `${principalWords(key)} gets ${grant}` }
        : { sign: "-", words: `${principalWords(key)} loses ${grant}` };
    }
    case "applicationAssignment":
      return {
        sign: "-",
        words: `user ${shownName(change.key.user)} loses the application ${applicationWords(change)}`,
      };
    case "provisioning":
      return {
        sign: "~",
        words: `permission set ${shownName(change.key.permissionSet)} is put in force in ${whereWords(change.accounts, accounts)}`,
      };
  }
}

/** Some grants nobody can take away for now: in an account that is suspended, say. They are told as withheld. */
function takenWords({ fields }: Extract<Change, { action: "disable" }>): string {
  const staying = fields.find(({ path }) => path === "assignments")?.after;
  return Array.isArray(staying) && staying.length > 0
    ? "every access taken away but what is withheld"
    : "every access taken away";
}

/**
 * The same change looked at the other way: what Identity Center is, compared with the files. `+` is what it has beyond
 * them, `-` what it lacks.
 */
export function driftPhrase(change: Change, accounts: AccountNames): Phrase {
  switch (change.kind) {
    case "user":
    case "group":
    case "permissionSet": {
      const kind = change.kind === "permissionSet" ? "permission set" : change.kind;
      const name = `${kind} ${shownName(change.key.name)}`;
      switch (change.action) {
        case "create":
          return { sign: "-", words: `${name} is missing` };
        case "update":
          return { sign: "~", words: `${name} is different` };
        case "disable":
          return { sign: "+", words: `${name} is to have no access and has some` };
        case "delete":
          return { sign: "+", words: `${name} is not in the files` };
      }
    }
    case "membership": {
      const user = shownName(change.key.user);
      const group = `group ${shownName(change.key.group)}`;
      return change.action === "create"
        ? { sign: "-", words: `${user} is not in ${group}` }
        : { sign: "+", words: `${user} is in ${group}` };
    }
    case "assignment": {
      const { action, key } = change;
      const grant = `${shownName(key.permissionSet)} in ${accountWords(key.account, accounts)}`;
      return action === "create"
        ? { sign: "-", words: `${principalWords(key)} does not have ${grant}` }
        : { sign: "+", words: `${principalWords(key)} has ${grant}` };
    }
    case "applicationAssignment":
      return {
        sign: "+",
        words: `user ${shownName(change.key.user)} has the application ${applicationWords(change)}`,
      };
    case "provisioning":
      return {
        sign: "~",
        words: `permission set ${shownName(change.key.permissionSet)} is not in force as it stands in ${whereWords(change.accounts, accounts)}`,
      };
  }
}

/** Its name, and the end of its ARN: two applications may have one name. */
function applicationWords({ key, before }: Extract<Change, { kind: "applicationAssignment" }>): string {
  return `${shownPhrase(before.name)} (${shownName(key.application.slice(key.application.lastIndexOf("/") + 1))})`;
}

function named(name: string, action: "create" | "update" | "delete"): Phrase {
  switch (action) {
    case "create":
      return { sign: "+", words: name };
    case "update":
      return { sign: "~", words: name };
    case "delete":
      return { sign: "-", words: `${name} is deleted` };
  }
}

/** What tells one person from another: the name shown, and the address that a password reset would go to. */
function personWords({ displayName, email }: User): string {
  return [
    displayName === undefined ? "no display name" : shownPhrase(displayName),
    email === undefined ? "no e-mail" : shownName(email),
  ].join(", ");
}

function whereWords(ids: readonly string[], accounts: AccountNames): string {
  const names = ids.map((id) => accountWord(id, accounts));
  return names.length === 1 ? listed(names) : `${count(ids.length, "account")}: ${listed(names, 8)}`;
}
