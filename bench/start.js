import { fileURLToPath } from "node:url";
import { alternate } from "./alternate.js";

/** How long the command takes to start, beside Node by itself. Times in milliseconds. */
export function measureStart() {
  return alternate(
    {
      node: ["-e", "0"],
      version: [idc, "--version"],
      help: [idc, "--help"],
      validate: [idc, "validate", "--dir", fileURLToPath(new URL("../access", import.meta.url))],
    },
    21,
  );
}

export const idc = fileURLToPath(new URL("../bin/idc.js", import.meta.url));
