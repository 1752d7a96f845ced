import type { Change } from "../model/change.js";
import type { Plan } from "../model/plan.js";
import type { AccessVoice } from "./access.js";
import { driftDetails, planDetails } from "./details.js";
import type { Nested } from "./lines.js";
import type { AccountNames } from "./names.js";
import { driftPhrase, planPhrase } from "./phrase.js";
import type { Phrase } from "./phrase.js";
import { driftSummary, planSummary } from "./summary.js";

/** How a plan is told: as what will be done, or as what was found. */
export type Voice = {
  /** Before and after the name of the Identity Center. */
  readonly title: readonly [string, string];
  /** What the signs mean, where that is not plain. */
  readonly legend: string | null;
  readonly accessTitle: string;
  readonly withheldTitle: string;
  readonly nothing: string;
  /** What a guard that refuses comes to, behind how many errors it told. */
  readonly refused: (errors: string) => string;
  readonly phrase: (change: Change, accounts: AccountNames) => Phrase;
  readonly details: (change: Change) => readonly Nested[];
  readonly access: { readonly [Side in keyof Plan["access"]]: AccessVoice };
  readonly summary: (plan: Plan) => string;
};

export const planVoice: Voice = {
  title: ["Plan for", ""],
  legend: null,
  accessTitle: "Access",
  withheldTitle: "Withheld: wanted, and not done now",
  nothing: "No changes.",
  refused: (errors) => `Refused: ${errors} above. Nothing of this plan is applied.`,
  phrase: planPhrase,
  details: planDetails,
  access: {
    gained: { sign: "+", one: "gains", many: "gain" },
    lost: { sign: "-", one: "loses", many: "lose" },
    changed: { sign: "~", one: "keeps", many: "keep", tail: ", whose content changes" },
  },
  summary: planSummary,
};

export const driftVoice: Voice = {
  title: ["Drift of", ": changed by hand, or not applied yet"],
  legend: "+ there beyond the files   - missing   ~ different: what the files say -> what is there",
  accessTitle: "Access until this is put right",
  withheldTitle: "Different, and not for idc apply to put right now",
  nothing: "No drift.",
  refused: (errors) => `To put this right is refused: ${errors} above.`,
  phrase: driftPhrase,
  details: driftDetails,
  access: {
    gained: { sign: "-", one: "lacks", many: "lack" },
    lost: { sign: "+", one: "has", many: "have", tail: ", which the files do not give" },
    changed: { sign: "~", one: "has", many: "have", tail: ", whose content is not what the files say" },
  },
  summary: driftSummary,
};
