#!/usr/bin/env node
import { runAction } from "../dist/cli/action/action.js";

await runAction();
