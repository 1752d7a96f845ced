// What idc costs: runs the benches that are named, or all of them, and prints what each measured.
import { parseArgs } from "node:util";
import { planText, requestsText, startText, targetedText, validateText } from "./report.js";
import { large, mustBePossible, reference, small, tenthAndTriple } from "./sizes.js";

const usage = `usage: npm run bench -- [requests] [targeted] [start] [validate] [plan] [--reference]
         [--accounts N] [--sets N] [--assignments N] [--groups N] [--users N] [--memberships N]`;

/**
 * Each with the organization it is about unless another one is asked for, and the `others` that it makes of that. Loaded
 * when run: a start is not to load AWS code.
 */
const benches = {
  requests: {
    usual: small,
    run: async (size) => requestsText(size, await (await import("./requests.js")).measureRequests(size)),
  },
  targeted: {
    usual: reference,
    others: tenthAndTriple,
    run: async (size) => targetedText(await (await import("./targeted.js")).measureTargeted(size)),
  },
  start: {
    usual: small,
    run: async () => startText((await import("./start.js")).measureStart()),
  },
  validate: {
    usual: large,
    run: async (size) => validateText(size, await (await import("./validate.js")).measureValidate(size)),
  },
  plan: {
    usual: large,
    run: async (size) => planText(size, await (await import("./plan.js")).measurePlan(size)),
  },
};

const options = {
  reference: { type: "boolean" },
  ...Object.fromEntries(Object.keys(small).map((name) => [name, { type: "string" }])),
};

// Node 20 would tell every reader of a support window that is the SDK's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const runs = asked();
console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
for (const { run, size } of runs) console.log(`\n${await run(size)}`);

/** What the command line asks for; ends the process where it makes no sense. */
function asked() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const { reference: isReference, ...given } = values;
    const numbers = Object.fromEntries(
      Object.entries(given).map(([name, text]) => [name, numberOf(name, text)]),
    );
    const names = positionals.length > 0 ? positionals : Object.keys(benches);
    return names.map((name) => {
      if (!Object.hasOwn(benches, name)) throw new RangeError(`There is no bench "${name}".`);
      const { usual, others = () => [], run } = benches[name];
      const size = { ...(isReference === true ? reference : usual), ...numbers };
      for (const one of [size, ...others(size)]) mustBePossible(one);
      return { run, size };
    });
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(3);
  }
}

function numberOf(name, text) {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}".`);
  return Number(text);
}
