// A process that serves a sandbox with a generated organization in it, until its parent lets go of it.
import { createSandbox } from "../dist/sandbox/sandbox.js";
import { serve } from "../dist/sandbox/server.js";
import { filledState } from "./fill-sandbox.js";
import { generate } from "./organization.js";

/** How long an assignment or a provisioning takes, in milliseconds: of the order that the service needs. */
const settleMs = 1_000;

const state = filledState(generate(JSON.parse(process.argv[2])));
const { url } = await serve({ sandbox: createSandbox({ state, settleMs }) });
process.once("disconnect", () => process.exit());
process.send(url);
